// amiko - a connection's state above key exchange: channels, global requests, authentication
#pragma once

#include "channel_impl.hpp"
#include "server_side.hpp"

#include <amiko/auth/client_auth.hpp>
#include <amiko/connection/transport.hpp>
#include <amiko/support/mutex.hpp>
#include <amiko/transport/link.hpp>

#include <atomic>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace amiko {

class TransportImpl final : public transport::LinkHandler,
                            public std::enable_shared_from_this<TransportImpl> {
 public:
  /// `anchor`: kept alive as long as the stream is in use (a child process, another connection).
  TransportImpl(std::unique_ptr<transport::Stream> stream, const TransportOptions& options, std::string peer,
                std::shared_ptr<void> anchor);
  ~TransportImpl() override;

  void start();
  void add_server_key(std::shared_ptr<const Signer> key);
  /// Throws ConfigError.
  void start_server(std::shared_ptr<ServerHandler> handler);
  /// The server's side.  Throws errc::no_state for a client.
  ServerSide& server() const;
  bool is_server() const noexcept { return server_ != nullptr; }
  void set_ready_event(Event event);
  transport::Link& link() noexcept { return link_; }
  const transport::Link& link() const noexcept { return link_; }
  transport::Outbound& outbound() noexcept { return link_.outbound(); }
  auth::ClientAuth& auth() noexcept { return auth_; }
  void set_pubkey_algorithms(const AlgorithmList& list);
  /// Before start(): the numeric address at the other end.
  void set_peer_address(std::string address) { peer_address_ = std::move(address); }
  const std::string& peer_address() const noexcept { return peer_address_; }
  /// Before start(): called as the worker's last act.
  void set_ended(std::function<void()> ended) { ended_ = std::move(ended); }

  std::shared_ptr<ChannelImpl> open_channel(std::string_view kind, ByteView body, Deadline deadline);
  std::optional<Bytes> global_request(std::string_view type, ByteView body, bool want_reply,
                                      Deadline deadline);

  /// Takes bytes out of the windows' common budget.
  void reserve_window(std::size_t bytes) noexcept;
  void release_window(std::size_t bytes) noexcept;
  std::size_t window_budget_left() const noexcept;

  /// The peer's OPEN is being accepted.
  std::shared_ptr<ChannelImpl> add_inbound(const wire::ChannelOpen& open);
  void remove_channel(std::uint32_t id);
  struct ChannelCount {
    std::size_t sessions = 0, all = 0;
  };
  ChannelCount count_channels() const;
  void count_out(std::size_t n) noexcept { bytes_out_.fetch_add(n, std::memory_order_relaxed); }
  Transport::Statistics statistics() const;

  // LinkHandler
  void on_ready() override;
  void on_packet(const protocol::Packet& packet) override;
  void on_batch_end() override;
  void on_keepalive_due() override;
  void on_failure() override;
  void on_auth_packet(ByteView payload) override;
  void on_sign(const protocol::KexMachine::Sign& request) override;
  void on_let_in() override;
  void on_ended() override;

 private:
  struct GlobalReply {
    bool done = false;
    std::optional<Bytes> body{};
  };

  /// Throws why nothing of the connection protocol can be sent.
  void check_usable() const;
  protocol::ReceiveWindow::Limits window_limits() const noexcept;
  template <class... Args>
  std::shared_ptr<ChannelImpl> add_channel(const Args&... args);
  std::shared_ptr<ChannelImpl> find_channel(std::uint32_t id);
  void on_channel_packet(const protocol::Packet& packet);
  void on_channel_data(ByteView payload);
  void on_extended_data(ByteView payload);
  void deliver(std::uint32_t recipient, StreamKind kind, ByteView data);
  void on_channel_open(ByteView payload);
  void on_global_request(ByteView payload);
  void on_global_reply(std::optional<Bytes> body);

  const TransportOptions options_;
  const std::shared_ptr<void> anchor_;
  transport::Link link_;
  auth::ClientAuth auth_;
  std::vector<std::shared_ptr<const Signer>> server_keys_;
  std::unique_ptr<ServerSide> server_owner_;
  std::atomic<ServerSide*> server_{nullptr};  // close() may come from another thread while it starts
  std::string peer_address_;
  std::function<void()> ended_;

  mutable support::Mutex table_mutex_;
  std::unordered_map<std::uint32_t, std::shared_ptr<ChannelImpl>> channels_;
  std::uint32_t next_id_ = 0;
  std::uint64_t opened_ = 0;

  mutable support::Mutex mutex_;
  support::Condition changed_;  // global replies
  std::optional<Event> ready_event_;
  std::atomic<bool> failed_{false};

  std::deque<std::shared_ptr<GlobalReply>> global_replies_;  // guarded by Outbound's mutex
  std::vector<std::shared_ptr<ChannelImpl>> touched_;  // worker only: to be woken when the batch is done

  std::atomic<std::int64_t> budget_left_;
  std::atomic<std::uint64_t> bytes_out_{0}, bytes_in_{0};
};

}  // namespace amiko
