// amiko - tests of message numbers
#include <amiko/wire/message_number.hpp>

#include <boost/test/unit_test.hpp>

#include <set>

using namespace amiko::wire;

BOOST_AUTO_TEST_SUITE(message_numbers)

// RFC 4250 section 4.1.2
BOOST_AUTO_TEST_CASE(numbers_of_the_rfc) {
  BOOST_TEST(to_byte(MessageNumber::disconnect) == 1);
  BOOST_TEST(to_byte(MessageNumber::ignore) == 2);
  BOOST_TEST(to_byte(MessageNumber::unimplemented) == 3);
  BOOST_TEST(to_byte(MessageNumber::debug) == 4);
  BOOST_TEST(to_byte(MessageNumber::service_request) == 5);
  BOOST_TEST(to_byte(MessageNumber::service_accept) == 6);
  BOOST_TEST(to_byte(MessageNumber::kexinit) == 20);
  BOOST_TEST(to_byte(MessageNumber::newkeys) == 21);
  BOOST_TEST(to_byte(MessageNumber::userauth_request) == 50);
  BOOST_TEST(to_byte(MessageNumber::userauth_failure) == 51);
  BOOST_TEST(to_byte(MessageNumber::userauth_success) == 52);
  BOOST_TEST(to_byte(MessageNumber::userauth_banner) == 53);
  BOOST_TEST(to_byte(MessageNumber::global_request) == 80);
  BOOST_TEST(to_byte(MessageNumber::request_success) == 81);
  BOOST_TEST(to_byte(MessageNumber::request_failure) == 82);
  BOOST_TEST(to_byte(MessageNumber::channel_open) == 90);
  BOOST_TEST(to_byte(MessageNumber::channel_open_confirmation) == 91);
  BOOST_TEST(to_byte(MessageNumber::channel_open_failure) == 92);
  BOOST_TEST(to_byte(MessageNumber::channel_window_adjust) == 93);
  BOOST_TEST(to_byte(MessageNumber::channel_data) == 94);
  BOOST_TEST(to_byte(MessageNumber::channel_extended_data) == 95);
  BOOST_TEST(to_byte(MessageNumber::channel_eof) == 96);
  BOOST_TEST(to_byte(MessageNumber::channel_close) == 97);
  BOOST_TEST(to_byte(MessageNumber::channel_request) == 98);
  BOOST_TEST(to_byte(MessageNumber::channel_success) == 99);
  BOOST_TEST(to_byte(MessageNumber::channel_failure) == 100);
}

// RFC 4250 section 4.1.1
BOOST_AUTO_TEST_CASE(each_number_is_in_one_range) {
  for (int i = 0; i < 256; ++i) {
    const auto n = static_cast<std::uint8_t>(i);
    BOOST_TEST(is_kex(n) == (i >= 20 && i <= 49));
    BOOST_TEST(is_kex_method(n) == (i >= 30 && i <= 49));
    BOOST_TEST(is_auth(n) == (i >= 50 && i <= 79));
    BOOST_TEST(is_connection(n) == (i >= 80 && i <= 127));
  }
}

BOOST_AUTO_TEST_CASE(every_message_has_a_name_of_its_own) {
  std::set<std::string_view> names;
  for (const int n : {1,  2,  3,  4,  5,  6,  7,  8,  20, 21, 50, 51, 52,  53,  80,
                      81, 82, 90, 91, 92, 93, 94, 95, 96, 97, 98, 99, 100, 192, 193}) {
    const std::string_view name = name_of(static_cast<MessageNumber>(n));
    BOOST_TEST(name != "unknown message");
    BOOST_TEST(names.insert(name).second, name);
  }
}

BOOST_AUTO_TEST_CASE(numbers_that_depend_on_the_method_have_a_common_name) {
  BOOST_TEST(name_of(MessageNumber::kex_ecdh_reply) == "KEX message");
  BOOST_TEST(name_of(static_cast<MessageNumber>(49)) == "KEX message");
  BOOST_TEST(name_of(MessageNumber::userauth_pk_ok) == "USERAUTH message");
  BOOST_TEST(name_of(static_cast<MessageNumber>(79)) == "USERAUTH message");
  for (const int n : {0, 9, 19, 22, 101, 191, 194, 255})
    BOOST_TEST(name_of(static_cast<MessageNumber>(n)) == "unknown message");
}

BOOST_AUTO_TEST_SUITE_END()
