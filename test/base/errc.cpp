// amiko - tests of the error codes
#include <amiko/base/errc.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cctype>
#include <set>
#include <string>

using namespace amiko;

namespace {

// The codes are numbered without gaps from the first to the last.
constexpr int first_code = static_cast<int>(errc::no_state);
constexpr int last_code = static_cast<int>(errc::internal_error);

}  // namespace

BOOST_AUTO_TEST_SUITE(error_codes)

BOOST_AUTO_TEST_CASE(every_code_has_a_text_of_its_own) {
  std::set<std::string> texts;
  for (int value = first_code; value <= last_code; ++value) {
    const std::string text = make_error_code(static_cast<errc>(value)).message();
    BOOST_TEST(!text.empty());
    BOOST_TEST(text != "unknown error");
    BOOST_TEST(texts.insert(text).second, "the text \"" + text + "\" is used twice");
  }
}

BOOST_AUTO_TEST_CASE(texts_can_stand_inside_a_sentence) {
  for (int value = first_code; value <= last_code; ++value) {
    const std::string text = make_error_code(static_cast<errc>(value)).message();
    BOOST_TEST(std::none_of(text.begin(), text.end(), [](unsigned char c) { return c < ' ' || c > '~'; }),
               text);
    BOOST_TEST(text.back() != '.', text);
  }
}

BOOST_AUTO_TEST_CASE(a_number_that_is_no_code_is_unknown) {
  for (const int value : {0, -1, last_code + 1})
    BOOST_TEST(amiko_category().message(value) == "unknown error");
}

BOOST_AUTO_TEST_CASE(codes_convert_and_compare) {
  const error_code code = errc::timed_out;
  BOOST_TEST(code.failed());
  BOOST_TEST((code == errc::timed_out));
  BOOST_TEST((code != errc::closed));
  BOOST_TEST(code.category().name() == std::string("amiko"));
  BOOST_TEST((code != boost::system::errc::make_error_code(boost::system::errc::timed_out)));
}

BOOST_AUTO_TEST_CASE(every_disconnect_reason_has_a_name_of_its_own) {
  std::set<std::string_view> names;
  for (const std::uint32_t value : {1U, 2U, 3U, 5U, 6U, 7U, 8U, 9U, 10U, 11U, 12U, 13U, 14U, 15U}) {
    const std::string_view name = name_of(static_cast<DisconnectReason>(value));
    BOOST_TEST(name != "unknown reason");
    BOOST_TEST(names.insert(name).second, name);
  }
  for (const std::uint32_t value : {0U, 4U, 16U, 0xffffffffU})
    BOOST_TEST(name_of(static_cast<DisconnectReason>(value)) == "unknown reason");
}

BOOST_AUTO_TEST_CASE(every_open_failure_reason_has_a_name_of_its_own) {
  std::set<std::string_view> names;
  for (std::uint32_t value = 1; value <= 4; ++value)
    BOOST_TEST(names.insert(name_of(static_cast<OpenFailureReason>(value))).second);
  BOOST_TEST(names.count("unknown reason") == 0U);
  for (const std::uint32_t value : {0U, 5U})
    BOOST_TEST(name_of(static_cast<OpenFailureReason>(value)) == "unknown reason");
}

BOOST_AUTO_TEST_CASE(the_reason_for_a_disconnect_fits_the_code) {
  BOOST_TEST((reason_for(errc::corrupted_packet) == DisconnectReason::mac_error));
  BOOST_TEST((reason_for(errc::malformed_packet) == DisconnectReason::protocol_error));
  BOOST_TEST((reason_for(errc::packet_too_large) == DisconnectReason::protocol_error));
  BOOST_TEST((reason_for(errc::protocol_error) == DisconnectReason::protocol_error));
  BOOST_TEST((reason_for(errc::compression_failed) == DisconnectReason::compression_error));
  BOOST_TEST((reason_for(errc::no_common_algorithm) == DisconnectReason::key_exchange_failed));
  BOOST_TEST((reason_for(errc::kex_failed) == DisconnectReason::key_exchange_failed));
  BOOST_TEST((reason_for(errc::host_key_changed) == DisconnectReason::host_key_not_verifiable));
  BOOST_TEST((reason_for(errc::old_protocol) == DisconnectReason::protocol_version_not_supported));
  BOOST_TEST((reason_for(errc::auth_failed) == DisconnectReason::no_more_auth_methods_available));
  BOOST_TEST((reason_for(errc::too_many_attempts) == DisconnectReason::no_more_auth_methods_available));
  BOOST_TEST((reason_for(errc::service_unavailable) == DisconnectReason::service_not_available));
  BOOST_TEST((reason_for(errc::closed) == DisconnectReason::by_application));
}

BOOST_AUTO_TEST_CASE(codes_of_other_categories_say_nothing_to_the_peer) {
  const error_code foreign(static_cast<int>(errc::corrupted_packet), boost::system::generic_category());
  BOOST_TEST((reason_for(foreign) == DisconnectReason::by_application));
}

BOOST_AUTO_TEST_SUITE_END()
