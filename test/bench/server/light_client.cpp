// amiko - a client without a thread, of the library's parts
#include "light_client.hpp"

#include <amiko/base/error.hpp>
#include <amiko/crypto/random.hpp>
#include <amiko/protocol/version_exchange.hpp>
#include <amiko/wire/connection_messages.hpp>
#include <amiko/wire/transport_messages.hpp>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace amiko::bench {
namespace {

using wire::MessageNumber;

constexpr std::uint32_t window = 1 << 20;

// All clients of a thread share one generator: theirs is not the memory that is measured, nor the time.
class SharedRandom final : public crypto::Random {
 public:
  void fill(MutableBytes out) override { crypto::system_random().fill(out); }
};

[[noreturn]] void throw_errno(const char* what) {
  throw std::system_error(errno, std::system_category(), what);
}

support::UniqueFd begin_connecting(std::uint16_t port) {
  support::UniqueFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket) throw_errno("socket");
  const int on = 1;
  ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 &&
      errno != EINPROGRESS)
    throw_errno("connect");
  return socket;
}

}  // namespace

LightClient::LightClient(const LightSettings& settings, Stage goal)
    : settings_(settings),
      goal_(goal),
      socket_(begin_connecting(settings.port)),
      encoder_(std::make_unique<SharedRandom>()),
      decoder_(4096) {}

void LightClient::on_ready() {
  if (!connected_) start();
  if (!connected_) return;
  flush();
  read_all();
}

void LightClient::start() {
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(fd(), SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) throw std::system_error(error, std::system_category(), "connect");
  pollfd ready{fd(), POLLOUT, 0};
  if (::poll(&ready, 1, 0) <= 0) return;
  connected_ = true;
  if (goal_ == Stage::connecting) return;
  stage_ = Stage::version;
  append(out_, protocol::VersionExchange::default_version());
  append(out_, "\r\n");
}

void LightClient::read_all() {
  for (;;) {
    const MutableBytes space = decoder_.space();
    const ssize_t n = ::recv(fd(), space.data(), space.size(), 0);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EAGAIN) break;
    if (n < 0) throw_errno("recv");
    if (n == 0) throw std::runtime_error("the server closed the connection");
    decoder_.commit(static_cast<std::size_t>(n));
    if (goal_ == Stage::connecting) {  // the server's own line: nobody looks at it
      decoder_.consume(decoder_.buffered().size());
      continue;
    }
    if (stage_ == Stage::version) take_version();
    if (stage_ == Stage::version) continue;
    while (stage_ != Stage::answered) {
      const auto packet = decoder_.next();
      if (!packet) break;
      dispatch(*packet);
    }
    if (stage_ == Stage::answered) return;
  }
  flush();
}

void LightClient::flush() {
  while (!out_.empty()) {
    const ssize_t n = ::send(fd(), out_.data(), out_.size(), MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EAGAIN) return;
    if (n < 0) throw_errno("send");
    out_.erase(out_.begin(), out_.begin() + n);
  }
}

void LightClient::run() {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!done()) {
    pollfd ready{fd(), static_cast<short>(wants_write() ? POLLIN | POLLOUT : POLLIN), 0};
    if (::poll(&ready, 1, 1000) > 0) on_ready();
    if (std::chrono::steady_clock::now() > deadline) throw std::runtime_error("no answer for a minute");
  }
}

void LightClient::packet(ByteView payload) {
  encoder_.encode(out_, payload);
}

void LightClient::take_version() {
  protocol::VersionExchange versions(protocol::Role::client);
  const std::size_t used = versions.receive(decoder_.buffered());
  if (!versions.version()) return;
  decoder_.consume(used);
  if (goal_ == Stage::answered) return send_empty_handshake();
  protocol::KexSettings settings;
  settings.local_version = protocol::VersionExchange::default_version();
  settings.remote_version = *versions.version();
  settings.algorithms = settings_.algorithms;
  kex_.emplace(std::move(settings), crypto::system_random());
  stage_ = Stage::kex;
  carry_out(kex_->start());
}

// X25519's base point is a public key like any other; nobody will know the secret.
void LightClient::send_empty_handshake() {
  using protocol::AlgorithmKind;
  const protocol::AlgorithmSet& set = settings_.algorithms;
  wire::KexInit init;
  init.kex = {"curve25519-sha256"};
  init.host_key = set.host_keys;
  init.cipher_c2s = init.cipher_s2c = set.names(AlgorithmKind::cipher);
  init.mac_c2s = init.mac_s2c = set.names(AlgorithmKind::mac);
  init.compression_c2s = init.compression_s2c = set.names(AlgorithmKind::compression);
  packet(encoded(init));
  Bytes point(32);
  point[0] = 9;
  packet(encoded(wire::KexEcdhInit{.client_public = point}));
  stage_ = Stage::kex;
}

