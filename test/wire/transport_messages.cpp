// amiko - tests of the transport layer's messages
#include <amiko/wire/transport_messages.hpp>

#include <boost/test/unit_test.hpp>

#include "message_checks.hpp"

using namespace amiko;
using namespace amiko::wire;
using namespace amiko::test;

namespace {

constexpr std::string_view ext_info_golden(
    "\x07\0\0\0\2"
    "\0\0\0\x0fserver-sig-algs\0\0\0\x0bssh-ed25519"
    "\0\0\0\x10ping@openssh.com\0\0\0\x01"
    "0",
    1 + 4 + 19 + 15 + 20 + 5);

}  // namespace

BOOST_AUTO_TEST_SUITE(transport_messages)

BOOST_AUTO_TEST_CASE(disconnect) {
  const Bytes golden{1, 0, 0, 0, 11, 0, 0, 0, 3, 'b', 'y', 'e', 0, 0, 0, 2, 'e', 'n'};
  BOOST_TEST((encoded(Disconnect{11, "bye", "en"}) == golden));
  const auto m = check_message<Disconnect>(golden);
  BOOST_TEST(m.reason == 11U);
  BOOST_TEST(m.description == "bye");
  BOOST_TEST(m.language == "en");
}

BOOST_AUTO_TEST_CASE(ignore) {
  const Bytes golden{2, 0, 0, 0, 3, 0, 1, 2};
  const auto m = check_message<Ignore>(golden);
  BOOST_TEST((m.data == Bytes{0, 1, 2}));
}

BOOST_AUTO_TEST_CASE(debug) {
  const Bytes golden{4, 1, 0, 0, 0, 1, 'x', 0, 0, 0, 0};
  BOOST_TEST((encoded(Debug{true, "x", ""}) == golden));
  const auto m = check_message<Debug>(golden);
  BOOST_TEST(m.always_display);
  BOOST_TEST(m.message == "x");
  BOOST_TEST(m.language.empty());
}

BOOST_AUTO_TEST_CASE(unimplemented) {
  const Bytes wire{3, 0xde, 0xad, 0xbe, 0xef};
  const auto m = check_message<Unimplemented>(wire);
  BOOST_TEST(m.sequence == 0xdeadbeefU);
}

BOOST_AUTO_TEST_CASE(services) {
  const Bytes golden{5, 0, 0, 0, 12, 's', 's', 'h', '-', 'u', 's', 'e', 'r', 'a', 'u', 't', 'h'};
  BOOST_TEST((encoded(ServiceRequest{"ssh-userauth"}) == golden));
  BOOST_TEST(check_message<ServiceRequest>(golden).service == "ssh-userauth");
  Bytes accept = golden;
  accept[0] = 6;
  BOOST_TEST(check_message<ServiceAccept>(accept).service == "ssh-userauth");
}

BOOST_AUTO_TEST_CASE(kexinit) {
  Bytes golden{20};
  for (std::uint8_t i = 0; i < 16; ++i)
    golden.push_back(i);
  for (const char* list : {"k1,k2", "h", "c1", "c2", "m1", "m2", "none", "zlib", "", "de"}) {
    golden.insert(golden.end(), {0, 0, 0, static_cast<std::uint8_t>(std::string_view(list).size())});
    append(golden, list);
  }
  golden.insert(golden.end(), {1, 0, 0, 0, 0});
  const auto m = check_message<KexInit>(golden);
  BOOST_TEST(m.cookie.bytes[15] == 15);
  BOOST_TEST((m.kex == NameList{"k1", "k2"}));
  BOOST_TEST((m.host_key == NameList{"h"}));
  BOOST_TEST((m.cipher_c2s == NameList{"c1"}));
  BOOST_TEST((m.cipher_s2c == NameList{"c2"}));
  BOOST_TEST((m.mac_c2s == NameList{"m1"}));
  BOOST_TEST((m.mac_s2c == NameList{"m2"}));
  BOOST_TEST((m.compression_c2s == NameList{"none"}));
  BOOST_TEST((m.compression_s2c == NameList{"zlib"}));
  BOOST_TEST(m.language_c2s.empty());
  BOOST_TEST(m.language_s2c == "de");
  BOOST_TEST(m.first_kex_packet_follows);
  BOOST_TEST(m.reserved == 0U);
}

BOOST_AUTO_TEST_CASE(kexinit_with_a_broken_list_is_refused) {
  KexInit message;
  message.kex = {"a", "", "b"};
  BOOST_CHECK_EXCEPTION((void)decode<KexInit>(encoded(message)), ProtocolError, is_malformed);
}

BOOST_AUTO_TEST_CASE(newkeys) {
  check_message<NewKeys>({21});
}

