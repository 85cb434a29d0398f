// amiko - tests of patterns for names here
#include "../../libs/sftp/src/local_glob.hpp"

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <string>

#include "common/temp_dir.hpp"

using amiko::sftp::GlobPattern;
using amiko::sftp::local_glob;
using amiko::sftp::Paths;
using amiko::test::TempDir;
namespace fs = std::filesystem;

namespace {

struct Fixture {
  Fixture() {
    fs::create_directories(temp / "a/deep/er");
    fs::create_directory(temp / "b");
    for (const char* name :
         {"one.txt", "two.txt", ".hidden", "a/three.txt", "a/deep/four.txt", "a/deep/er/five", "b/*"})
      temp.write(name, "x");
    fs::create_symlink("..", temp / "a/up");
  }
  // Without the folder's own path.
  Paths operator()(const std::string& pattern) const {
    Paths found = local_glob(GlobPattern((temp / pattern).string()));
    for (std::string& path : found)
      path = path.substr(temp.path().string().size() + 1);
    return found;
  }
  TempDir temp;
};

}  // namespace

BOOST_TEST_DONT_PRINT_LOG_VALUE(Paths)

BOOST_FIXTURE_TEST_SUITE(local_glob_patterns, Fixture)

BOOST_AUTO_TEST_CASE(patterns) {
  const Fixture& glob = *this;
  BOOST_TEST((glob("*.txt") == Paths{"one.txt", "two.txt"}));
  BOOST_TEST((glob("*") == Paths{"a", "b", "one.txt", "two.txt"}));
  BOOST_TEST((glob(".h*") == Paths{".hidden"}));
  BOOST_TEST((glob("*/") == Paths{"a", "b"}));
  BOOST_TEST((glob("?/[t]*") == Paths{"a/three.txt"}));
  BOOST_TEST((glob("**/*.txt") == Paths{"a/deep/four.txt", "a/three.txt", "one.txt", "two.txt"}));
  BOOST_TEST((glob("a/deep/**") == Paths{"a/deep/er", "a/deep/er/five", "a/deep/four.txt"}));
  BOOST_TEST((glob("b/\\*") == Paths{"b/*"}));
  BOOST_TEST((glob("one.txt") == Paths{"one.txt"}));
  BOOST_TEST((glob("one.txt/*") == Paths{}));
  BOOST_TEST((glob("none") == Paths{}));
  BOOST_TEST((glob("none/*") == Paths{}));
}

BOOST_AUTO_TEST_SUITE_END()
