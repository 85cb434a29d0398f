// amiko - one end of a connection, of the library's own parts, that does what a test tells it
#include "common/scripted_end.hpp"

#include <amiko/protocol/version_exchange.hpp>

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

namespace amiko::test {

using protocol::AlgorithmKind;
using wire::MessageNumber;

protocol::KexSettings settings_of(const ScriptedAlgorithms& algorithms) {
  protocol::KexSettings settings;
  settings.algorithms = protocol::AlgorithmSet::defaults();
  settings.algorithms.edit(AlgorithmKind::kex, algorithms.kex);
  settings.algorithms.edit(AlgorithmKind::cipher, algorithms.ciphers);
  settings.algorithms.edit(AlgorithmKind::mac, algorithms.macs);
  settings.algorithms.set_compression(algorithms.compression);
  settings.strict = algorithms.strict;
  return settings;
}

ScriptedEnd::ScriptedEnd(support::UniqueFd socket, protocol::Role role, std::string version)
    : socket_(std::move(socket)),
      role_(role),
      version_(std::move(version)),
      random_(crypto::make_random()),
      encoder_(crypto::make_random()) {}

ScriptedEnd::~ScriptedEnd() = default;

void ScriptedEnd::fail(const std::string& text) const {
  throw std::runtime_error((role_ == protocol::Role::server ? "scripted server: " : "scripted client: ") +
                           text);
}

// --- the socket

void ScriptedEnd::shut_down() noexcept {
  ::shutdown(socket_.get(), SHUT_RDWR);
}

void ScriptedEnd::send_raw(ByteView bytes) {
  while (!bytes.empty()) {
    std::size_t n = chunk_ == 0 ? bytes.size() : std::min(chunk_, bytes.size());
    if (allowance_) n = static_cast<std::size_t>(std::min<std::uint64_t>(n, *allowance_ - bytes_sent_));
    if (n == 0) throw CutShort("stopped after " + std::to_string(bytes_sent_) + " bytes");
    write(bytes.first(n));
    bytes_sent_ += n;
    bytes = bytes.from(n);
  }
}

void ScriptedEnd::write(ByteView bytes) {
  const auto deadline = deadline_after(patience);
  while (!bytes.empty()) {
    const ssize_t n = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n >= 0) {
      bytes = bytes.from(static_cast<std::size_t>(n));
    } else if (errno == EAGAIN) {
      pollfd entry{socket_.get(), POLLOUT, 0};
      if (::poll(&entry, 1, poll_timeout(deadline)) == 0) fail("the other end reads nothing");
    } else if (errno != EINTR) {
      throw PeerGone(std::generic_category().message(errno));
    }
  }
}

void ScriptedEnd::fill() {
  pollfd entry{socket_.get(), POLLIN, 0};
  if (::poll(&entry, 1, poll_timeout(deadline_after(patience))) == 0) fail("the other end says nothing");
  const auto space = decoder_.space();
  const ssize_t n = ::recv(socket_.get(), space.data(), space.size(), 0);
  if (n < 0) throw PeerGone(std::generic_category().message(errno));
  if (n == 0) throw PeerGone("the other end has closed the connection");
  decoder_.commit(static_cast<std::size_t>(n));
}

void ScriptedEnd::drain() {
  const auto deadline = deadline_after(patience);
  std::array<std::uint8_t, 65536> buffer{};
  for (;;) {
    pollfd entry{socket_.get(), POLLIN, 0};
    if (::poll(&entry, 1, poll_timeout(deadline)) == 0) fail("the other end does not end it");
    if (::recv(socket_.get(), buffer.data(), buffer.size(), 0) <= 0) return;
  }
}

// --- messages

void ScriptedEnd::send(ByteView payload) {
  if (gate_closed_ && payload[0] > 4 && !wire::is_kex(payload[0]))
    deferred_.push_back(payload.bytes());
  else
    send_now(payload);
}

void ScriptedEnd::send_now(ByteView payload) {
  Bytes out;
  encoder_.encode(out, payload);
  send_raw(out);
}

void ScriptedEnd::send_together(const std::vector<Bytes>& payloads) {
  Bytes out;
  for (const Bytes& payload : payloads)
    encoder_.encode(out, payload);
  send_raw(out);
}

Bytes ScriptedEnd::read_packet() {
  for (;;) {
    if (const auto packet = decoder_.next()) {
      sequence_ = packet->sequence;
      return packet->payload.bytes();
    }
    fill();
  }
}

Bytes ScriptedEnd::next_any() {
  if (!inbox_.empty()) {
    Bytes message = std::move(inbox_.front());
    inbox_.pop_front();
    return message;
  }
  for (;;) {
    Bytes message = read_packet();
    if (!wire::is_kex(message[0])) return message;
    if (hold_kex_) {
      kex_inbox_.emplace_back(std::move(message), sequence_);
      continue;
    }
    take_kex(message);
    finish_kex();
  }
}

Bytes ScriptedEnd::next() {
  for (;;) {
    Bytes message = next_any();
    switch (static_cast<MessageNumber>(message[0])) {
      case MessageNumber::ignore:
      case MessageNumber::debug:
      case MessageNumber::ext_info:
        continue;
      case MessageNumber::disconnect:
        take_disconnect(message);
        throw PeerGone("the other end said DISCONNECT: " + disconnect_->text);
      default:
        return message;
    }
  }
}

