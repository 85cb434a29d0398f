// amiko - tests of the patterns of amiko-sftp
#include "glob.hpp"

#include <boost/test/unit_test.hpp>

#include <stdexcept>
#include <string>
#include <vector>

#include "common/temp_dir.hpp"
#include "memory_tree.hpp"

using demo::Entry;
using demo::test::MemoryTree;
using Strings = std::vector<std::string>;

namespace {

MemoryTree sample() {
  return MemoryTree({"/a.txt", "/b.txt", "/.hidden", "/d/", "/d/one", "/d/two", "/d/sub/", "/d/sub/one",
                     "/e/", "/e/one", "/l@", "/l/one", "/x[1]", "/x*y", "/x\\y", "/caf\xe9"});
}

Strings names(const std::string& pattern) {
  MemoryTree tree = sample();
  Strings list;
  for (const Entry& entry : demo::expand(pattern, tree))
    list.push_back(entry.name);
  return list;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sftp_glob)

BOOST_AUTO_TEST_CASE(names_without_wildcards) {
  BOOST_TEST(names("/a.txt") == Strings({"/a.txt"}), boost::test_tools::per_element());
  BOOST_TEST(names("/d/sub/one") == Strings({"/d/sub/one"}), boost::test_tools::per_element());
  BOOST_TEST(names("/none").empty());
  BOOST_TEST(names("/") == Strings({"/"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(wildcards_in_the_last_name) {
  BOOST_TEST(names("/*.txt") == Strings({"/a.txt", "/b.txt"}), boost::test_tools::per_element());
  BOOST_TEST(names("/?.txt") == Strings({"/a.txt", "/b.txt"}), boost::test_tools::per_element());
  BOOST_TEST(names("/[!a].txt") == Strings({"/b.txt"}), boost::test_tools::per_element());
  BOOST_TEST(names("/[a-b].txt") == Strings({"/a.txt", "/b.txt"}), boost::test_tools::per_element());
  BOOST_TEST(names("/z*").empty());
  BOOST_TEST(names("/caf?") == Strings({"/caf\xe9"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(wildcards_in_directories) {
  BOOST_TEST(names("/*/one") == Strings({"/d/one", "/e/one", "/l/one"}), boost::test_tools::per_element());
  BOOST_TEST(names("/*/*/one") == Strings({"/d/sub/one"}), boost::test_tools::per_element());
  BOOST_TEST(names("/d/*/") == Strings({"/d/sub/"}), boost::test_tools::per_element());
  BOOST_TEST(names("/[de]/one") == Strings({"/d/one", "/e/one"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(stars_are_one_name_even_two) {
  BOOST_TEST(names("/**/one") == names("/*/one"), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_leading_dot_is_written) {
  BOOST_TEST(names("/.h*") == Strings({"/.hidden"}), boost::test_tools::per_element());
  BOOST_TEST(names("/*hidden").empty());
  BOOST_TEST(names("/[.]hidden").empty());
}

BOOST_AUTO_TEST_CASE(quoted_wildcards) {
  BOOST_TEST(names("/x\\[1\\]") == Strings({"/x[1]"}), boost::test_tools::per_element());
  BOOST_TEST(names("/x\\**") == Strings({"/x*y"}), boost::test_tools::per_element());
  BOOST_TEST(names("/x\\\\y") == Strings({"/x\\y"}), boost::test_tools::per_element());
  BOOST_TEST(names("/x\\\\*") == Strings({"/x\\y"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_cannot_be_listed) {
  MemoryTree tree = sample();
  tree.forbidden = {"/d/"};
  BOOST_TEST(demo::expand("/*/on*", tree).size() == 2U);              // the others are found
  BOOST_CHECK_THROW(demo::expand("/d/*", tree), std::runtime_error);  // nothing is
}

BOOST_AUTO_TEST_CASE(files_of_this_machine) {
  const amiko::test::TempDir dir;
  const std::string base = dir.path().string();
  for (const char* name : {"one", "two", "with space", ".dot"})
    dir.write(name, "x");
  demo::LocalTree tree;
  BOOST_TEST(demo::expand(base + "/*", tree).size() == 3U);
  BOOST_TEST(demo::expand(base + "/with*", tree).at(0).name == base + "/with space");
  BOOST_TEST(demo::expand(base + "/one", tree).at(0).attributes.size.value() == 1U);
  BOOST_TEST(demo::expand(base + "/none", tree).empty());
  BOOST_TEST(demo::expand(base + "/one/below", tree).empty());
}

BOOST_AUTO_TEST_SUITE_END()