void LightClient::carry_out(protocol::KexMachine::Actions actions) {
  using Kex = protocol::KexMachine;
  for (auto& action : actions) {
    if (const auto* init = std::get_if<Kex::SendKexInit>(&action)) packet(init->payload);
    if (const auto* message = std::get_if<Kex::Send>(&action)) packet(message->payload);
    if (auto* keys = std::get_if<Kex::SendNewKeys>(&action)) {
      packet(encoded(wire::NewKeys{}));
      encoder_.use_cipher(std::move(keys->cipher), keys->reset_sequence);
      if (!keys->ext_info.empty()) packet(keys->ext_info);
    }
    if (auto* keys = std::get_if<Kex::ReceiveNewKeys>(&action))
      decoder_.use_cipher(std::move(keys->cipher), keys->reset_sequence);
    if (std::holds_alternative<Kex::Done>(action)) on_keys();
  }
}

void LightClient::on_keys() {
  if (stage_ != Stage::kex) return;
  stage_ = Stage::keyed;
  if (!done()) packet(auth_.request_service());
}

void LightClient::dispatch(const protocol::Packet& received) {
  const ByteView payload = received.payload;
  const auto number = static_cast<MessageNumber>(received.number);
  if (goal_ == Stage::answered) {
    if (number == MessageNumber::kex_ecdh_reply) stage_ = Stage::answered;
  } else if (wire::is_kex(received.number))
    carry_out(kex_->receive(payload, received.sequence));
  else if (number == MessageNumber::service_accept || wire::is_auth(received.number))
    on_auth(payload);
  else if (wire::is_connection(received.number))
    on_channel(received);
  else if (number == MessageNumber::disconnect)
    throw std::runtime_error("the server disconnected: " +
                             std::string(wire::decode<wire::Disconnect>(payload).description));
}

void LightClient::send_signed() {
  const std::string algorithm = settings_.key.algorithms().front();
  const Bytes data =
      auth_.data_to_sign(kex_->session_id(), settings_.user, settings_.key.public_key(), algorithm);
  packet(auth_.signed_request(settings_.user, settings_.key.public_key(), algorithm,
                              settings_.key.sign(algorithm, data)));
}

void LightClient::on_auth(ByteView payload) {
  using Auth = protocol::AuthClient;
  const bool asked_before = auth_.service_accepted();
  const Auth::Event event = auth_.receive(payload);
  if (std::holds_alternative<Auth::ServiceAccepted>(event)) {
    if (settings_.probes)
      packet(auth_.none(settings_.user));
    else
      send_signed();
  } else if (std::holds_alternative<Auth::KeyAccepted>(event)) {
    send_signed();
  } else if (std::holds_alternative<Auth::Failure>(event)) {
    if (!settings_.probes || !asked_before || probed_) throw std::runtime_error("the login was refused");
    probed_ = true;
    packet(auth_.probe(settings_.user, settings_.key.public_key(), settings_.key.algorithms().front()));
  } else if (std::holds_alternative<Auth::Success>(event)) {
    stage_ = Stage::authenticated;
    if (!done())
      packet(encoded(wire::ChannelOpen{.type = "session", .window = window, .max_packet = 32 * 1024}));
  }
}

void LightClient::on_channel(const protocol::Packet& received) {
  const ByteView payload = received.payload;
  switch (static_cast<MessageNumber>(received.number)) {
    case MessageNumber::global_request:
      if (wire::decode<wire::GlobalRequest>(payload).want_reply) packet(encoded(wire::RequestFailure{}));
      break;
    case MessageNumber::channel_open_confirmation: {
      channel_ = wire::decode<wire::ChannelOpenConfirmation>(payload).sender;
      Bytes command;
      wire::Writer(command).string(settings_.command);
      packet(encoded(wire::ChannelRequest{
          .recipient = channel_, .type = "exec", .want_reply = true, .body = {command}}));
      break;
    }
    case MessageNumber::channel_success:
      stage_ = Stage::running;
      break;
    case MessageNumber::channel_data: {
      const ByteView data = wire::decode<wire::ChannelData>(payload).data;
      if (on_data) on_data(data);
      unacknowledged_ += data.size();
      if (unacknowledged_ < window / 2) break;
      packet(encoded(wire::ChannelWindowAdjust{
          .recipient = channel_, .bytes = static_cast<std::uint32_t>(std::exchange(unacknowledged_, 0))}));
      break;
    }
    case MessageNumber::channel_request:
      on_channel_request(payload);
      break;
    case MessageNumber::channel_close:
      packet(encoded(wire::ChannelClose{.recipient = channel_}));
      if (!succeeded_ || goal_ != Stage::ended) throw std::runtime_error("the command failed");
      stage_ = Stage::ended;
      break;
    case MessageNumber::channel_open_failure:
    case MessageNumber::channel_failure:
      throw std::runtime_error("the server refused the session");
    default:
      break;
  }
}

void LightClient::on_channel_request(ByteView payload) {
  const auto request = wire::decode<wire::ChannelRequest>(payload);
  if (request.want_reply) packet(encoded(wire::ChannelFailure{.recipient = channel_}));
  if (request.type == "exit-status") succeeded_ = wire::Reader(request.body.bytes).uint32() == 0;
}

void LightClient::send(ByteView data) {
  packet(encoded(wire::ChannelData{.recipient = channel_, .data = data}));
  flush();
}

}  // namespace amiko::bench
