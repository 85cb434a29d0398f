// amiko - many light clients on one thread
#pragma once

#include "light_client.hpp"

#include <amiko/support/fd.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <unordered_map>

namespace amiko::bench {

/// Drives its clients with epoll.  One that fails is closed and counted.  For one thread.
class Crowd {
 public:
  Crowd();

  LightClient& add(std::unique_ptr<LightClient> client);
  void remove(LightClient& client);
  /// Waits for events at most so long and handles them; `done` is told once of each client that has reached
  /// its goal, and may remove it.
  void run_once(int milliseconds, const std::function<void(LightClient&)>& done = {});
  /// Adds clients until `count` of them are there and have reached their goal, `at_a_time` on their way.
  void fill(std::size_t count, std::size_t at_a_time,
            const std::function<std::unique_ptr<LightClient>()>& make);

  std::size_t size() const noexcept { return members_.size(); }
  std::size_t errors() const noexcept { return errors_; }
  const std::string& first_error() const noexcept { return first_error_; }

 private:
  struct Member {
    std::unique_ptr<LightClient> client;
    bool writes = true;  ///< it is waited for
    bool told = false;
  };
  void handle(int fd, const std::function<void(LightClient&)>& done);

  support::UniqueFd epoll_;
  std::unordered_map<int, Member> members_;
  std::size_t errors_ = 0;
  std::string first_error_;
};

}  // namespace amiko::bench
