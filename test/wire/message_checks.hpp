// amiko - what must hold for the encoding of every message
#pragma once

#include <amiko/base/error.hpp>
#include <amiko/wire/codec.hpp>

#include <boost/test/unit_test.hpp>

namespace amiko::test {

inline bool is_malformed(const ProtocolError& error) {
  return error.code() == errc::malformed_packet;
}

/// Every piece of `wire` that is cut short, and one with a byte more, is refused by `decode`.
template <class Decode>
void check_cuts(const Bytes& wire, Decode decode) {
  for (std::size_t size = 0; size < wire.size(); ++size) {
    const Bytes cut(wire.begin(),
                    wire.begin() + static_cast<std::ptrdiff_t>(size));  // of its own: ASan sees its end
    BOOST_CHECK_EXCEPTION((void)decode(ByteView(cut)), ProtocolError, is_malformed);
  }
  Bytes longer = wire;
  longer.push_back(0);
  BOOST_CHECK_EXCEPTION((void)decode(ByteView(longer)), ProtocolError, is_malformed);
}

/// `wire` has the message's number, decodes, and encodes to the same bytes again; another number is refused.
/// Returns what was decoded; its views point into `wire`.
template <class Message>
Message check_round_trip(const Bytes& wire) {
  BOOST_REQUIRE(!wire.empty());
  BOOST_TEST(wire[0] == wire::to_byte(Message::number));
  const Message message = wire::decode<Message>(wire);
  BOOST_TEST((wire::encoded(message) == wire));
  Bytes other = wire;
  ++other[0];
  BOOST_CHECK_EXCEPTION((void)wire::decode<Message>(other), ProtocolError, is_malformed);
  return message;
}

/// check_round_trip() and check_cuts(), for a message that does not end in wire::Rest.
template <class Message>
Message check_message(const Bytes& wire) {
  check_cuts(wire, [](ByteView cut) { return wire::decode<Message>(cut); });
  return check_round_trip<Message>(wire);
}

/// As check_message() for a message whose last field is wire::Rest of `rest_size` bytes, which may be cut
/// short and be longer.
template <class Message>
Message check_message_with_rest(const Bytes& wire, std::size_t rest_size) {
  for (std::size_t size = 0; size + rest_size < wire.size(); ++size) {
    const Bytes cut(wire.begin(), wire.begin() + static_cast<std::ptrdiff_t>(size));
    BOOST_CHECK_EXCEPTION((void)wire::decode<Message>(cut), ProtocolError, is_malformed);
  }
  BOOST_CHECK_NO_THROW((void)wire::decode<Message>(ByteView(wire).first(wire.size() - rest_size)));
  return check_round_trip<Message>(wire);
}

}  // namespace amiko::test
