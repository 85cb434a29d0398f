// amiko - tests of what amiko-sftp's ls and df print
#include "listing.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <ctime>
#include <string>
#include <vector>

#include <sys/stat.h>

#include "amounts.hpp"

using demo::disk_table;
using demo::DiskUnits;
using demo::in_columns;
using demo::Listed;
using demo::ListFlags;
using demo::long_line;
using demo::short_size;
using demo::sort_listing;

namespace {

struct Utc {
  Utc() {
    ::setenv("TZ", "UTC", 1);
    ::tzset();
  }
  ~Utc() {
    ::unsetenv("TZ");
    ::tzset();
  }
};

Listed file(const std::string& name, std::uint64_t size = 1, std::int64_t time = 0) {
  Listed listed{name, {}, {}};
  listed.attributes.size = size;
  listed.attributes.mtime = amiko::FileTime{time, 0};
  listed.attributes.permissions = S_IFREG | 0644;
  listed.attributes.uid = 1000;
  listed.attributes.gid = 100;
  return listed;
}

std::string sorted(std::vector<Listed> list, const std::string& flags) {
  sort_listing(list, ListFlags::from(flags));
  std::string names;
  for (const Listed& l : list)
    names += l.name;
  return names;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sftp_listing)

BOOST_AUTO_TEST_CASE(sorting) {
  const std::vector<Listed> list{file("b", 3, 1), file("c", 1, 3), file("a", 2, 2)};
  BOOST_TEST(sorted(list, "") == "abc");
  BOOST_TEST(sorted(list, "r") == "cba");
  BOOST_TEST(sorted(list, "S") == "bac");
  BOOST_TEST(sorted(list, "Sr") == "cab");
  BOOST_TEST(sorted(list, "t") == "cab");
  BOOST_TEST(sorted(list, "f") == "bca");
  BOOST_TEST(sorted(list, "fr") == "bca");
}

BOOST_AUTO_TEST_CASE(long_lines) {
  const Utc utc;
  constexpr std::time_t now = 1'800'000'000;  // 15 January 2027
  const demo::Owners owners{{{1000, "alice"}}, {{100, "users"}}};
  const ListFlags flags = ListFlags::from("l");
  BOOST_TEST(long_line(file("x", 300000, now), flags, owners, now) ==
             "-rw-r--r--    ? alice    users      300000 Jan 15 08:00 x\n");
  BOOST_TEST(long_line(file("x", 300000, now), ListFlags::from("lh"), owners, now) ==
             "-rw-r--r--    ? alice    users        293K Jan 15 08:00 x\n");
  BOOST_TEST(long_line(file("x", 1, 0), ListFlags::from("n"), owners, now) ==
             "-rw-r--r--    ? 1000     100             1 Jan  1  1970 x\n");
  BOOST_TEST(long_line({"a\nb", {}, {}}, flags, owners, now) ==
             "??????????    ? ?        ?               ? ???????????? a\\012b\n");
}

BOOST_AUTO_TEST_CASE(modes) {
  const auto mode = [](std::uint32_t permissions) {
    Listed listed = file("x");
    listed.attributes.permissions = permissions;
    return long_line(listed, {}, {}, 0).substr(0, 10);
  };
  BOOST_TEST(mode(S_IFDIR | 0755) == "drwxr-xr-x");
  BOOST_TEST(mode(S_IFLNK | 0777) == "lrwxrwxrwx");
  BOOST_TEST(mode(S_IFREG | 04755) == "-rwsr-xr-x");
  BOOST_TEST(mode(S_IFREG | 06600) == "-rwS--S---");
  BOOST_TEST(mode(S_IFDIR | 01777) == "drwxrwxrwt");
  BOOST_TEST(mode(S_IFIFO | 0) == "p---------");
  BOOST_TEST(mode(0644) == "?rw-r--r--");
}

BOOST_AUTO_TEST_CASE(columns) {
  const std::vector<Listed> list{file("one"), file("two"), file("three"), file("four")};
  BOOST_TEST(in_columns(list, 21) == "one    two    three\nfour\n");
  BOOST_TEST(in_columns(list, 3) == "one\ntwo\nthree\nfour\n");
  BOOST_TEST(in_columns({}, 80) == "");
}

BOOST_AUTO_TEST_CASE(short_sizes) {
  BOOST_TEST(short_size(0) == "0B");
  BOOST_TEST(short_size(1023) == "1023B");
  BOOST_TEST(short_size(1024) == "1.0K");
  BOOST_TEST(short_size(300000) == "293K");
  BOOST_TEST(short_size(1023 * 1024) == "1.0M");
  BOOST_TEST(short_size(std::uint64_t{5} << 30) == "5.0G");
  BOOST_TEST(short_size(~std::uint64_t{0}) == "16.0E");
}

BOOST_AUTO_TEST_CASE(disks) {
  amiko::SftpStatVfs disk;
  disk.fragment_size = 4096;
  disk.blocks = 1000;
  disk.blocks_free = 400;
  disk.blocks_available = 300;
  disk.files = 200;
  disk.files_free = 150;
  disk.files_available = 140;
  BOOST_TEST(disk_table(disk, DiskUnits::kilobytes) ==
             "        Size         Used        Avail       (root)    %Capacity\n"
             "        4000         2400         1200         1600          60%\n");
  BOOST_TEST(disk_table(disk, DiskUnits::short_sizes) ==
             "    Size     Used    Avail   (root)    %Capacity\n"
             "   3.9MB    2.3MB    1.2MB    1.6MB          60%\n");
  BOOST_TEST(disk_table(disk, DiskUnits::files) ==
             "     Inodes        Used       Avail      (root)    %Capacity\n"
             "        200          50         140         150          25%\n");
}

BOOST_AUTO_TEST_CASE(disks_that_make_no_sense) {
  amiko::SftpStatVfs disk;
  BOOST_TEST(disk_table(disk, DiskUnits::files).find("100%") != std::string::npos);
  disk.fragment_size = disk.blocks = ~std::uint64_t{0};
  disk.blocks_free = 5;
  disk.blocks = 1;
  BOOST_TEST(disk_table(disk, DiskUnits::kilobytes).find(" 0%") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
