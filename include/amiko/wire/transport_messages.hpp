// amiko - messages of the transport layer (RFC 4253, RFC 4419, RFC 4432, RFC 5656, RFC 8308, OpenSSH PROTOCOL 1.8)
#pragma once

#include <amiko/wire/codec.hpp>

#include <vector>

namespace amiko::wire {

struct Disconnect {  // RFC 4253 section 11.1
  static constexpr auto number = MessageNumber::disconnect;
  std::uint32_t reason = 0;
  std::string_view description{};
  std::string_view language{};
  template <class A>
  void fields(A& a) {
    a(reason, description, language);
  }
};

struct Ignore {  // section 11.2
  static constexpr auto number = MessageNumber::ignore;
  ByteView data{};
  template <class A>
  void fields(A& a) {
    a(data);
  }
};

struct Debug {  // section 11.3
  static constexpr auto number = MessageNumber::debug;
  bool always_display = false;
  std::string_view message{};
  std::string_view language{};
  template <class A>
  void fields(A& a) {
    a(always_display, message, language);
  }
};

struct Unimplemented {  // section 11.4
  static constexpr auto number = MessageNumber::unimplemented;
  std::uint32_t sequence = 0;
  template <class A>
  void fields(A& a) {
    a(sequence);
  }
};

struct ServiceRequest {  // section 10
  static constexpr auto number = MessageNumber::service_request;
  std::string_view service{};
  template <class A>
  void fields(A& a) {
    a(service);
  }
};

struct ServiceAccept {  // section 10
  static constexpr auto number = MessageNumber::service_accept;
  std::string_view service{};
  template <class A>
  void fields(A& a) {
    a(service);
  }
};

struct KexInit {  // section 7.1
  static constexpr auto number = MessageNumber::kexinit;
  Fixed<16> cookie{};
  NameList kex{};
  NameList host_key{};
  NameList cipher_c2s{};
  NameList cipher_s2c{};
  NameList mac_c2s{};
  NameList mac_s2c{};
  NameList compression_c2s{};
  NameList compression_s2c{};
  // Languages "may be anything" and nobody uses them: kept as text, so that odd ones do not end a connection.
  std::string language_c2s{};
  std::string language_s2c{};
  bool first_kex_packet_follows = false;
  std::uint32_t reserved = 0;
  template <class A>
  void fields(A& a) {
    a(cookie, kex, host_key, cipher_c2s, cipher_s2c, mac_c2s, mac_s2c, compression_c2s, compression_s2c,
      language_c2s, language_s2c, first_kex_packet_follows, reserved);
  }
};

struct NewKeys {  // section 7.3
  static constexpr auto number = MessageNumber::newkeys;
  template <class A>
  void fields(A&) {}
};

struct KexDhInit {  // section 8
  static constexpr auto number = MessageNumber::kexdh_init;
  Mpint e{};
  template <class A>
  void fields(A& a) {
    a(e);
  }
};

struct KexDhReply {  // section 8
  static constexpr auto number = MessageNumber::kexdh_reply;
  ByteView host_key{};
  Mpint f{};
  ByteView signature{};
  template <class A>
  void fields(A& a) {
    a(host_key, f, signature);
  }
};

struct KexEcdhInit {  // RFC 5656 section 4; the hybrids use the same form
  static constexpr auto number = MessageNumber::kex_ecdh_init;
  ByteView client_public{};
  template <class A>
  void fields(A& a) {
    a(client_public);
  }
};

struct KexEcdhReply {  // RFC 5656 section 4
  static constexpr auto number = MessageNumber::kex_ecdh_reply;
  ByteView host_key{};
  ByteView server_public{};
  ByteView signature{};
  template <class A>
  void fields(A& a) {
    a(host_key, server_public, signature);
  }
};

struct KexGexRequest {  // RFC 4419 section 3
  static constexpr auto number = MessageNumber::kex_dh_gex_request;
  std::uint32_t min = 0, preferred = 0, max = 0;
  template <class A>
  void fields(A& a) {
    a(min, preferred, max);
  }
};

struct KexGexRequestOld {  // RFC 4419 section 5
  static constexpr auto number = MessageNumber::kex_dh_gex_request_old;
  std::uint32_t preferred = 0;
  template <class A>
  void fields(A& a) {
    a(preferred);
  }
};

struct KexGexGroup {  // RFC 4419 section 3
  static constexpr auto number = MessageNumber::kex_dh_gex_group;
  Mpint p{};
  Mpint g{};
  template <class A>
  void fields(A& a) {
    a(p, g);
  }
};

struct KexGexInit {  // RFC 4419 section 3
  static constexpr auto number = MessageNumber::kex_dh_gex_init;
  Mpint e{};
  template <class A>
  void fields(A& a) {
    a(e);
  }
};

struct KexGexReply {  // RFC 4419 section 3
  static constexpr auto number = MessageNumber::kex_dh_gex_reply;
  ByteView host_key{};
  Mpint f{};
  ByteView signature{};
  template <class A>
  void fields(A& a) {
    a(host_key, f, signature);
  }
};

struct KexRsaPubkey {  // RFC 4432 section 4
  static constexpr auto number = MessageNumber::kexrsa_pubkey;
  ByteView host_key{};
  ByteView transient_key{};
  template <class A>
  void fields(A& a) {
    a(host_key, transient_key);
  }
};

struct KexRsaSecret {  // RFC 4432 section 4
  static constexpr auto number = MessageNumber::kexrsa_secret;
  ByteView encrypted{};
  template <class A>
  void fields(A& a) {
    a(encrypted);
  }
};

struct KexRsaDone {  // RFC 4432 section 4
  static constexpr auto number = MessageNumber::kexrsa_done;
  ByteView signature{};
  template <class A>
  void fields(A& a) {
    a(signature);
  }
};

struct Ping {  // OpenSSH PROTOCOL 1.8
  static constexpr auto number = MessageNumber::ping;
  ByteView data{};
  template <class A>
  void fields(A& a) {
    a(data);
  }
};

struct Pong {  // OpenSSH PROTOCOL 1.8
  static constexpr auto number = MessageNumber::pong;
  ByteView data{};
  template <class A>
  void fields(A& a) {
    a(data);
  }
};

struct Extension {
  std::string_view name{};
  ByteView value{};
};

/// EXT_INFO (RFC 8308 section 2.3): a count, then name and value pairs.
struct ExtInfo {
  std::vector<Extension> extensions{};
};
Bytes encoded(const ExtInfo& info);
/// Views point into `payload`.  Throws errc::malformed_packet; more than 1024 extensions count as malformed.
ExtInfo decode_ext_info(ByteView payload);

}  // namespace amiko::wire