BOOST_AUTO_TEST_CASE(diffie_hellman) {
  BOOST_TEST((check_message<KexDhInit>({30, 0, 0, 0, 2, 0, 0x80}).e.magnitude == Bytes{0x80}));
  const Bytes golden{31, 0, 0, 0, 1, 'K', 0, 0, 0, 1, 0x7f, 0, 0, 0, 2, 's', 'g'};
  BOOST_TEST((encoded(KexDhReply{"K", {Bytes{0x7f}}, "sg"}) == golden));
  const auto m = check_message<KexDhReply>(golden);
  BOOST_TEST((m.host_key == "K"));
  BOOST_TEST((m.f.magnitude == Bytes{0x7f}));
  BOOST_TEST((m.signature == "sg"));
}

BOOST_AUTO_TEST_CASE(diffie_hellman_with_a_negative_number_is_refused) {
  BOOST_CHECK_EXCEPTION((void)decode<KexDhInit>(Bytes{30, 0, 0, 0, 1, 0x80}), ProtocolError, is_malformed);
}

BOOST_AUTO_TEST_CASE(elliptic_curves) {
  BOOST_TEST((check_message<KexEcdhInit>({30, 0, 0, 0, 2, 0, 0x80}).client_public == Bytes{0, 0x80}));
  const Bytes wire{31, 0, 0, 0, 1, 'K', 0, 0, 0, 1, 'Q', 0, 0, 0, 1, 's'};
  const auto m = check_message<KexEcdhReply>(wire);
  BOOST_TEST((m.host_key == "K"));
  BOOST_TEST((m.server_public == "Q"));
  BOOST_TEST((m.signature == "s"));
}

BOOST_AUTO_TEST_CASE(group_exchange) {
  const Bytes request_wire{34, 0, 0, 0x08, 0, 0, 0, 0x0c, 0, 0, 0, 0x20, 0};
  const auto request = check_message<KexGexRequest>(request_wire);
  BOOST_TEST(request.min == 2048U);
  BOOST_TEST(request.preferred == 3072U);
  BOOST_TEST(request.max == 8192U);
  const Bytes group_wire{31, 0, 0, 0, 2, 0, 0x97, 0, 0, 0, 1, 2};
  const auto group = check_message<KexGexGroup>(group_wire);
  BOOST_TEST((group.p.magnitude == Bytes{0x97}));
  BOOST_TEST((group.g.magnitude == Bytes{2}));
  BOOST_TEST((check_message<KexGexInit>({32, 0, 0, 0, 1, 5}).e.magnitude == Bytes{5}));
  const Bytes reply_wire{33, 0, 0, 0, 1, 'K', 0, 0, 0, 1, 9, 0, 0, 0, 1, 's'};
  const auto reply = check_message<KexGexReply>(reply_wire);
  BOOST_TEST((reply.host_key == "K"));
  BOOST_TEST((reply.f.magnitude == Bytes{9}));
  BOOST_TEST((reply.signature == "s"));
}

BOOST_AUTO_TEST_CASE(ping_and_pong) {
  BOOST_TEST((check_message<Ping>({192, 0, 0, 0, 2, 'h', 'i'}).data == "hi"));
  BOOST_TEST((check_message<Pong>({193, 0, 0, 0, 0}).data.empty()));
}

BOOST_AUTO_TEST_CASE(ext_info) {
  const Bytes golden = ByteView(ext_info_golden).bytes();
  const ExtInfo info = decode_ext_info(golden);
  BOOST_REQUIRE(info.extensions.size() == 2U);
  BOOST_TEST(info.extensions[0].name == "server-sig-algs");
  BOOST_TEST((info.extensions[0].value == "ssh-ed25519"));
  BOOST_TEST(info.extensions[1].name == "ping@openssh.com");
  BOOST_TEST((info.extensions[1].value == "0"));
  BOOST_TEST((encoded(info) == golden));
  check_cuts(golden, decode_ext_info);
  BOOST_TEST(decode_ext_info(Bytes{7, 0, 0, 0, 0}).extensions.empty());
}

BOOST_AUTO_TEST_CASE(ext_info_values_may_be_any_bytes) {
  const Bytes value{0, ',', 0xff};
  const Bytes wire = encoded(ExtInfo{{{"x", value}}});
  BOOST_TEST((decode_ext_info(wire).extensions.at(0).value == value));
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-26"))
BOOST_AUTO_TEST_CASE(ext_info_has_a_largest_count_and_the_right_number) {
  Bytes wire{7, 0, 0, 4, 0};  // 1024
  wire.resize(wire.size() + 1024 * 8);
  BOOST_TEST(decode_ext_info(wire).extensions.size() == 1024U);
  wire[4] = 1;
  wire.resize(wire.size() + 8);
  BOOST_CHECK_EXCEPTION((void)decode_ext_info(wire), ProtocolError, is_malformed);
  BOOST_CHECK_EXCEPTION((void)decode_ext_info(Bytes{7, 0xff, 0xff, 0xff, 0xff}), ProtocolError, is_malformed);
  BOOST_CHECK_EXCEPTION((void)decode_ext_info(Bytes{8, 0, 0, 0, 0}), ProtocolError, is_malformed);
}

BOOST_AUTO_TEST_SUITE_END()
