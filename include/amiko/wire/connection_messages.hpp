// amiko - messages of the connection protocol (RFC 4254)
#pragma once

#include <amiko/wire/codec.hpp>

namespace amiko::wire {

struct GlobalRequest {  // section 4
  static constexpr auto number = MessageNumber::global_request;
  std::string_view type{};
  bool want_reply = false;
  Rest body{};
  template <class A>
  void fields(A& a) {
    a(type, want_reply, body);
  }
};

struct RequestSuccess {  // section 4
  static constexpr auto number = MessageNumber::request_success;
  Rest body{};
  template <class A>
  void fields(A& a) {
    a(body);
  }
};

struct RequestFailure {  // section 4
  static constexpr auto number = MessageNumber::request_failure;
  template <class A>
  void fields(A&) {}
};

struct ChannelOpen {  // section 5.1
  static constexpr auto number = MessageNumber::channel_open;
  std::string_view type{};
  std::uint32_t sender = 0;
  std::uint32_t window = 0;
  std::uint32_t max_packet = 0;
  Rest body{};
  template <class A>
  void fields(A& a) {
    a(type, sender, window, max_packet, body);
  }
};

struct ChannelOpenConfirmation {  // section 5.1
  static constexpr auto number = MessageNumber::channel_open_confirmation;
  std::uint32_t recipient = 0;
  std::uint32_t sender = 0;
  std::uint32_t window = 0;
  std::uint32_t max_packet = 0;
  Rest body{};
  template <class A>
  void fields(A& a) {
    a(recipient, sender, window, max_packet, body);
  }
};

struct ChannelOpenFailure {  // section 5.1
  static constexpr auto number = MessageNumber::channel_open_failure;
  std::uint32_t recipient = 0;
  std::uint32_t reason = 0;
  std::string_view description{};
  std::string_view language{};
  template <class A>
  void fields(A& a) {
    a(recipient, reason, description, language);
  }
};

struct ChannelWindowAdjust {  // section 5.2
  static constexpr auto number = MessageNumber::channel_window_adjust;
  std::uint32_t recipient = 0;
  std::uint32_t bytes = 0;
  template <class A>
  void fields(A& a) {
    a(recipient, bytes);
  }
};

struct ChannelData {  // section 5.2; only decoded this way: data is encoded by hand where it is sent
  static constexpr auto number = MessageNumber::channel_data;
  std::uint32_t recipient = 0;
  ByteView data{};
  template <class A>
  void fields(A& a) {
    a(recipient, data);
  }
};

struct ChannelExtendedData {  // section 5.2
  static constexpr auto number = MessageNumber::channel_extended_data;
  static constexpr std::uint32_t stderr_type = 1;
  std::uint32_t recipient = 0;
  std::uint32_t type = stderr_type;
  ByteView data{};
  template <class A>
  void fields(A& a) {
    a(recipient, type, data);
  }
};

struct ChannelEof {  // section 5.3
  static constexpr auto number = MessageNumber::channel_eof;
  std::uint32_t recipient = 0;
  template <class A>
  void fields(A& a) {
    a(recipient);
  }
};

struct ChannelClose {  // section 5.3
  static constexpr auto number = MessageNumber::channel_close;
  std::uint32_t recipient = 0;
  template <class A>
  void fields(A& a) {
    a(recipient);
  }
};

struct ChannelRequest {  // section 5.4
  static constexpr auto number = MessageNumber::channel_request;
  std::uint32_t recipient = 0;
  std::string_view type{};
  bool want_reply = false;
  Rest body{};
  template <class A>
  void fields(A& a) {
    a(recipient, type, want_reply, body);
  }
};

struct ChannelSuccess {  // section 5.4
  static constexpr auto number = MessageNumber::channel_success;
  std::uint32_t recipient = 0;
  template <class A>
  void fields(A& a) {
    a(recipient);
  }
};

struct ChannelFailure {  // section 5.4
  static constexpr auto number = MessageNumber::channel_failure;
  std::uint32_t recipient = 0;
  template <class A>
  void fields(A& a) {
    a(recipient);
  }
};

}  // namespace amiko::wire
