// amiko - tests of the version number
#include <amiko/base/version.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <string_view>

BOOST_AUTO_TEST_SUITE(library_version)

BOOST_AUTO_TEST_CASE(the_linked_library_is_the_one_of_the_headers) {
  BOOST_TEST(amiko::version() == AMIKO_VERSION);
}

BOOST_AUTO_TEST_CASE(it_has_three_numbers) {
  const std::string_view text = amiko::version();
  BOOST_TEST(std::count(text.begin(), text.end(), '.') == 2);
  BOOST_TEST(text.find("..") == std::string_view::npos);
  BOOST_TEST(text.find_first_not_of("0123456789.") == std::string_view::npos);
  BOOST_TEST((text.front() != '.' && text.back() != '.'));
}

BOOST_AUTO_TEST_SUITE_END()
