// amiko - tests of names and of what is done below an open directory
#include "../../libs/sftp/src/local_directory.hpp"

#include <amiko/base/error.hpp>

#include <boost/test/unit_test.hpp>

#include <limits.h>
#include <filesystem>
#include <string>

#include "common/temp_dir.hpp"

using amiko::Error;
using amiko::sftp::is_safe_name;
using amiko::sftp::LocalDirectory;
using amiko::sftp::part_name;
using amiko::sftp::temporary_name;
using amiko::test::TempDir;
namespace fs = std::filesystem;
using namespace std::string_literals;

BOOST_AUTO_TEST_SUITE(local_directory)

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-79"))
BOOST_AUTO_TEST_CASE(names_that_lead_elsewhere) {
  for (const std::string& name : {""s, "."s, ".."s, "/"s, "a/b"s, "../x"s, "/abs"s, "x/"s, "a\0b"s, "\0"s})
    BOOST_TEST(!is_safe_name(name));
  for (const std::string& name : {"..."s, ".x"s, "..x"s, "-rf"s, "a b"s, "\n"s, "\xff"s, "\\"s, "C:"s})
    BOOST_TEST(is_safe_name(name));
}

BOOST_AUTO_TEST_CASE(temporary_names_fit_and_differ) {
  for (const std::string& name : {"x"s, std::string(NAME_MAX, 'n')}) {
    BOOST_TEST(temporary_name(name).size() <= NAME_MAX);
    BOOST_TEST(temporary_name(name) != temporary_name(name));
    BOOST_TEST(part_name(name).size() <= NAME_MAX);
    BOOST_TEST(part_name(name) == part_name(name));
    BOOST_TEST(is_safe_name(temporary_name(name)));
  }
  BOOST_TEST(temporary_name("x").starts_with(".x.amiko-"));
}

BOOST_AUTO_TEST_CASE(links_are_not_followed) {
  TempDir temp;
  fs::create_directory(temp / "real");
  fs::create_symlink("real", temp / "link");
  const auto directory = LocalDirectory::open(temp.path());
  directory->open_below("real");
  BOOST_CHECK_THROW(directory->open_below("link"), Error);
  BOOST_CHECK_THROW(directory->make_below("link"), Error);
  directory->open_below("link", true);
  BOOST_TEST(directory->read_link("link") == "real");
  BOOST_TEST(S_ISLNK(directory->find("link")->st_mode));
  BOOST_TEST(!directory->find("none"));
}

BOOST_AUTO_TEST_CASE(a_link_takes_the_place_of_a_file_but_not_of_a_directory) {
  TempDir temp;
  fs::create_directory(temp / "directory");
  temp.write("file", "x");
  const auto directory = LocalDirectory::open(temp.path());
  directory->make_link("a", "new");
  directory->make_link("b", "new");
  BOOST_TEST(directory->read_link("new") == "b");
  directory->make_link("c", "file");
  BOOST_TEST(directory->read_link("file") == "c");
  BOOST_CHECK_THROW(directory->make_link("d", "directory"), Error);
  BOOST_TEST(std::distance(fs::directory_iterator(temp.path()), fs::directory_iterator()) == 3);
}

BOOST_AUTO_TEST_SUITE_END()