bool ScriptedEnd::take_buffered() {
  while (inbox_.empty()) {
    const auto packet = decoder_.next();
    if (!packet) return false;
    sequence_ = packet->sequence;
    Bytes message = packet->payload.bytes();
    if (!wire::is_kex(message[0])) {
      // What next() leaves out must not make it wait for more.
      if (message[0] != 2 && message[0] != 4 && message[0] != 7) inbox_.push_back(std::move(message));
    } else if (hold_kex_) {
      kex_inbox_.emplace_back(std::move(message), sequence_);
    } else {
      take_kex(message);
      finish_kex();
    }
  }
  return true;
}

void ScriptedEnd::take_disconnect(ByteView payload) {
  const auto message = wire::decode<wire::Disconnect>(payload);
  disconnect_ =
      DisconnectDetail{static_cast<DisconnectReason>(message.reason), std::string(message.description)};
}

std::optional<DisconnectDetail> ScriptedEnd::read_to_end() {
  try {
    for (;;)
      next();
  } catch (const PeerGone&) {
  }
  return disconnect_;
}

void ScriptedEnd::login_done() {
  authenticated_ = true;
  if (std::exchange(delayed_out_, false)) encoder_.use_compression(true);
  if (std::exchange(delayed_in_, false)) decoder_.use_compression(true);
}

std::uint64_t ScriptedEnd::packets() const noexcept {
  return std::max(encoder_.packets(), decoder_.packets());
}

// --- key exchange

void ScriptedEnd::exchange_versions() {
  send_raw(version_ + "\r\n");
  protocol::VersionExchange versions(role_);
  do {
    decoder_.consume(versions.receive(decoder_.buffered()));
    if (!versions.version()) fill();
  } while (!versions.version());
  remote_version_ = *versions.version();
  protocol::KexSettings settings = kex_settings();
  settings.role = role_;
  settings.local_version = version_;
  settings.remote_version = remote_version_;
  kex_ = std::make_unique<protocol::KexMachine>(std::move(settings), *random_);
}

void ScriptedEnd::first_kex() {
  carry_out(kex_->start());
  finish_kex();
}

void ScriptedEnd::rekey() {
  start_kex();
  finish_kex();
}

void ScriptedEnd::start_kex() {
  hold_kex_ = true;
  carry_out(kex_->start());
}

void ScriptedEnd::wait_for_kexinit() {
  hold_kex_ = true;
  while (kex_inbox_.empty()) {
    Bytes message = read_packet();
    if (wire::is_kex(message[0]))
      kex_inbox_.emplace_back(std::move(message), sequence_);
    else
      inbox_.push_back(std::move(message));
  }
}

void ScriptedEnd::finish_kex() {
  hold_kex_ = false;
  while (!kex_inbox_.empty()) {
    const auto [message, sequence] = std::move(kex_inbox_.front());
    kex_inbox_.pop_front();
    sequence_ = sequence;
    take_kex(message);
  }
  while (!kex_->idle()) {
    Bytes message = read_packet();
    if (wire::is_kex(message[0]))
      take_kex(message);
    else
      inbox_.push_back(std::move(message));
  }
}

void ScriptedEnd::take_kex(ByteView payload) {
  carry_out(kex_->receive(payload, sequence_));
}

void ScriptedEnd::carry_out(protocol::KexMachine::Actions actions) {
  for (auto& action : actions)
    std::visit([this](auto& a) { carry_out_one(a); }, action);
}

void ScriptedEnd::carry_out_one(protocol::KexMachine::SendKexInit& a) {
  if (tamper_kex) tamper_kex(a.payload);
  send(a.payload);
  gate_closed_ = true;
}

void ScriptedEnd::carry_out_one(protocol::KexMachine::Send& a) {
  if (tamper_kex) tamper_kex(a.payload);
  send(a.payload);
}

void ScriptedEnd::carry_out_one(protocol::KexMachine::SendNewKeys& a) {
  Bytes newkeys{wire::to_byte(MessageNumber::newkeys)};
  if (tamper_kex) tamper_kex(newkeys);
  send(newkeys);
  encoder_.use_cipher(std::move(a.cipher), a.reset_sequence);
  encoder_.use_compression(a.compression.compresses && (!a.compression.delayed || authenticated_));
  delayed_out_ = a.compression.compresses && a.compression.delayed && !authenticated_;
  gate_closed_ = false;
  if (sends_ext_info() && !a.ext_info.empty()) send(a.ext_info);
  for (const Bytes& message : std::exchange(deferred_, {}))
    send(message);
}

void ScriptedEnd::carry_out_one(protocol::KexMachine::ReceiveNewKeys& a) {
  decoder_.use_cipher(std::move(a.cipher), a.reset_sequence);
  decoder_.use_compression(a.compression.compresses && (!a.compression.delayed || authenticated_));
  delayed_in_ = a.compression.compresses && a.compression.delayed && !authenticated_;
}

void ScriptedEnd::carry_out_one(protocol::KexMachine::Sign& a) {
  carry_out(kex_->signature_ready(sign(a)));
}

void ScriptedEnd::carry_out_one(protocol::KexMachine::Done&) {
  ++exchanges_;
}

Bytes ScriptedEnd::sign(const protocol::KexMachine::Sign&) {
  fail("there is no host key");
}

}  // namespace amiko::test
