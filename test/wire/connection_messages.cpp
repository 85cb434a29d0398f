// amiko - tests of the connection protocol's messages
#include <amiko/wire/connection_messages.hpp>

#include <boost/test/unit_test.hpp>

#include "message_checks.hpp"

using namespace amiko;
using namespace amiko::wire;
using namespace amiko::test;

BOOST_AUTO_TEST_SUITE(connection_messages)

BOOST_AUTO_TEST_CASE(global_request) {
  const Bytes golden{80, 0, 0, 0, 1, 't', 1, 'b', 'o'};
  BOOST_TEST((encoded(GlobalRequest{"t", true, {"bo"}}) == golden));
  const auto m = check_message_with_rest<GlobalRequest>(golden, 2);
  BOOST_TEST(m.type == "t");
  BOOST_TEST(m.want_reply);
  BOOST_TEST((m.body.bytes == "bo"));
}

BOOST_AUTO_TEST_CASE(request_replies) {
  BOOST_TEST(
      (check_message_with_rest<RequestSuccess>({81, 0, 0, 0, 22}, 4).body.bytes == Bytes{0, 0, 0, 22}));
  BOOST_TEST(check_message_with_rest<RequestSuccess>({81}, 0).body.bytes.empty());
  check_message<RequestFailure>({82});
}

BOOST_AUTO_TEST_CASE(channel_open) {
  const Bytes golden{90, 0, 0, 0, 7,    's', 'e', 's', 's', 'i',  'o', 'n', 0,
                     0,  0, 5, 0, 0x20, 0,   0,   0,   0,   0x80, 0,   'x'};
  BOOST_TEST((encoded(ChannelOpen{"session", 5, 0x200000, 0x8000, {"x"}}) == golden));
  const auto m = check_message_with_rest<ChannelOpen>(golden, 1);
  BOOST_TEST(m.type == "session");
  BOOST_TEST(m.sender == 5U);
  BOOST_TEST(m.window == 0x200000U);
  BOOST_TEST(m.max_packet == 0x8000U);
  BOOST_TEST((m.body.bytes == "x"));
}

BOOST_AUTO_TEST_CASE(channel_open_replies) {
  const Bytes yes_wire{91, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4, 'x'};
  const auto yes = check_message_with_rest<ChannelOpenConfirmation>(yes_wire, 1);
  BOOST_TEST(yes.recipient == 1U);
  BOOST_TEST(yes.sender == 2U);
  BOOST_TEST(yes.window == 3U);
  BOOST_TEST(yes.max_packet == 4U);
  BOOST_TEST((yes.body.bytes == "x"));
  const Bytes no_wire{92, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 1, 'd', 0, 0, 0, 1, 'l'};
  const auto no = check_message<ChannelOpenFailure>(no_wire);
  BOOST_TEST(no.recipient == 1U);
  BOOST_TEST(no.reason == 2U);
  BOOST_TEST(no.description == "d");
  BOOST_TEST(no.language == "l");
}

BOOST_AUTO_TEST_CASE(channel_window_adjust) {
  const Bytes wire{93, 0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff};
  const auto m = check_message<ChannelWindowAdjust>(wire);
  BOOST_TEST(m.recipient == 1U);
  BOOST_TEST(m.bytes == 0xffffffffU);
}

BOOST_AUTO_TEST_CASE(channel_data) {
  const Bytes wire{94, 0, 0, 0, 9, 0, 0, 0, 2, 0, 0xff};
  const auto m = check_message<ChannelData>(wire);
  BOOST_TEST(m.recipient == 9U);
  BOOST_TEST((m.data == Bytes{0, 0xff}));
}

BOOST_AUTO_TEST_CASE(channel_extended_data) {
  const Bytes golden{95, 0, 0, 0, 9, 0, 0, 0, 1, 0, 0, 0, 1, 'e'};
  ChannelExtendedData to_stderr;
  to_stderr.recipient = 9;
  to_stderr.data = "e";
  BOOST_TEST((encoded(to_stderr) == golden));
  const auto m = check_message<ChannelExtendedData>(golden);
  BOOST_TEST(m.recipient == 9U);
  BOOST_TEST(m.type == 1U);
  BOOST_TEST((m.data == "e"));
}

BOOST_AUTO_TEST_CASE(messages_of_a_channel_number_only) {
  BOOST_TEST(check_message<ChannelEof>({96, 0, 0, 1, 0}).recipient == 256U);
  BOOST_TEST(check_message<ChannelClose>({97, 0, 0, 1, 0}).recipient == 256U);
  BOOST_TEST(check_message<ChannelSuccess>({99, 0, 0, 1, 0}).recipient == 256U);
  BOOST_TEST(check_message<ChannelFailure>({100, 0, 0, 1, 0}).recipient == 256U);
}

BOOST_AUTO_TEST_CASE(channel_request) {
  const Bytes golden{98, 0, 0, 0, 3, 0, 0, 0, 4, 'e', 'x', 'e', 'c', 1, 0, 0, 0, 2, 'l', 's'};
  Bytes body;
  Writer(body).string("ls");
  BOOST_TEST((encoded(ChannelRequest{3, "exec", true, {body}}) == golden));
  const auto m = check_message_with_rest<ChannelRequest>(golden, 6);
  BOOST_TEST(m.recipient == 3U);
  BOOST_TEST(m.type == "exec");
  BOOST_TEST(m.want_reply);
  BOOST_TEST((m.body.bytes == body));
}

BOOST_AUTO_TEST_SUITE_END()
