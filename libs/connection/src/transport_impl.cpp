// amiko - a connection's state above key exchange: the channel table and the messages that belong to it
#include "transport_impl.hpp"

#include "algorithm_set.hpp"
#include "moduli_file.hpp"

#include <amiko/base/printable.hpp>
#include <amiko/keys/algorithm_table.hpp>
#include <amiko/protocol/version_exchange.hpp>

#include <algorithm>
#include <utility>

namespace amiko {

using wire::MessageNumber;

namespace {

protocol::AlgorithmSet algorithms_of(const TransportOptions& options, protocol::Role role) {
  protocol::AlgorithmSet set = algorithm_set(options.algorithms, role);
  const auto preferred = [&](const std::string& name) {
    const SignatureInfo* info = find_signature(name);
    return info != nullptr && wire::contains(options.preferred_host_keys, info->key_type);
  };
  std::stable_partition(set.host_keys.begin(), set.host_keys.end(), preferred);
  return set;
}

const TransportOptions& checked(const TransportOptions& options) {
  // A message's head and the packet's own must fit beside the data.
  constexpr std::uint32_t largest = protocol::PacketDecoder::max_packet_length - 1024;
  if (options.window_size == 0) throw_error(errc::invalid_argument, "window_size is 0");
  if (options.min_group_bits < 1024 || options.min_group_bits > 8192)
    throw_error(errc::invalid_argument, "min_group_bits is not between 1024 and 8192");
  if (options.max_packet_size == 0 || options.max_packet_size > largest)
    throw_error(errc::invalid_argument, "max_packet_size is not between 1 and " + std::to_string(largest));
  return options;
}

transport::LinkSettings link_settings(const TransportOptions& options, std::string peer) {
  transport::LinkSettings settings;
  settings.version =
      options.client_version.empty() ? protocol::VersionExchange::default_version() : options.client_version;
  protocol::VersionExchange::check_own(settings.version);
  settings.peer = options.peer_name.empty() ? std::move(peer) : options.peer_name;
  settings.algorithms = algorithms_of(options, protocol::Role::client);
  settings.min_rsa_bits = options.min_rsa_bits;
  settings.rekey = {options.rekey_bytes, options.rekey_packets, options.rekey_time};
  settings.min_group_bits = options.min_group_bits;
  settings.keepalive_interval = options.keepalive_interval;
  settings.keepalive_count = options.keepalive_count;
  settings.log = Log(options.log, options.log_level, settings.peer);
  return settings;
}

void check_host_keys(const std::vector<PublicKey>& keys, unsigned min_rsa_bits) {
  for (const PublicKey& key : keys)
    if (key.type() == "ssh-rsa" && key.bits() < min_rsa_bits)
      throw_error(errc::bad_config, "an RSA host key of " + std::to_string(key.bits()) +
                                        " bits where min_rsa_bits asks for " + std::to_string(min_rsa_bits));
}

}  // namespace

TransportImpl::TransportImpl(std::unique_ptr<transport::Stream> stream, const TransportOptions& options,
                             std::string peer, std::shared_ptr<void> anchor)
    : options_(checked(options)),
      anchor_(std::move(anchor)),
      link_(std::move(stream), link_settings(options, std::move(peer)), *this),
      auth_(link_, user_key_algorithms(options.algorithms.profile, {}), options.min_rsa_bits),
      budget_left_(static_cast<std::int64_t>(options.window_budget)) {}

TransportImpl::~TransportImpl() = default;

void TransportImpl::start() {
  link_.start();
}

void TransportImpl::set_pubkey_algorithms(const AlgorithmList& list) {
  auth_.set_pubkey_algorithms(user_key_algorithms(options_.algorithms.profile, list));
}

void TransportImpl::add_server_key(std::shared_ptr<const Signer> key) {
  if (!key) throw_error(errc::invalid_argument, "a host key that is none");
  server_keys_.push_back(std::move(key));
}

void TransportImpl::start_server(std::shared_ptr<ServerHandler> handler) {
  if (!handler) throw_error(errc::invalid_argument, "a server without a handler");
  const ServerSettings& settings = options_.server;
  transport::ServeSettings serve;
  for (const auto& key : server_keys_)
    serve.host_keys.push_back(key->public_key());
  if (serve.host_keys.empty()) throw_error(errc::bad_config, "a server needs a host key: add_server_key()");
  check_host_keys(serve.host_keys, options_.min_rsa_bits);
  serve.algorithms = algorithms_of(options_, protocol::Role::server);
  serve.version = settings.version;
  if (!serve.version.empty()) protocol::VersionExchange::check_own(serve.version);
  if (settings.moduli) serve.moduli = {settings.moduli, &settings.moduli->groups};
  serve.login_grace = settings.login_grace;
  serve.login_bytes = settings.login_bytes;
  if (server_owner_) throw_error(errc::invalid_argument, "started already");
  server_owner_ = std::make_unique<ServerSide>(*this, std::move(handler), settings, server_keys_,
                                               options_.algorithms.profile);
  serve.user_algorithms = server_owner_->user_algorithms();
  link_.serve(std::move(serve));
  server_ = server_owner_.get();
  link_.start();
}

ServerSide& TransportImpl::server() const {
  ServerSide* const server = server_;
  if (!server) throw_error(errc::no_state, "not a server");
  return *server;
}

void TransportImpl::on_auth_packet(ByteView payload) {
  server().on_auth_packet(payload);
}

void TransportImpl::on_sign(const protocol::KexMachine::Sign& request) {
  server().on_sign(request);
}

void TransportImpl::on_let_in() {
  server().on_let_in();
}

void TransportImpl::on_ended() {
  if (ended_) ended_();
}

void TransportImpl::set_ready_event(Event event) {
  const support::Guard guard(mutex_);
  ready_event_ = std::move(event);
}

void TransportImpl::on_ready() {
  std::optional<Event> event;
  {
    const support::Guard guard(mutex_);
    event = std::exchange(ready_event_, std::nullopt);
  }
  if (event) event->set();
}

void TransportImpl::on_failure() {
  on_ready();
  std::unordered_map<std::uint32_t, std::shared_ptr<ChannelImpl>> channels;
  {
    const support::Guard guard(table_mutex_);
    channels.swap(channels_);
  }
  for (const auto& [id, channel] : channels)
    channel->on_failure();
  {
    const support::Guard guard(mutex_);  // a thread between its check and its wait must not miss this
    failed_ = true;
  }
  changed_.notify_all();
  if (ServerSide* const server = server_) server->on_failure();
}

// --- channels

protocol::ReceiveWindow::Limits TransportImpl::window_limits() const noexcept {
  return {options_.window_size, std::max(options_.window_size, options_.max_window_size),
          options_.max_packet_size};
}

template <class... Args>
std::shared_ptr<ChannelImpl> TransportImpl::add_channel(const Args&... args) {
  const support::Guard guard(table_mutex_);
  const std::uint32_t id = next_id_++;
  ++opened_;
  auto channel = std::make_shared<ChannelImpl>(shared_from_this(), id, window_limits(), args...);
  channels_.emplace(id, channel);
  return channel;
}

std::shared_ptr<ChannelImpl> TransportImpl::add_inbound(const wire::ChannelOpen& open) {
  auto channel = add_channel(open);
  // The table of a connection that has ended was emptied for the last time: what it holds holds it.
  if (link_.failed()) {
    remove_channel(channel->id());
    channel->on_failure();
  }
  return channel;
}

TransportImpl::ChannelCount TransportImpl::count_channels() const {
  const support::Guard guard(table_mutex_);
  ChannelCount count{.sessions = 0, .all = channels_.size()};
  for (const auto& [id, channel] : channels_)
    if (channel->is_session()) ++count.sessions;
  return count;
}

std::shared_ptr<ChannelImpl> TransportImpl::find_channel(std::uint32_t id) {
  const support::Guard guard(table_mutex_);
  const auto found = channels_.find(id);
  if (found != channels_.end()) return found->second;
  // The peer may not have seen our CLOSE yet when it sent this; a number that never was is another matter.
  if (id >= next_id_)
    throw_error(errc::protocol_error,
                "a message for channel " + std::to_string(id) + ", which does not exist");
  return nullptr;
}

void TransportImpl::remove_channel(std::uint32_t id) {
  std::shared_ptr<ChannelImpl> last;  // destroyed without the lock
  const support::Guard guard(table_mutex_);
  const auto found = channels_.find(id);
  if (found == channels_.end()) return;
  last = std::move(found->second);
  channels_.erase(found);
  if (ServerSide* const server = server_) server->on_channel_removed();
}

void TransportImpl::check_usable() const {
  if (link_.failed()) link_.throw_failure_or(errc::closed);
  if (!link_.authenticated())
    throw_failure({.code = errc::no_state, .text = "not authenticated yet", .peer = link_.peer()});
}

std::shared_ptr<ChannelImpl> TransportImpl::open_channel(std::string_view kind, ByteView body,
                                                         Deadline deadline) {
  check_usable();
  const auto channel = add_channel();
  struct Undo {
    TransportImpl& self;
    std::uint32_t id;
    bool armed = true;
    ~Undo() {
      if (armed) self.remove_channel(id);
    }
  } undo{*this, channel->id()};
  const auto result =
      outbound().send_payload(deadline, encoded(wire::ChannelOpen{.type = kind,
                                                                  .sender = channel->id(),
                                                                  .window = options_.window_size,
                                                                  .max_packet = options_.max_packet_size,
                                                                  .body = {body}}));
  if (result == transport::Outbound::Result::timed_out)
    throw_failure({.code = errc::timed_out, .text = "opening a channel", .peer = link_.peer()});
  if (result != transport::Outbound::Result::sent || link_.failed()) link_.throw_failure_or(errc::closed);
  undo.armed = false;  // from here on the answer takes it out of the table
  channel->wait_open(deadline);
  return channel;
}

void TransportImpl::reserve_window(std::size_t bytes) noexcept {
  budget_left_.fetch_sub(static_cast<std::int64_t>(bytes), std::memory_order_relaxed);
}

void TransportImpl::release_window(std::size_t bytes) noexcept {
  budget_left_.fetch_add(static_cast<std::int64_t>(bytes), std::memory_order_relaxed);
}

// Two channels that grow at the same instant may overdraw it by one step: hence the sign.
std::size_t TransportImpl::window_budget_left() const noexcept {
  return static_cast<std::size_t>(std::max<std::int64_t>(0, budget_left_.load(std::memory_order_relaxed)));
}

Transport::Statistics TransportImpl::statistics() const {
  const support::Guard guard(table_mutex_);
  return {bytes_out_.load(std::memory_order_relaxed), bytes_in_.load(std::memory_order_relaxed), opened_,
          channels_.size()};
}

// --- incoming messages, on the worker

void TransportImpl::on_packet(const protocol::Packet& packet) {
  switch (static_cast<MessageNumber>(packet.number)) {
    case MessageNumber::channel_data:
      on_channel_data(packet.payload);
      break;
    case MessageNumber::channel_extended_data:
      on_extended_data(packet.payload);
      break;
    case MessageNumber::global_request:
      on_global_request(packet.payload);
      break;
    case MessageNumber::request_success: {
      on_global_reply(wire::decode<wire::RequestSuccess>(packet.payload).body.bytes.bytes());
      break;
    }
    case MessageNumber::request_failure:
      on_global_reply(std::nullopt);
      break;
    case MessageNumber::channel_open:
      on_channel_open(packet.payload);
      break;
    default:
      on_channel_packet(packet);
      break;
  }
}

void TransportImpl::on_channel_data(ByteView payload) {
  const auto message = wire::decode<wire::ChannelData>(payload);
  deliver(message.recipient, StreamKind::out, message.data);
}

void TransportImpl::on_extended_data(ByteView payload) {
  const auto message = wire::decode<wire::ChannelExtendedData>(payload);
  if (message.type == wire::ChannelExtendedData::stderr_type)
    return deliver(message.recipient, StreamKind::err, message.data);
  if (const auto channel = find_channel(message.recipient)) channel->drop_data(message.data.size());
}

void TransportImpl::deliver(std::uint32_t recipient, StreamKind kind, ByteView data) {
  auto channel = find_channel(recipient);
  if (!channel) return;
  bytes_in_.fetch_add(data.size(), std::memory_order_relaxed);
  if (channel->on_data(kind, data) && (touched_.empty() || touched_.back() != channel))
    touched_.push_back(std::move(channel));
}

void TransportImpl::on_batch_end() {
  for (const auto& channel : touched_)
    channel->notify_readers();
  touched_.clear();
}

void TransportImpl::on_channel_packet(const protocol::Packet& packet) {
  wire::Reader reader(packet.payload.from(1));
  const std::uint32_t recipient = reader.uint32();
  const auto channel = find_channel(recipient);
  if (!channel || channel->peer_has_closed()) return;
  switch (static_cast<MessageNumber>(packet.number)) {
    case MessageNumber::channel_open_confirmation:
      channel->on_confirmation(wire::decode<wire::ChannelOpenConfirmation>(packet.payload));
      break;
    case MessageNumber::channel_open_failure:
      channel->on_open_failure(wire::decode<wire::ChannelOpenFailure>(packet.payload));
      remove_channel(recipient);
      break;
    case MessageNumber::channel_window_adjust:
      channel->on_adjust(wire::decode<wire::ChannelWindowAdjust>(packet.payload).bytes);
      break;
    case MessageNumber::channel_eof:
      channel->on_eof();
      break;
    case MessageNumber::channel_close:
      channel->on_close();
      if (is_server() && channel->is_inbound()) server().on_channel_closed(channel);
      break;
    case MessageNumber::channel_request:
      if (is_server() && channel->on_server_request())
        server().on_channel_request(channel, wire::decode<wire::ChannelRequest>(packet.payload));
      else
        channel->on_request(wire::decode<wire::ChannelRequest>(packet.payload));
      break;
    case MessageNumber::channel_success:
      channel->on_reply(true);
      break;
    case MessageNumber::channel_failure:
      channel->on_reply(false);
      break;
    default:
      throw_error(errc::protocol_error, "message " + std::to_string(packet.number));
  }
}

void TransportImpl::on_channel_open(ByteView payload) {
  const auto message = wire::decode<wire::ChannelOpen>(payload);
  if (is_server()) return server().on_channel_open(message);
  // A client is asked for these only if it has asked for them before, which nothing here does yet.
  const bool known = message.type == "session" || message.type == "forwarded-tcpip" ||
                     message.type == "x11" || message.type == "auth-agent@openssh.com" ||
                     message.type == "forwarded-streamlocal@openssh.com";
  const auto reason =
      known ? OpenFailureReason::administratively_prohibited : OpenFailureReason::unknown_channel_type;
  outbound().post_control(
      encoded(wire::ChannelOpenFailure{.recipient = message.sender,
                                       .reason = static_cast<std::uint32_t>(reason),
                                       .description = known ? "not asked for" : "unknown channel type"}));
}

// --- global requests

void TransportImpl::on_global_request(ByteView payload) {
  const auto message = wire::decode<wire::GlobalRequest>(payload);
  if (link_.log().enabled(LogLevel::debug))
    link_.log().write(LogLevel::debug, "global request " + std::string(message.type));
  if (is_server()) return server().on_global_request(message);
  if (message.want_reply) outbound().post_control(encoded(wire::RequestFailure{}));
}

void TransportImpl::on_keepalive_due() {
  const Bytes payload = encoded(wire::GlobalRequest{.type = "keepalive@openssh.com", .want_reply = true});
  outbound().post_control(payload, [this] {
    global_replies_.push_back(std::make_shared<GlobalReply>());
    return true;
  });
}

std::optional<Bytes> TransportImpl::global_request(std::string_view type, ByteView body, bool want_reply,
                                                   Deadline deadline) {
  check_usable();
  const auto reply = std::make_shared<GlobalReply>();
  const Bytes payload = encoded(wire::GlobalRequest{.type = type, .want_reply = want_reply, .body = {body}});
  const auto result = outbound().send(deadline, [&](protocol::PacketEncoder& encoder, Bytes& out) {
    encoder.encode(out, payload);  // throws when it is too long: then no answer will come
    if (want_reply) global_replies_.push_back(reply);
    return true;
  });
  if (result == transport::Outbound::Result::timed_out)
    throw_failure(
        {.code = errc::timed_out, .text = "global request " + std::string(type), .peer = link_.peer()});
  if (result != transport::Outbound::Result::sent) link_.throw_failure_or(errc::closed);
  if (!want_reply) return Bytes{};
  support::Lock lock(mutex_);
  const auto failed = [this] { return failed_.load(); };
  changed_.wait(lock, deadline, [&] { return reply->done || failed(); });
  if (reply->done) return reply->body;
  lock.unlock();
  if (failed()) link_.throw_failure_or(errc::closed);
  throw_failure({.code = errc::timed_out,
                 .text = "no answer to the global request " + std::string(type),
                 .peer = link_.peer()});
}

void TransportImpl::on_global_reply(std::optional<Bytes> body) {
  const auto reply = outbound().locked([this]() -> std::shared_ptr<GlobalReply> {
    if (global_replies_.empty()) return nullptr;
    auto first = std::move(global_replies_.front());
    global_replies_.pop_front();
    return first;
  });
  if (!reply) return;  // nobody asked; some answer what wants no answer
  {
    const support::Guard guard(mutex_);
    reply->done = true;
    reply->body = std::move(body);
  }
  changed_.notify_all();
}

}  // namespace amiko
