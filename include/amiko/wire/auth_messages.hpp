// amiko - messages of the authentication protocol (RFC 4252, RFC 4256)
#pragma once

#include <amiko/base/secret.hpp>
#include <amiko/wire/codec.hpp>

#include <vector>

namespace amiko::wire {

/// The head that all requests share; what follows depends on the method.
struct UserauthRequest {  // RFC 4252 section 5
  static constexpr auto number = MessageNumber::userauth_request;
  std::string_view user{};
  std::string_view service{};
  std::string_view method{};
  Rest body{};
  template <class A>
  void fields(A& a) {
    a(user, service, method, body);
  }
};

struct UserauthFailure {  // section 5.1
  static constexpr auto number = MessageNumber::userauth_failure;
  NameList methods{};
  bool partial_success = false;
  template <class A>
  void fields(A& a) {
    a(methods, partial_success);
  }
};

struct UserauthSuccess {  // section 5.1
  static constexpr auto number = MessageNumber::userauth_success;
  template <class A>
  void fields(A&) {}
};

struct UserauthBanner {  // section 5.4
  static constexpr auto number = MessageNumber::userauth_banner;
  std::string_view message{};
  std::string_view language{};
  template <class A>
  void fields(A& a) {
    a(message, language);
  }
};

struct UserauthPkOk {  // section 7
  static constexpr auto number = MessageNumber::userauth_pk_ok;
  std::string_view algorithm{};
  ByteView blob{};
  template <class A>
  void fields(A& a) {
    a(algorithm, blob);
  }
};

struct UserauthPasswdChangereq {  // section 8
  static constexpr auto number = MessageNumber::userauth_passwd_changereq;
  std::string_view prompt{};
  std::string_view language{};
  template <class A>
  void fields(A& a) {
    a(prompt, language);
  }
};

struct InfoPrompt {
  std::string_view prompt{};
  bool echo = false;
};

struct UserauthInfoRequest {  // RFC 4256 section 3.2
  std::string_view name{};
  std::string_view instruction{};
  std::string_view language{};
  std::vector<InfoPrompt> prompts{};
};
Bytes encoded(const UserauthInfoRequest& request);
/// Views point into `payload`.  Throws errc::malformed_packet; more than 256 prompts count as malformed.
UserauthInfoRequest decode_info_request(ByteView payload);

/// INFO_RESPONSE (RFC 4256 section 3.4), which carries secrets: the caller wipes it.
Bytes encode_info_response(const std::vector<Secret>& answers);
/// Throws errc::malformed_packet; more than 256 answers count as malformed.
std::vector<Secret> decode_info_response(ByteView payload);

}  // namespace amiko::wire
