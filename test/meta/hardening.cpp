// amiko - doc/hardening.md and the labels of the tests say the same
#include <boost/test/unit_test.hpp>

#include "meta/named_tests.hpp"

namespace fs = std::filesystem;

namespace amiko::test {
namespace {

constexpr int entries = 90;
constexpr std::string_view nothing_yet = "none yet: ";

std::string id_of(int number) {
  return std::string("V-") + (number < 10 ? "0" : "") + std::to_string(number);
}

/// What is wrong, a line for each fault.
std::vector<std::string> faults_of(const std::string& document, const NamedTests& tests) {
  std::vector<std::string> faults;
  std::map<std::string, int> seen;
  for (const auto& row : table_rows(document)) {
    if (row.size() < 3 || row[1].empty()) {
      faults.push_back("a line without its three cells");
      continue;
    }
    const std::string& id = row[0];
    ++seen[id];
    const std::set<CaseName> listed = tests_in(row[2]);
    const auto found = tests.labels.find(id);
    const std::set<CaseName> labelled = found == tests.labels.end() ? std::set<CaseName>() : found->second;
    if (listed.empty() && !row[2].starts_with(nothing_yet))
      faults.push_back(id + ": neither a test nor the feature that it waits for");
    for (const CaseName& test : listed)
      if (!labelled.contains(test)) faults.push_back(id + ": listed, but not labelled: " + test);
    for (const CaseName& test : labelled)
      if (!listed.contains(test)) faults.push_back(id + ": labelled, but not listed: " + test);
  }
  for (int number = 1; number <= entries; ++number)
    if (seen[id_of(number)] != 1)
      faults.push_back(id_of(number) + " is listed " + std::to_string(seen[id_of(number)]) + " times");
  for (const auto& [id, labelled] : tests.labels)
    if (id.starts_with("V-") && !seen.contains(id)) faults.push_back(id + ": a label of no entry");
  if (seen.size() != entries) faults.push_back("entries that there are not");
  return faults;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(hardening)

BOOST_AUTO_TEST_CASE(each_entry_has_its_tests_or_a_reason) {
  const std::string document = text_of(fs::path(AMIKO_SOURCE_DIR) / "doc/hardening.md");
  for (const std::string& fault : faults_of(document, named_tests()))
    BOOST_ERROR(fault);
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_is_found) {
  // In pieces, so that this file has no such label itself.
  const std::string decorator =
      std::string("BOOST_TEST_DECORATOR(*boost::unit_test::la") + "bel(\"V-01\"))\n";
  NamedTests tests;
  tests.read_source("a/b", decorator + "BOOST_AUTO" + "_TEST_CASE(one) {");
  BOOST_TEST((tests.labels["V-01"] == std::set<CaseName>{"a/b: one"}));
  std::string good = "| entry | what | tests |\n|---|---|---|\n| V-01 | x | `a/b`: `one` |\n";
  for (int number = 2; number <= entries; ++number)
    good += "| " + id_of(number) + " | x | none yet: a feature |\n";
  BOOST_TEST(faults_of(good, tests).empty());
  const auto changed = [&](const std::string& from, const std::string& to) {
    std::string document = good;
    document.replace(document.find(from), from.size(), to);
    return faults_of(document, tests).size();
  };
  BOOST_TEST(changed("`a/b`: `one`", "`a/b`: `two`") == 2U);
  BOOST_TEST(changed("`a/b`: `one`", "none yet: a feature") == 1U);
  BOOST_TEST(changed("`a/b`: `one`", "") == 2U);
  BOOST_TEST(changed("| V-02 | x |", "| V-03 | x |") == 2U);
  BOOST_TEST(changed("| V-02 | x |", "| V-91 | x |") == 2U);
  NamedTests none;
  BOOST_TEST(faults_of(good, none).size() == 1U);
  NamedTests more = tests;
  more.labels["V-99"].insert("a/b: one");
  BOOST_TEST(faults_of(good, more).size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::test
