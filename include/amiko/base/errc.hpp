// amiko - error codes
#pragma once

#include <amiko/base/config.hpp>

#include <boost/system/error_code.hpp>

#include <cstdint>
#include <string_view>

namespace amiko {

using boost::system::error_code;

/// What went wrong.  Each has one fixed English sentence (message()); exceptions add what is known of the
/// case.
enum class errc {
  // the call itself
  no_state = 1,      ///< a moved-from or not yet started object was used
  invalid_argument,  ///< an argument makes no sense; the text names it
  unsupported,       ///< asked for something this library or build does not have
  timed_out,         ///< the call's deadline passed
  would_block,       ///< a call with timeout 0 had nothing to give
  cancelled,         ///< ended by cancel() from another thread

  // reaching the peer
  name_not_found,      ///< the host name has no address
  connection_refused,  ///< nobody listens there
  unreachable,         ///< no route, or the network did not answer
  connect_failed,      ///< any other failure to connect; the text has the system's reason
  proxy_failed,        ///< the proxy command did not start or ended
  address_in_use,      ///< server: another program listens there
  listen_failed,       ///< server: any other failure to listen; the text has the system's reason

  // the end of a connection
  closed,             ///< closed on this side
  connection_lost,    ///< the peer's end went away without a word
  disconnected,       ///< the peer sent DISCONNECT
  peer_unresponsive,  ///< keepalive messages went unanswered

  // version exchange and packets
  not_ssh,             ///< what answers does not speak SSH
  old_protocol,        ///< the peer speaks SSH-1 only
  malformed_packet,    ///< a message that does not parse
  packet_too_large,    ///< a packet length out of bounds
  corrupted_packet,    ///< MAC, tag or padding wrong: damaged or tampered with
  protocol_error,      ///< a well-formed message that is not allowed here
  compression_failed,  ///< compressed data that does not inflate, or inflates too far

  // key exchange
  no_common_algorithm,  ///< the two sides share no algorithm of one kind
  kex_failed,           ///< the key exchange went wrong: bad value, bad group
  bad_host_signature,   ///< the server could not prove that it owns its host key
  host_key_unknown,     ///< nothing is known about the host's key
  host_key_changed,     ///< another key is on record for the host
  host_key_revoked,     ///< the host's key is marked as revoked

  // authentication
  auth_failed,           ///< the server refused the credentials
  no_more_auth_methods,  ///< nothing left to try that the server accepts
  password_expired,      ///< the server asks for a new password and none was given
  login_timeout,         ///< server: nobody logged in within the time that there is for it
  too_many_attempts,     ///< server: more failed attempts than are allowed
  service_unavailable,   ///< server: the client asked for a service that there is not

  // keys and files
  file_not_found,
  file_unreadable,
  file_unwritable,
  unknown_format,     ///< not a format that the loader knows
  malformed_key,      ///< a known format, broken inside
  unsupported_key,    ///< a key type or scheme that is not supported
  passphrase_needed,  ///< encrypted, and no passphrase was given
  wrong_passphrase,
  bad_signature,  ///< a signature that does not verify

  // channels and processes
  channel_refused,  ///< the peer refused to open a channel
  request_refused,  ///< the peer refused a request on a channel
  channel_closed,   ///< the channel is closed
  output_limit,     ///< more output than the cap allows
  process_failed,   ///< a command ended with an exit status other than 0, or by a signal

  // configuration
  bad_config,  ///< an option or a configuration file is wrong

  resource_shortage,  ///< out of threads, descriptors or a configured budget
  internal_error,     ///< a defect of this library
};

AMIKO_DECL const boost::system::error_category& amiko_category() noexcept;

inline error_code make_error_code(errc e) noexcept {
  return {static_cast<int>(e), amiko_category()};
}

/// Reason codes of SSH_MSG_DISCONNECT (RFC 4253 section 11.1).
enum class DisconnectReason : std::uint32_t {
  host_not_allowed_to_connect = 1,
  protocol_error = 2,
  key_exchange_failed = 3,
  mac_error = 5,
  compression_error = 6,
  service_not_available = 7,
  protocol_version_not_supported = 8,
  host_key_not_verifiable = 9,
  connection_lost = 10,
  by_application = 11,
  too_many_connections = 12,
  auth_cancelled_by_user = 13,
  no_more_auth_methods_available = 14,
  illegal_user_name = 15,
};

/// Reason codes of SSH_MSG_CHANNEL_OPEN_FAILURE (RFC 4254 section 5.1).
enum class OpenFailureReason : std::uint32_t {
  administratively_prohibited = 1,
  connect_failed = 2,
  unknown_channel_type = 3,
  resource_shortage = 4,
};

/// The reason's name in words ("protocol error"), or "unknown reason".
AMIKO_DECL std::string_view name_of(DisconnectReason reason) noexcept;
AMIKO_DECL std::string_view name_of(OpenFailureReason reason) noexcept;

/// The DISCONNECT reason that tells the peer best about `code`.
AMIKO_DECL DisconnectReason reason_for(error_code code) noexcept;

}  // namespace amiko

template <>
struct boost::system::is_error_code_enum<amiko::errc> : std::true_type {};
