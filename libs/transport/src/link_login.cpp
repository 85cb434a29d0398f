// amiko - the server's half of a connection between the first keys and USERAUTH_SUCCESS
#include <amiko/base/printable.hpp>
#include <amiko/transport/link.hpp>
#include <amiko/wire/auth_messages.hpp>
#include <amiko/wire/transport_messages.hpp>

#include <utility>

namespace amiko::transport {

using wire::MessageNumber;

namespace {

// The first exchange, and one more for those who begin again at once: nobody needs a third before login.
constexpr unsigned max_login_exchanges = 2;

}  // namespace

void LinkHandler::on_auth_packet(ByteView) {
  throw_error(errc::internal_error, "an authentication message without a server");
}

void LinkHandler::on_sign(const protocol::KexMachine::Sign&) {
  throw_error(errc::internal_error, "a signature is wanted of a connection that has no host keys");
}

void Link::arm_login_timer() {
  if (settings_.role != protocol::Role::server || serve_.login_grace.count() <= 0) return;
  login_timer_.arm(serve_.login_grace, [this] {
    if (!authenticated_) fail({.code = errc::login_timeout, .text = "nobody has logged in"});
  });
}

// Of every packet, whether it has an effect or not.
void Link::check_login_limits(const protocol::Packet& packet) {
  if (packet.number == to_byte(MessageNumber::kexinit) && ++login_exchanges_ > max_login_exchanges)
    throw_error(errc::protocol_error, "too many key exchanges before authentication");
  if (login_bytes_ + decoder_.bytes() > serve_.login_bytes)
    throw_error(errc::protocol_error,
                "more than " + std::to_string(serve_.login_bytes) + " bytes before authentication");
}

void Link::process_service_request(ByteView payload) {
  const auto request = wire::decode<wire::ServiceRequest>(payload);
  if (request.service != "ssh-userauth")
    throw_failure(
        {.code = errc::service_unavailable,
         .text = "service \"" + printable(request.service, false, 64) + "\" before authentication"});
  service_accepted_ = true;
  phase_ = Phase::authentication;
  outbound_.post_control(encoded(wire::ServiceAccept{.service = "ssh-userauth"}));
}

void Link::accept_auth() {
  worker_.post([this] {
    if (failed() || authenticated_) return;
    if (kex_->idle())
      let_in();
    else
      success_due_ = true;  // what follows SUCCESS may be compressed, which a change of keys would upset
  });
}

void Link::let_in() {
  authenticated_ = true;
  login_timer_.cancel();
  if (std::exchange(delayed_decompression_, false)) decoder_.use_compression(true);
  outbound_.send_success(encoded(wire::UserauthSuccess{}));
  handler_.on_let_in();
  if (std::exchange(rekey_wanted_, false)) worker_.post([this] { start_kex(); });
}

}  // namespace amiko::transport
