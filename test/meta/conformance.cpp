// amiko - the tests that doc/conformance.md names exist
#include <boost/test/unit_test.hpp>

#include "meta/named_tests.hpp"

namespace fs = std::filesystem;

namespace amiko::test {
namespace {

constexpr std::string_view reason = "no: ";

std::vector<std::string> faults_of(const std::string& document, const NamedTests& tests) {
  std::vector<std::string> faults;
  for (const auto& row : table_rows(document)) {
    if (row.size() < 3 || row[0].empty() || row[1].empty()) {
      faults.push_back("a line without its three cells: " + (row.empty() ? std::string() : row[0]));
      continue;
    }
    const std::string where = row[0] + ", " + row[1];
    const std::set<CaseName> named = tests_in(row[2]);
    if (named.empty() && !row[2].starts_with(reason))
      faults.push_back(where + ": neither a test nor a reason");
    for (const CaseName& test : named)
      if (!tests.cases.contains(test)) faults.push_back(where + ": there is no test " + test);
  }
  return faults;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(conformance)

BOOST_AUTO_TEST_CASE(each_line_has_its_tests_or_a_reason) {
  const std::string document = text_of(fs::path(AMIKO_SOURCE_DIR) / "doc/conformance.md");
  BOOST_TEST(table_rows(document).size() > 100U);
  for (const std::string& fault : faults_of(document, named_tests()))
    BOOST_ERROR(fault);
}

// Tables of other pages name tests, too.
BOOST_AUTO_TEST_CASE(what_testing_names_exists) {
  const NamedTests tests = named_tests();
  std::size_t named = 0;
  for (const auto& row : table_rows(text_of(fs::path(AMIKO_SOURCE_DIR) / "doc/testing.md")))
    for (const std::string& cell : row)
      for (const CaseName& test : tests_in(cell)) {
        ++named;
        BOOST_TEST(tests.cases.contains(test), "there is no test " << test);
      }
  BOOST_TEST(named > 20U);
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_is_found) {
  NamedTests tests;
  tests.read_source("wire/reader", std::string("BOOST_AUTO") + "_TEST_CASE(strings) {");
  const auto faults = [&](const std::string& cell) {
    return faults_of("| s | what | test |\n|---|---|---|\n| 4251 s5 | x | " + cell + " |\n", tests).size();
  };
  BOOST_TEST(faults("`wire/reader`: `strings`") == 0U);
  BOOST_TEST(faults("`wire/reader`: `strings`, `numbers`; `wire/writer`: `strings`") == 2U);
  BOOST_TEST(faults("no: not there") == 0U);
  BOOST_TEST(faults("") == 1U);
  BOOST_TEST(faults("`wire/reader`") == 1U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::test
