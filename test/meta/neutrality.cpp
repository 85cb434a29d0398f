// amiko - nothing in the tree names a machine: no home folders, no package mirrors
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace fs = std::filesystem;

namespace {

// In halves, so that this file does not name them either.
const std::vector<std::string> everywhere{
    "/ro"
    "ot/",
    "/wo"
    "rk/",
    "deb.deb"
    "ian.org",
    "archive.ubu"
    "ntu.com",
    "snapshot.deb"
    "ian.org"};
// Tests and manuals may speak of somebody's made-up home.
const std::string home =
    "/ho"
    "me/";
constexpr std::array<std::string_view, 2> may_have_homes{"test", "doc"};
constexpr std::array<std::string_view, 2> not_ours{"out", ".git"};

std::vector<std::string> names_in(std::string_view top_folder, std::string_view text) {
  std::vector<std::string> found;
  for (const std::string& word : everywhere)
    if (text.find(word) != std::string_view::npos) found.push_back(word);
  if (std::ranges::find(may_have_homes, top_folder) == may_have_homes.end() &&
      text.find(home) != std::string_view::npos)
    found.push_back(home);
  return found;
}

std::string read(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(neutrality)

BOOST_AUTO_TEST_CASE(no_file_names_a_machine) {
  const fs::path top = AMIKO_SOURCE_DIR;
  std::size_t files = 0;
  for (auto it = fs::recursive_directory_iterator(top); it != fs::recursive_directory_iterator(); ++it) {
    const fs::path below = fs::relative(it->path(), top);
    const std::string folder = below.begin()->string();
    if (std::ranges::find(not_ours, folder) != not_ours.end()) {
      it.disable_recursion_pending();
    } else if (it->is_regular_file()) {
      ++files;
      for (const std::string& name : names_in(folder, read(it->path())))
        BOOST_ERROR(below.string() + " names " + name);
    }
  }
  BOOST_TEST(files > 0U);
}

BOOST_AUTO_TEST_CASE(names_are_found) {
  BOOST_TEST(names_in("libs", "x = \"" + home + "robey\"").size() == 1U);
  BOOST_TEST(names_in("doc", "x = \"" + home + "robey\"").empty());
  for (const std::string& word : everywhere)
    BOOST_TEST(names_in("doc", "see " + word).size() == 1U);
  BOOST_TEST(names_in("libs", "nothing of the kind").empty());
}

BOOST_AUTO_TEST_SUITE_END()
