// amiko - tests of files here that a copy writes
#include "../../libs/sftp/src/local_target.hpp"

#include <amiko/base/error.hpp>

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <string>
#include <vector>

#include "common/temp_dir.hpp"

using amiko::ByteView;
using amiko::Error;
using amiko::SftpAttributes;
using amiko::sftp::LocalDirectory;
using amiko::sftp::LocalTarget;
using amiko::test::read_file;
using amiko::test::TempDir;
namespace fs = std::filesystem;
using Options = LocalTarget::Options;

namespace {

std::size_t entries_in(const TempDir& temp) {
  return static_cast<std::size_t>(
      std::distance(fs::directory_iterator(temp.path()), fs::directory_iterator()));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(local_target)

BOOST_AUTO_TEST_CASE(the_name_is_there_only_when_all_is) {
  TempDir temp;
  {
    LocalTarget target(LocalDirectory::open(temp.path()), "file", {});
    target.write(3, ByteView("def"));
    target.write(0, ByteView("abc"));
    BOOST_TEST(!fs::exists(temp / "file"));
    BOOST_TEST(entries_in(temp) == 1U);
    target.commit(6, {});
  }
  BOOST_TEST(read_file(temp / "file") == "abcdef");
  BOOST_TEST(entries_in(temp) == 1U);
}

BOOST_AUTO_TEST_CASE(what_is_not_committed_is_gone) {
  TempDir temp;
  temp.write("file", "old");
  {
    LocalTarget target(LocalDirectory::open(temp.path()), "file", {});
    target.write(0, ByteView("new and long"));
  }
  BOOST_TEST(read_file(temp / "file") == "old");
  BOOST_TEST(entries_in(temp) == 1U);
}

BOOST_AUTO_TEST_CASE(zeros_become_holes_and_stay_zeros) {
  TempDir temp;
  std::string content(10 << 20, '\0');
  content[0] = 'a';
  content[5'000'000] = 'b';
  for (const std::size_t block : {4096U, 10'000U, 261'120U}) {
    LocalTarget target(LocalDirectory::open(temp.path()), "file", {});
    for (std::size_t at = 0; at < content.size(); at += block)
      target.write(at, ByteView(content).slice(at, std::min(block, content.size() - at)));
    target.commit(content.size(), {});
    BOOST_TEST((read_file(temp / "file") == content));
    const auto status = LocalDirectory::open(temp.path())->find("file");
    BOOST_REQUIRE(status.has_value());
    BOOST_TEST(status->st_blocks * 512 < 100'000);
  }
}

BOOST_AUTO_TEST_CASE(zeros_over_what_was_there_are_written) {
  TempDir temp;
  temp.write("file", std::string(10'000, 'x'));
  LocalTarget target(LocalDirectory::open(temp.path()), "file", {.resume = true});
  BOOST_TEST(target.existing() == 10'000U);
  target.write(0, ByteView(std::string(10'000, '\0')));
  target.commit(10'000, {});
  BOOST_TEST((read_file(temp / "file") == std::string(10'000, '\0')));
}

BOOST_AUTO_TEST_CASE(a_longer_file_is_cut) {
  TempDir temp;
  LocalTarget target(LocalDirectory::open(temp.path()), "file", {});
  target.write(0, ByteView("0123456789"));
  target.commit(4, {});
  BOOST_TEST(read_file(temp / "file") == "0123");
}

BOOST_AUTO_TEST_CASE(a_part_is_kept_up_to_the_first_gap) {
  TempDir temp;
  const auto directory = LocalDirectory::open(temp.path());
  {
    LocalTarget target(directory, "file", {.resume = true});
    BOOST_TEST(target.is_own_part());
    target.write(0, ByteView("abc"));
    target.write(6, ByteView("ghi"));
    target.keep_part(3);
  }
  BOOST_TEST(!fs::exists(temp / "file"));
  BOOST_TEST(read_file(temp / ".file.amiko-part") == "abc");
  LocalTarget target(directory, "file", {.resume = true});
  BOOST_TEST(target.existing() == 3U);
  target.write(3, ByteView("def"));
  target.commit(6, {});
  BOOST_TEST(read_file(temp / "file") == "abcdef");
  BOOST_TEST(entries_in(temp) == 1U);
}

BOOST_AUTO_TEST_CASE(an_empty_part_is_not_kept) {
  TempDir temp;
  {
    LocalTarget target(LocalDirectory::open(temp.path()), "file", {.resume = true});
    target.keep_part(0);
  }
  BOOST_TEST(entries_in(temp) == 0U);
}

BOOST_AUTO_TEST_CASE(a_file_of_the_user_s_is_never_cut_below_what_it_was) {
  TempDir temp;
  temp.write("file", "0123456789");
  {
    LocalTarget target(LocalDirectory::open(temp.path()), "file", {.resume = true});
    target.write(10, ByteView("abcdef"));
    target.keep_part(4);
  }
  BOOST_TEST(read_file(temp / "file") == "0123456789");
}

BOOST_AUTO_TEST_CASE(permissions_are_the_old_file_s_or_those_that_are_asked_for) {
  TempDir temp;
  const auto directory = LocalDirectory::open(temp.path());
  temp.write("file", "old");
  fs::permissions(temp / "file", fs::perms(0640));
  LocalTarget(directory, "file", {.permissions = 0777}).commit(0, {});
  BOOST_TEST((directory->find("file")->st_mode & 07777) == 0640U);
  SftpAttributes attributes;
  attributes.permissions = 04751;
  LocalTarget(directory, "file", {}).commit(0, attributes);
  BOOST_TEST((directory->find("file")->st_mode & 07777) == 0751U);
}

BOOST_AUTO_TEST_CASE(a_link_is_replaced_and_not_followed) {
  TempDir temp;
  temp.write("victim", "old");
  fs::create_symlink("victim", temp / "file");
  for (const bool resume : {false, true}) {
    LocalTarget target(LocalDirectory::open(temp.path()), "file", {.resume = resume});
    target.write(0, ByteView("new"));
    target.commit(3, {});
    BOOST_TEST(read_file(temp / "victim") == "old");
    BOOST_TEST(!fs::is_symlink(temp / "file"));
    fs::remove(temp / "file");
    fs::create_symlink("victim", temp / "file");
  }
}

BOOST_AUTO_TEST_CASE(what_cannot_be_written_says_so) {
  TempDir temp;
  fs::create_directory(temp / "directory");
  BOOST_REQUIRE(::mkfifo((temp / "fifo").c_str(), 0600) == 0);
  const auto directory = LocalDirectory::open(temp.path());
  const auto code_of = [&](const std::string& name) {
    try {
      LocalTarget target(directory, name, {});
    } catch (const Error& e) {
      return e.code();
    }
    return amiko::error_code();
  };
  BOOST_TEST((code_of("directory") == boost::system::errc::is_a_directory));
  BOOST_TEST((code_of("fifo") == boost::system::errc::invalid_seek));
  BOOST_TEST((code_of(std::string(300, 'n')) == boost::system::errc::filename_too_long));
}

BOOST_AUTO_TEST_SUITE_END()
