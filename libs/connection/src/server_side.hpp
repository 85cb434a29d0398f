// amiko - a server's connection: what the worker queues for the handler thread
#pragma once

#include "channel_impl.hpp"

#include <amiko/connection/server_handler.hpp>
#include <amiko/connection/transport.hpp>
#include <amiko/protocol/auth_server.hpp>
#include <amiko/protocol/kex_machine.hpp>
#include <amiko/support/mutex.hpp>
#include <amiko/transport/worker.hpp>
#include <amiko/wire/connection_messages.hpp>

#include <boost/thread/thread.hpp>

#include <atomic>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace amiko {

class TransportImpl;

/// Carries what needs a decision from the worker, which must not wait, to the handler thread, which may.  The
/// thread exists while there is something to decide and a little longer.  Every kind of work has a cap of its
/// own, so that a client cannot fill memory while the application thinks.
class ServerSide {
 public:
  using Keys = std::vector<std::shared_ptr<const Signer>>;

  /// A `handler` without an owner belongs to the caller, who calls leave_handler() before it goes.  Throws
  /// ConfigError.
  ServerSide(TransportImpl& transport, std::shared_ptr<ServerHandler> handler, const ServerSettings& settings,
             Keys keys, AlgorithmProfile profile);
  ~ServerSide();

  /// For Link::serve().
  const std::vector<std::string>& user_algorithms() const noexcept { return auth_settings_.key_algorithms; }

  // --- callers
  std::optional<Channel> accept(Deadline deadline);
  Identity identity() const;
  /// After the connection's end: a handler that belongs to the caller is not called any more when this
  /// returns, unless it is the handler that calls.
  void leave_handler() noexcept;

  // --- the worker
  void on_auth_packet(ByteView payload);
  void on_sign(const protocol::KexMachine::Sign& request);
  void on_channel_open(const wire::ChannelOpen& message);
  void on_channel_request(std::shared_ptr<ChannelImpl> channel, const wire::ChannelRequest& message);
  void on_global_request(const wire::GlobalRequest& message);
  void on_channel_closed(std::shared_ptr<ChannelImpl> channel);
  void on_channel_removed();
  void on_interrupt(std::shared_ptr<ChannelImpl> channel);
  void on_let_in();
  /// Any thread.
  void on_failure();

 private:
  enum class Kind { auth, sign, open, request, closed, interrupt, global };
  struct Task {
    Kind kind;
    std::size_t size;
    std::shared_ptr<ChannelImpl> channel;
    std::function<void()> run;
  };
  struct Open;
  struct Request;

  static std::size_t limit_of(Kind kind) noexcept;
  bool has_room(const Task& task) const;
  [[nodiscard]] bool push(Task task);
  void start_thread();
  std::optional<Task> next_task();
  void work();
  void run(const Task& task);
  void finish();

  // On the handler thread.
  void authenticate(const Secret& payload);
  void send_banner();
  void delay_until(Deadline deadline);
  void open_channel(const Open& open);
  std::optional<OpenRefusal> refusal_for(const Open& open);
  void refuse(std::uint32_t recipient, const OpenRefusal& refusal);
  void answer_request(const Request& request);
  bool decide(Channel& channel, const Request& request, std::optional<SessionStart>& start);
  bool decide_start(Channel& channel, const Request& request, std::optional<SessionStart>& start);
  void answer_global(const std::string& type, const Bytes& body, bool want_reply);
  template <class F>
  bool allowed(F&& ask) noexcept;
  void watch_idleness();

  TransportImpl& transport_;
  std::shared_ptr<ServerHandler> handler_;  // handler thread, which lets go of it after its last call
  const bool borrowed_;
  const ServerSettings settings_;
  UserSettings user_settings_;  // handler thread: of the user who logs in or has done so
  const Keys keys_;
  const AlgorithmProfile profile_;
  protocol::AuthServerSettings auth_settings_;
  std::unique_ptr<protocol::AuthServer> auth_;  // handler thread
  bool banner_sent_ = false;                    // handler thread
  bool no_more_sessions_ = false;               // handler thread: the client's own promise

  mutable support::Mutex mutex_;
  support::Condition changed_;
  std::deque<Task> tasks_;
  std::deque<Channel> accepted_;
  std::optional<Identity> identity_;
  boost::thread::id thread_;  // of the handler thread while it runs
  bool running_ = false;
  bool busy_ = false;  // in a call of the handler
  bool over_ = false;
  bool told_ = false;  // connection_lost() has been called

  transport::Worker::Timer idle_timer_;  // worker
  std::atomic<Deadline::Clock::time_point> idle_since_{};
};

}  // namespace amiko
