// amiko - each file of test vectors is read by a test
#include <boost/test/unit_test.hpp>

#include "meta/named_tests.hpp"

namespace fs = std::filesystem;

namespace amiko::test {

BOOST_AUTO_TEST_SUITE(vectors)

BOOST_AUTO_TEST_CASE(each_file_is_read) {
  const fs::path top = fs::path(AMIKO_SOURCE_DIR) / "test";
  std::string sources;
  for (const auto& entry : fs::recursive_directory_iterator(top))
    if (entry.path().extension() == ".cpp") sources += text_of(entry.path());
  std::size_t files = 0;
  for (const auto& entry : fs::directory_iterator(top / "data/crypto")) {
    const std::string argument = "(\"" + entry.path().stem().string() + "\")";
    const auto calls = [&](const std::string& function) {
      return sources.find(function + argument) != std::string::npos;
    };
    BOOST_TEST((calls("test_vectors") || calls("check_packets")), "no test reads " << entry.path());
    ++files;
  }
  BOOST_TEST(files > 20U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::test
