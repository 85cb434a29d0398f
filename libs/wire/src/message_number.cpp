// amiko - names of the SSH messages
#include <amiko/wire/message_number.hpp>

namespace amiko::wire {

std::string_view name_of(MessageNumber n) noexcept {
  if (is_kex_method(to_byte(n))) return "KEX message";
  switch (n) {
    case MessageNumber::disconnect:
      return "DISCONNECT";
    case MessageNumber::ignore:
      return "IGNORE";
    case MessageNumber::unimplemented:
      return "UNIMPLEMENTED";
    case MessageNumber::debug:
      return "DEBUG";
    case MessageNumber::service_request:
      return "SERVICE_REQUEST";
    case MessageNumber::service_accept:
      return "SERVICE_ACCEPT";
    case MessageNumber::ext_info:
      return "EXT_INFO";
    case MessageNumber::newcompress:
      return "NEWCOMPRESS";
    case MessageNumber::kexinit:
      return "KEXINIT";
    case MessageNumber::newkeys:
      return "NEWKEYS";
    case MessageNumber::userauth_request:
      return "USERAUTH_REQUEST";
    case MessageNumber::userauth_failure:
      return "USERAUTH_FAILURE";
    case MessageNumber::userauth_success:
      return "USERAUTH_SUCCESS";
    case MessageNumber::userauth_banner:
      return "USERAUTH_BANNER";
    case MessageNumber::global_request:
      return "GLOBAL_REQUEST";
    case MessageNumber::request_success:
      return "REQUEST_SUCCESS";
    case MessageNumber::request_failure:
      return "REQUEST_FAILURE";
    case MessageNumber::channel_open:
      return "CHANNEL_OPEN";
    case MessageNumber::channel_open_confirmation:
      return "CHANNEL_OPEN_CONFIRMATION";
    case MessageNumber::channel_open_failure:
      return "CHANNEL_OPEN_FAILURE";
    case MessageNumber::channel_window_adjust:
      return "CHANNEL_WINDOW_ADJUST";
    case MessageNumber::channel_data:
      return "CHANNEL_DATA";
    case MessageNumber::channel_extended_data:
      return "CHANNEL_EXTENDED_DATA";
    case MessageNumber::channel_eof:
      return "CHANNEL_EOF";
    case MessageNumber::channel_close:
      return "CHANNEL_CLOSE";
    case MessageNumber::channel_request:
      return "CHANNEL_REQUEST";
    case MessageNumber::channel_success:
      return "CHANNEL_SUCCESS";
    case MessageNumber::channel_failure:
      return "CHANNEL_FAILURE";
    case MessageNumber::ping:
      return "PING";
    case MessageNumber::pong:
      return "PONG";
    default:
      return is_auth(to_byte(n)) ? "USERAUTH message" : "unknown message";
  }
}

}  // namespace amiko::wire
