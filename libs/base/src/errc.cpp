// amiko - texts of the error codes
#include <amiko/base/errc.hpp>

#include <string>

namespace amiko {
namespace {

const char* text_of(errc e) noexcept {
  switch (e) {
    case errc::no_state:
      return "the object is empty: moved from, or not started";
    case errc::invalid_argument:
      return "invalid argument";
    case errc::unsupported:
      return "not supported";
    case errc::timed_out:
      return "timed out";
    case errc::would_block:
      return "the operation would block";
    case errc::cancelled:
      return "cancelled";
    case errc::name_not_found:
      return "host name not found";
    case errc::connection_refused:
      return "connection refused";
    case errc::unreachable:
      return "host or network unreachable";
    case errc::connect_failed:
      return "could not connect";
    case errc::proxy_failed:
      return "the proxy command failed";
    case errc::address_in_use:
      return "the address is in use";
    case errc::listen_failed:
      return "cannot listen";
    case errc::closed:
      return "the connection was closed on this side";
    case errc::connection_lost:
      return "the connection was lost";
    case errc::disconnected:
      return "disconnected by the peer";
    case errc::peer_unresponsive:
      return "the peer no longer answers";
    case errc::not_ssh:
      return "the peer does not speak SSH";
    case errc::old_protocol:
      return "the peer speaks only version 1 of the SSH protocol";
    case errc::malformed_packet:
      return "malformed packet";
    case errc::packet_too_large:
      return "packet length out of bounds";
    case errc::corrupted_packet:
      return "corrupted packet";
    case errc::protocol_error:
      return "protocol error";
    case errc::compression_failed:
      return "bad compressed data";
    case errc::no_common_algorithm:
      return "no common algorithm";
    case errc::kex_failed:
      return "key exchange failed";
    case errc::bad_host_signature:
      return "the host key signature is wrong";
    case errc::host_key_unknown:
      return "unknown host key";
    case errc::host_key_changed:
      return "the host key has changed";
    case errc::host_key_revoked:
      return "the host key is revoked";
    case errc::auth_failed:
      return "authentication failed";
    case errc::no_more_auth_methods:
      return "no authentication method is left to try";
    case errc::password_expired:
      return "the password has expired";
    case errc::login_timeout:
      return "the time to log in has passed";
    case errc::too_many_attempts:
      return "too many authentication failures";
    case errc::service_unavailable:
      return "service not available";
    case errc::file_not_found:
      return "file not found";
    case errc::file_unreadable:
      return "file cannot be read";
    case errc::file_unwritable:
      return "file cannot be written";
    case errc::unknown_format:
      return "unknown format";
    case errc::malformed_key:
      return "malformed key";
    case errc::unsupported_key:
      return "unsupported key";
    case errc::passphrase_needed:
      return "a passphrase is needed";
    case errc::wrong_passphrase:
      return "wrong passphrase";
    case errc::bad_signature:
      return "bad signature";
    case errc::channel_refused:
      return "the peer refused to open the channel";
    case errc::request_refused:
      return "the peer refused the request";
    case errc::channel_closed:
      return "the channel is closed";
    case errc::output_limit:
      return "the output limit was reached";
    case errc::process_failed:
      return "the command failed";
    case errc::bad_config:
      return "bad configuration";
    case errc::resource_shortage:
      return "out of resources";
    case errc::internal_error:
      return "internal error";
  }
  return "unknown error";
}

class Category final : public boost::system::error_category {
 public:
  const char* name() const noexcept override { return "amiko"; }
  std::string message(int value) const override { return text_of(static_cast<errc>(value)); }
};

}  // namespace

const boost::system::error_category& amiko_category() noexcept {
  static const Category category;
  return category;
}

std::string_view name_of(DisconnectReason reason) noexcept {
  switch (reason) {
    case DisconnectReason::host_not_allowed_to_connect:
      return "host not allowed to connect";
    case DisconnectReason::protocol_error:
      return "protocol error";
    case DisconnectReason::key_exchange_failed:
      return "key exchange failed";
    case DisconnectReason::mac_error:
      return "MAC error";
    case DisconnectReason::compression_error:
      return "compression error";
    case DisconnectReason::service_not_available:
      return "service not available";
    case DisconnectReason::protocol_version_not_supported:
      return "protocol version not supported";
    case DisconnectReason::host_key_not_verifiable:
      return "host key not verifiable";
    case DisconnectReason::connection_lost:
      return "connection lost";
    case DisconnectReason::by_application:
      return "by application";
    case DisconnectReason::too_many_connections:
      return "too many connections";
    case DisconnectReason::auth_cancelled_by_user:
      return "authentication cancelled by user";
    case DisconnectReason::no_more_auth_methods_available:
      return "no more authentication methods available";
    case DisconnectReason::illegal_user_name:
      return "illegal user name";
  }
  return "unknown reason";
}

std::string_view name_of(OpenFailureReason reason) noexcept {
  switch (reason) {
    case OpenFailureReason::administratively_prohibited:
      return "administratively prohibited";
    case OpenFailureReason::connect_failed:
      return "connect failed";
    case OpenFailureReason::unknown_channel_type:
      return "unknown channel type";
    case OpenFailureReason::resource_shortage:
      return "resource shortage";
  }
  return "unknown reason";
}

DisconnectReason reason_for(error_code code) noexcept {
  if (code.category() != amiko_category()) return DisconnectReason::by_application;
  switch (static_cast<errc>(code.value())) {
    case errc::corrupted_packet:
      return DisconnectReason::mac_error;
    case errc::compression_failed:
      return DisconnectReason::compression_error;
    case errc::malformed_packet:
    case errc::packet_too_large:
    case errc::protocol_error:
      return DisconnectReason::protocol_error;
    case errc::no_common_algorithm:
    case errc::kex_failed:
    case errc::bad_host_signature:
      return DisconnectReason::key_exchange_failed;
    case errc::host_key_unknown:
    case errc::host_key_changed:
    case errc::host_key_revoked:
      return DisconnectReason::host_key_not_verifiable;
    case errc::old_protocol:
      return DisconnectReason::protocol_version_not_supported;
    case errc::peer_unresponsive:
      return DisconnectReason::connection_lost;
    case errc::service_unavailable:
      return DisconnectReason::service_not_available;
    case errc::too_many_attempts:
    case errc::no_more_auth_methods:
    case errc::auth_failed:
      return DisconnectReason::no_more_auth_methods_available;
    default:
      return DisconnectReason::by_application;
  }
}

}  // namespace amiko
