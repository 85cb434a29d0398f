// amiko - SSH message numbers (RFC 4250 section 4.1, OpenSSH PROTOCOL)
#pragma once

#include <cstdint>
#include <string_view>

namespace amiko::wire {

enum class MessageNumber : std::uint8_t {
  disconnect = 1,
  ignore = 2,
  unimplemented = 3,
  debug = 4,
  service_request = 5,
  service_accept = 6,
  ext_info = 7,
  newcompress = 8,

  kexinit = 20,
  newkeys = 21,

  // 30-49 belong to the key exchange method in use
  kexdh_init = 30,
  kexdh_reply = 31,
  kex_ecdh_init = 30,
  kex_ecdh_reply = 31,
  kex_dh_gex_request_old = 30,
  kex_dh_gex_group = 31,
  kex_dh_gex_init = 32,
  kex_dh_gex_reply = 33,
  kex_dh_gex_request = 34,
  kexrsa_pubkey = 30,
  kexrsa_secret = 31,
  kexrsa_done = 32,

  userauth_request = 50,
  userauth_failure = 51,
  userauth_success = 52,
  userauth_banner = 53,
  // 60-79 belong to the authentication method in use
  userauth_pk_ok = 60,
  userauth_passwd_changereq = 60,
  userauth_info_request = 60,
  userauth_info_response = 61,

  global_request = 80,
  request_success = 81,
  request_failure = 82,
  channel_open = 90,
  channel_open_confirmation = 91,
  channel_open_failure = 92,
  channel_window_adjust = 93,
  channel_data = 94,
  channel_extended_data = 95,
  channel_eof = 96,
  channel_close = 97,
  channel_request = 98,
  channel_success = 99,
  channel_failure = 100,

  ping = 192,
  pong = 193,
};

constexpr std::uint8_t to_byte(MessageNumber n) noexcept {
  return static_cast<std::uint8_t>(n);
}
constexpr bool is_kex_method(std::uint8_t n) noexcept {
  return n >= 30 && n <= 49;
}
constexpr bool is_kex(std::uint8_t n) noexcept {
  return n >= 20 && n <= 49;
}
constexpr bool is_auth(std::uint8_t n) noexcept {
  return n >= 50 && n <= 79;
}
constexpr bool is_connection(std::uint8_t n) noexcept {
  return n >= 80 && n <= 127;
}

/// "CHANNEL_DATA"; "KEX message" and "USERAUTH message" for the numbers that depend on the method; "unknown
/// message" otherwise.
std::string_view name_of(MessageNumber n) noexcept;

}  // namespace amiko::wire
