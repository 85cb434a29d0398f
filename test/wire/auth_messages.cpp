// amiko - tests of the authentication protocol's messages
#include <amiko/wire/auth_messages.hpp>

#include <boost/test/unit_test.hpp>

#include "message_checks.hpp"

using namespace amiko;
using namespace amiko::wire;
using namespace amiko::test;

namespace {

void put(Bytes& to, std::string_view text) {
  Writer(to).string(text);
}

// A keyboard-interactive request with two prompts, after the example of RFC 4256 section 3.5
Bytes info_request_golden() {
  Bytes wire{60};
  put(wire, "CRYPTOCard Authentication");
  put(wire, "The challenge is '14315716'");
  put(wire, "en-US");
  wire.insert(wire.end(), {0, 0, 0, 2});
  put(wire, "Response: ");
  wire.push_back(1);
  put(wire, "PIN: ");
  wire.push_back(0);
  return wire;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(auth_messages)

BOOST_AUTO_TEST_CASE(request) {
  Bytes golden{50};
  put(golden, "user");
  put(golden, "ssh-connection");
  put(golden, "password");
  append(golden, "body");
  BOOST_TEST((encoded(UserauthRequest{"user", "ssh-connection", "password", {"body"}}) == golden));
  const auto m = check_message_with_rest<UserauthRequest>(golden, 4);
  BOOST_TEST(m.user == "user");
  BOOST_TEST(m.service == "ssh-connection");
  BOOST_TEST(m.method == "password");
  BOOST_TEST((m.body.bytes == "body"));
}

BOOST_AUTO_TEST_CASE(failure) {
  const Bytes golden{51, 0, 0, 0, 3, 'a', ',', 'b', 1};
  BOOST_TEST((encoded(UserauthFailure{{"a", "b"}, true}) == golden));
  const auto m = check_message<UserauthFailure>(golden);
  BOOST_TEST((m.methods == NameList{"a", "b"}));
  BOOST_TEST(m.partial_success);
  BOOST_TEST(check_message<UserauthFailure>({51, 0, 0, 0, 0, 0}).methods.empty());
}

BOOST_AUTO_TEST_CASE(success) {
  check_message<UserauthSuccess>({52});
}

BOOST_AUTO_TEST_CASE(banner) {
  const Bytes wire{53, 0, 0, 0, 3, 'h', 'i', '\n', 0, 0, 0, 2, 'e', 'n'};
  const auto m = check_message<UserauthBanner>(wire);
  BOOST_TEST(m.message == "hi\n");
  BOOST_TEST(m.language == "en");
}

BOOST_AUTO_TEST_CASE(pk_ok) {
  const Bytes wire{60, 0, 0, 0, 2, 'a', 'l', 0, 0, 0, 2, 0, 0xff};
  const auto m = check_message<UserauthPkOk>(wire);
  BOOST_TEST(m.algorithm == "al");
  BOOST_TEST((m.blob == Bytes{0, 0xff}));
}

BOOST_AUTO_TEST_CASE(passwd_changereq) {
  const Bytes wire{60, 0, 0, 0, 3, 'n', 'e', 'w', 0, 0, 0, 0};
  const auto m = check_message<UserauthPasswdChangereq>(wire);
  BOOST_TEST(m.prompt == "new");
  BOOST_TEST(m.language.empty());
}

BOOST_AUTO_TEST_CASE(info_request) {
  const Bytes golden = info_request_golden();
  const UserauthInfoRequest request = decode_info_request(golden);
  BOOST_TEST(request.name == "CRYPTOCard Authentication");
  BOOST_TEST(request.instruction == "The challenge is '14315716'");
  BOOST_TEST(request.language == "en-US");
  BOOST_REQUIRE(request.prompts.size() == 2U);
  BOOST_TEST(request.prompts[0].prompt == "Response: ");
  BOOST_TEST(request.prompts[0].echo);
  BOOST_TEST(request.prompts[1].prompt == "PIN: ");
  BOOST_TEST(!request.prompts[1].echo);
  BOOST_TEST((encoded(request) == golden));
  check_cuts(golden, decode_info_request);
}

BOOST_AUTO_TEST_CASE(info_request_without_prompts) {
  const Bytes wire = encoded(UserauthInfoRequest{});
  BOOST_TEST((wire == Bytes{60, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}));
  BOOST_TEST(decode_info_request(wire).prompts.empty());
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-26"))
BOOST_AUTO_TEST_CASE(info_request_has_a_largest_count_and_the_right_number) {
  UserauthInfoRequest request;
  request.prompts.resize(256);
  BOOST_TEST(decode_info_request(encoded(request)).prompts.size() == 256U);
  request.prompts.resize(257);
  BOOST_CHECK_EXCEPTION((void)decode_info_request(encoded(request)), ProtocolError, is_malformed);
  Bytes other = encoded(UserauthInfoRequest{});
  other[0] = 61;
  BOOST_CHECK_EXCEPTION((void)decode_info_request(other), ProtocolError, is_malformed);
}

BOOST_AUTO_TEST_CASE(info_response) {
  const Bytes golden{61, 0, 0, 0, 2, 0, 0, 0, 2, 'p', 'w', 0, 0, 0, 0};
  const std::vector<Secret> answers{Secret("pw"), Secret("")};
  BOOST_TEST((encode_info_response(answers) == golden));
  const std::vector<Secret> decoded = decode_info_response(golden);
  BOOST_REQUIRE(decoded.size() == 2U);
  BOOST_TEST((decoded[0] == answers[0]));
  BOOST_TEST((decoded[1] == answers[1]));
  check_cuts(golden, decode_info_response);
  BOOST_TEST((encode_info_response({}) == Bytes{61, 0, 0, 0, 0}));
}

BOOST_AUTO_TEST_CASE(info_response_leaves_no_second_copy_of_a_secret) {
  // Nothing may have been reallocated on the way: the size is known, and is the capacity.
  const Bytes wire = encode_info_response({Secret("a long password"), Secret(std::string(1000, 'x'))});
  BOOST_TEST(wire.size() == wire.capacity());
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-26"))
BOOST_AUTO_TEST_CASE(info_response_has_a_largest_count_and_the_right_number) {
  BOOST_TEST(decode_info_response(encode_info_response(std::vector<Secret>(256))).size() == 256U);
  BOOST_CHECK_EXCEPTION((void)decode_info_response(encode_info_response(std::vector<Secret>(257))),
                        ProtocolError, is_malformed);
  BOOST_CHECK_EXCEPTION((void)decode_info_response(Bytes{60, 0, 0, 0, 0}), ProtocolError, is_malformed);
  BOOST_CHECK_EXCEPTION((void)decode_info_response(Bytes{61, 0xff, 0xff, 0xff, 0xff}), ProtocolError,
                        is_malformed);
}

BOOST_AUTO_TEST_SUITE_END()
