// amiko - what a connection receives: versions, the gate, transport messages
#include <amiko/transport/link.hpp>

#include <amiko/base/printable.hpp>
#include <amiko/wire/transport_messages.hpp>

#include <boost/asio/error.hpp>

#include <algorithm>
#include <utility>

namespace amiko::transport {

using protocol::GateState;
using protocol::Verdict;
using wire::MessageNumber;

namespace {

// An honest peer has no reason to send many messages that we do not know.
constexpr unsigned max_unimplemented = 16;

// Bytes that are read and decrypted before those who wait for them are woken.
constexpr std::size_t batch_size = 256 * 1024;

// What has no effect may yet be what somebody looks for in a log.
void log_chatter(const Log& log, const protocol::Packet& packet) {
  if (packet.number == to_byte(MessageNumber::debug)) {
    const auto message = wire::decode<wire::Debug>(packet.payload);
    log.write(message.always_display ? LogLevel::info : LogLevel::debug,
              "peer: " + std::string(message.message));
  } else if (packet.number == to_byte(MessageNumber::unimplemented)) {
    const auto message = wire::decode<wire::Unimplemented>(packet.payload);
    log.write(LogLevel::debug, "the peer does not know our packet " + std::to_string(message.sequence));
  }
}

}  // namespace

void Link::read_more() {
  stream_->start_read(decoder_.space());
}

void Link::on_read(error_code error, std::size_t n) {
  if (failed() || error == boost::asio::error::operation_aborted) return;
  try {
    {
      struct BatchEnd {  // however it ends: those who got data have to be told
        LinkHandler& handler;
        ~BatchEnd() { handler.on_batch_end(); }
      } batch_end{handler_};
      // Whoever waits for data is woken once for all that is there, not for each read.
      for (std::size_t total = 0; error != errc::would_block; total += n) {
        if (error) return fail({.code = errc::connection_lost, .text = error.message()});
        if (n == 0) return end_of_stream();
        decoder_.commit(n);
        process_input();
        if (failed()) return;
        if (total + n >= batch_size) break;
        n = stream_->read_some(decoder_.space(), error);
      }
    }
    read_more();
  } catch (const Error& e) {
    fail(e.failure());
  } catch (const std::exception& e) {
    fail({.code = errc::internal_error, .text = e.what()});
  }
}

void Link::on_writable(error_code error) {
  if (error == boost::asio::error::operation_aborted) return;
  outbound_.flush_from_worker();  // a stream that has failed says so in the write
}

void Link::end_of_stream() {
  if (!versions_.version()) versions_.throw_closed();
  fail(
      {.code = errc::connection_lost,
       .text = decoder_.in_packet() ? "the peer closed it in the middle of a packet" : "the peer closed it"});
}

void Link::process_input() {
  if (!versions_.version()) exchange_versions();
  if (!versions_.version()) return;
  while (const auto packet = decoder_.next()) {
    unanswered_keepalives_ = 0;
    ++packets_read_;
    dispatch(*packet);
  }
  check_rekey();
  if (!packet_watched_ && authenticated_ && decoder_.in_packet()) watch_packet();
}

// Most reads end within a packet, so the timer runs on and looks when it rings whether that packet is still
// the same: a packet has between one and two of the timeouts.
void Link::watch_packet() {
  packet_watched_ = true;
  packet_timer_.arm(settings_.packet_timeout, [this, before = packets_read_] {
    packet_watched_ = false;
    if (failed() || !decoder_.in_packet()) return;
    if (packets_read_ == before)
      return fail({.code = errc::peer_unresponsive, .text = "a packet has begun and does not end"});
    watch_packet();
  });
}

void Link::exchange_versions() {
  decoder_.consume(versions_.receive(decoder_.buffered()));
  if (!versions_.version()) return;
  phase_ = Phase::kex;
  {
    const support::Guard guard(mutex_);
    info_.remote_version = *versions_.version();
  }
  settings_.log.write(LogLevel::debug, "remote version " + *versions_.version());
  protocol::KexSettings settings;
  settings.role = settings_.role;
  settings.local_version = settings_.version;
  settings.remote_version = *versions_.version();
  settings.algorithms = settings_.algorithms;
  settings.host_keys = serve_.host_keys;
  settings.server_sig_algs = serve_.user_algorithms;
  settings.gex_moduli = serve_.moduli;
  settings.gex_min = settings_.min_group_bits;
  settings.gex_preferred = std::max(settings.gex_preferred, settings.gex_min);
  settings.min_rsa_bits = settings_.min_rsa_bits;
  kex_ = std::make_unique<protocol::KexMachine>(std::move(settings), *random_);
  start_kex();
}

GateState Link::gate_state() const {
  if (failed()) return GateState::closing;
  const bool idle = kex_->idle();
  if (!kex_->established() && !idle) {
    if (kex_->waiting_for_kexinit()) return GateState::await_kexinit;
    return kex_->waiting_for_newkeys() ? GateState::await_newkeys : GateState::kex_method;
  }
  if (!idle && !kex_->waiting_for_kexinit())
    return kex_->waiting_for_newkeys() ? GateState::rekey_await_newkeys : GateState::rekey_method;
  if (first_packet_) return GateState::first_packet;
  if (!service_accepted_) return GateState::await_service;
  if (!authenticated_) return GateState::authenticating;
  return idle ? GateState::connected : GateState::rekey_sent;
}

void Link::dispatch(const protocol::Packet& packet) {
  if (settings_.log.enabled(LogLevel::packet))
    settings_.log.write(LogLevel::packet,
                        "received " + std::string(name_of(static_cast<MessageNumber>(packet.number))) + " (" +
                            std::to_string(packet.number) + "), " + std::to_string(packet.payload.size()) +
                            " bytes");
  const bool server = settings_.role == protocol::Role::server;
  // A client's password or answer must not lie in the buffer until something covers it.
  struct Wiper {
    protocol::PacketDecoder* decoder;
    ~Wiper() {
      if (decoder) decoder->wipe_packet();
    }
  } wiper{server && wire::is_auth(packet.number) ? &decoder_ : nullptr};
  if (server && !authenticated_) check_login_limits(packet);
  const GateState state = gate_state();
  const bool strict = kex_->strict();
  switch (verdict(settings_.role, state, strict, packet.number)) {
    case Verdict::process:
      process(packet);
      break;
    case Verdict::ignore:
      if (state != GateState::closing) log_chatter(settings_.log, packet);
      break;
    case Verdict::unimplemented:
      answer_unimplemented(packet.sequence);
      break;
    case Verdict::disconnect:
      throw_error(errc::protocol_error, std::string(name_of(static_cast<MessageNumber>(packet.number))) +
                                            " (" + std::to_string(packet.number) +
                                            ") may not come at this point");
  }
  if (state == GateState::first_packet) first_packet_ = false;
}

void Link::process(const protocol::Packet& packet) {
  if (wire::is_connection(packet.number)) {
    handler_.on_packet(packet);
  } else if (wire::is_kex(packet.number)) {
    if (packet.number == to_byte(MessageNumber::kexinit)) check_rekey_budget();
    in_kex_method_ = wire::is_kex_method(packet.number);
    run(kex_->receive(packet.payload, packet.sequence));
    in_kex_method_ = false;
  } else if (packet.number == to_byte(MessageNumber::service_request))
    process_service_request(packet.payload);
  else if (wire::is_auth(packet.number) && settings_.role == protocol::Role::server)
    handler_.on_auth_packet(packet.payload);
  else if (wire::is_auth(packet.number) || packet.number == to_byte(MessageNumber::service_accept))
    process_auth(packet);
  else
    process_transport(packet);
}

void Link::process_transport(const protocol::Packet& packet) {
  switch (static_cast<MessageNumber>(packet.number)) {
    case MessageNumber::disconnect:
      take_disconnect(packet.payload);
      break;
    case MessageNumber::ext_info:
      take_ext_info(packet.payload);
      break;
    case MessageNumber::ping:
      answer_ping(packet.payload);
      break;
    default:
      break;  // PONG
  }
}

void Link::process_auth(const protocol::Packet& packet) {
  if (packet.number == to_byte(MessageNumber::service_accept)) service_accepted_ = true;
  if (packet.number == to_byte(MessageNumber::userauth_success)) {
    // Nobody is let in without having asked (CVE-2018-10933 the other way round).
    if (!success_expected_) throw_error(errc::protocol_error, "USERAUTH_SUCCESS without a request");
    authenticated_ = true;
    if (std::exchange(delayed_decompression_, false)) decoder_.use_compression(true);
    outbound_.start_delayed_compression();
  }
  // After any other answer it is our turn: not even a question may be followed by SUCCESS.
  if (packet.number != to_byte(MessageNumber::userauth_banner)) success_expected_ = false;
  if (!auth_mailbox_.try_push(packet.payload.bytes()))
    throw_error(errc::protocol_error, "more authentication messages than were asked for");
}

void Link::take_disconnect(ByteView payload) {
  wire::Reader reader(payload.from(1));
  DisconnectDetail detail;
  detail.reason = static_cast<DisconnectReason>(reader.uint32());
  detail.text = printable(reader.text());  // the language tag that follows is left out by some
  Failure failure{.code = errc::disconnected};
  failure.text = std::string(name_of(detail.reason)) + " (" +
                 std::to_string(static_cast<std::uint32_t>(detail.reason)) + ")";
  if (!detail.text.empty()) failure.text += ": " + detail.text;
  failure.detail = std::move(detail);
  fail(std::move(failure));
}

void Link::take_ext_info(ByteView payload) {
  const auto ext = wire::decode_ext_info(payload);
  const support::Guard guard(mutex_);
  info_.server_sig_algs.reset();  // a second one replaces the first (RFC 8308 section 2.4)
  info_.peer_has_ping = false;
  for (const wire::Extension& extension : ext.extensions) {
    if (extension.name == "server-sig-algs")
      info_.server_sig_algs = wire::parse_name_list(extension.value.text());
    else if (extension.name == "ping@openssh.com")
      info_.peer_has_ping = extension.value == ByteView("0");
  }
}

void Link::answer_ping(ByteView payload) {
  const auto ping = wire::decode<wire::Ping>(payload);
  outbound_.post_control(encoded(wire::Pong{.data = ping.data}));
}

void Link::answer_unimplemented(std::uint32_t sequence) {
  if (++unimplemented_ > max_unimplemented && !authenticated_)
    throw_error(errc::protocol_error, "too many messages of unknown numbers");
  outbound_.post_control(encoded(wire::Unimplemented{.sequence = sequence}));
}

}  // namespace amiko::transport
