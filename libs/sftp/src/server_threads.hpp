// amiko - a few threads that share one SFTP session's work
#pragma once

#include "server_output.hpp"

#include <amiko/support/mutex.hpp>

#include <boost/thread/scoped_thread.hpp>

#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <vector>

namespace amiko::sftp {

/// Threads are started when they are first needed, and stay.  Used by one thread, which works too.
class ServerThreads {
 public:
  /// `most`: threads at work at once, the caller's among them.
  explicit ServerThreads(unsigned most) : most_(most) {}
  /// Waits for the threads, which have nothing to do then.
  ~ServerThreads();
  ServerThreads(const ServerThreads&) = delete;
  ServerThreads& operator=(const ServerThreads&) = delete;

  using Job = std::function<void(std::size_t index, ServerOutput& output)>;
  /// Calls `job` once for each index below `count`, and returns when all is done; the answers are in
  /// `output` then.  It fails only with what `job` threw last, after all others are done.
  void run(std::size_t count, const Job& job, ServerOutput& output);

 private:
  struct Helper {
    ServerOutput output{};
    boost::scoped_thread<boost::join_if_joinable> thread{};
  };

  void start_helpers(std::size_t wanted);
  void work(ServerOutput& output, support::Lock& lock);
  void help(ServerOutput& output);

  const unsigned most_;
  std::deque<Helper> helpers_;

  support::Mutex mutex_;
  support::Condition changed_;
  const Job* job_ = nullptr;
  std::size_t next_ = 0, count_ = 0, unfinished_ = 0;
  std::exception_ptr error_;
  bool over_ = false;
};

}  // namespace amiko::sftp
