// amiko - a session on a server: what its thread and the handler thread share
#pragma once

#include "server_connection_impl.hpp"

#include <amiko/connection/channel_file.hpp>
#include <amiko/server/server_process.hpp>
#include <amiko/support/mutex.hpp>

#include <deque>
#include <functional>
#include <memory>
#include <optional>

namespace amiko {

class ServerProcess::Impl {
 public:
  Impl(std::shared_ptr<ServerConnectionImpl> caller, Channel session);

  ServerConnection connection;
  Channel channel;
  ChannelFile in, out, err;

  // Set before the function runs.
  SessionStart start{};
  std::optional<std::string> original_command{};
  std::string subsystem{};
  std::string user{};
  std::map<std::string, std::string> env{};
  std::size_t env_bytes = 0;
  std::optional<PtyRequest> pty{};
  bool started = false;  // a function runs, or could not

  void add_event(ServerEvent event);
  std::optional<ServerEvent> next_event(Deadline deadline);
  void on_event(std::function<void(const ServerEvent&)> handler);
  WindowSize size() const;
  void set_size(const WindowSize& size);
  /// No more events will come.
  void end_events();

  struct Exit {
    std::uint32_t status = 0;
    std::string signal{};
    bool core_dumped = false;
    std::string message{};
  };
  void set_exit(Exit exit);
  void close();
  /// Without the function having run.
  void exit_in_place();

 private:
  void deliver(support::Lock& lock);

  mutable support::Mutex mutex_;
  support::Condition changed_;
  std::deque<ServerEvent> events_;
  std::function<void(const ServerEvent&)> handler_;
  bool delivering_ = false;
  bool over_ = false;
  WindowSize size_;
  std::optional<Exit> exit_;
  bool closed_ = false;
};

}  // namespace amiko
