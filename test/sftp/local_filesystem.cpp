// amiko - tests of the local file system: what it does, and that nothing leads out of its root
#include "../../libs/sftp/src/local_filesystem.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <atomic>
#include <fstream>
#include <set>
#include <thread>

#include "common/calls.hpp"
#include "common/temp_dir.hpp"

using namespace amiko;
using namespace amiko::test;
using sftp::LocalFilesystem;
using sftp::Lookup;

namespace local_files {

namespace fs = std::filesystem;
namespace data = boost::unit_test::data;

inline const auto lookups = data::make({Lookup::kernel, Lookup::walk});

inline void put(const fs::path& path, std::string_view text) {
  std::ofstream(path, std::ios::binary) << text;
}

inline std::string content(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// root/ with a tree in it, and beside it what nobody is to reach: outside/ and root10/.
struct Tree {
  TempDir dir;
  fs::path root = dir / "root", outside = dir / "outside", sibling = dir / "root10";
  Tree() {
    for (const fs::path& d : {root / "sub/deep", outside, sibling})
      fs::create_directories(d);
    put(root / "file", "inside");
    put(root / "sub/file", "below");
    put(outside / "secret", "secret");
    put(sibling / "secret", "secret");
  }
  // Everything outside the root, with contents and modes.
  std::set<std::string> beyond() const {
    std::set<std::string> all;
    for (const fs::path& top : {outside, sibling})
      for (const auto& entry : fs::recursive_directory_iterator(top)) {
        struct stat status;
        ::lstat(entry.path().c_str(), &status);
        all.insert(entry.path().string() + " " + std::to_string(status.st_mode) + " " +
                   std::to_string(status.st_mtime) + " " + std::to_string(status.st_nlink) + " " +
                   (entry.is_regular_file() ? content(entry.path()) : ""));
      }
    return all;
  }
};

inline std::string read_all(SftpFilesystem& files, std::string_view path) {
  const auto file = files.open(path, sftp_read, {});
  Bytes buffer(1000);
  return std::string(ByteView(buffer.data(), file->read(0, buffer)).text());
}

inline void write_file(SftpFilesystem& files, std::string_view path, std::string_view text,
                       std::uint32_t flags = sftp_write | sftp_create | sftp_truncate,
                       SftpAttributes attributes = {}) {
  const auto file = files.open(path, flags, attributes);
  file->write(0, text);
  file->close();
}

inline int errno_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const std::system_error& e) {
    return e.code().value();
  } catch (const SftpError&) {
    return -1;
  }
  return 0;
}

inline mode_t mode_of(const fs::path& path) {
  struct stat status;
  return ::lstat(path.c_str(), &status) == 0 ? status.st_mode & 07777 : 0;
}

// Every operation on a path; what each ends with is not asked.
inline void try_everything(SftpFilesystem& files, const std::string& path, const std::string& root) {
  const SftpAttributes changes{.permissions = 0777, .atime = FileTime{1, 0}, .mtime = FileTime{1, 0}};
  const std::vector<std::function<void()>> calls{
      [&] { BOOST_TEST((read_all(files, path) != "secret"), path); },
      [&] { write_file(files, path, "overwritten"); },
      [&] { write_file(files, path, "appended", sftp_write | sftp_append | sftp_create); },
      [&] { write_file(files, path, "created", sftp_write | sftp_create | sftp_exclusive); },
      [&] { files.open(path, sftp_read | sftp_truncate, {}); },
      [&] {
        for (const SftpName& name : files.opendir(path)->read(100))
          BOOST_TEST((name.filename != "secret"), path);
      },
      [&] { BOOST_TEST(files.stat(path).size.value_or(0) != 6U, path); },
      [&] { files.lstat(path); },
      [&] { BOOST_TEST(!files.realpath(path).starts_with("/tmp"), path); },
      [&] { BOOST_TEST(!files.readlink(path).starts_with(root), path); },
      [&] { files.setstat(path, changes); },
      [&] { files.setstat(path, {.size = 1}); },
      [&] {
        files.lsetstat(path, {.atime = FileTime{1, 0}, .mtime = FileTime{1, 0}});
      },
      [&] { files.mkdir(path, {}); },
      [&] { files.symlink("/file", path); },
      [&] { files.link("/file", path); },
      [&] { files.link(path, "/linked"); },
      [&] { BOOST_TEST((read_all(files, "/linked") != "secret"), path); },
      [&] { files.remove("/linked"); },
      [&] { files.rename(path, "/moved"); },
      [&] { BOOST_TEST((read_all(files, "/moved") != "secret"), path); },
      [&] { files.rename("/moved", path); },
      [&] { files.posix_rename("/sub/file", path); },
      [&] { files.posix_rename(path, "/sub/file"); },
      [&] { BOOST_TEST((read_all(files, "/sub/file") != "secret"), path); },
      [&] { files.statvfs(path); },
      [&] { BOOST_TEST(!files.expand_path(path).starts_with("/tmp"), path); },
      [&] { files.remove(path); },
      [&] { files.rmdir(path); },
  };
  for (const auto& call : calls)
    errno_of(call);
}

}  // namespace local_files

using namespace local_files;

BOOST_TEST_DONT_PRINT_LOG_VALUE(amiko::sftp::Lookup)

BOOST_AUTO_TEST_SUITE(sftp_local_filesystem)

BOOST_DATA_TEST_CASE(reads_writes_and_lists, lookups, lookup) {
  const Tree tree;
  LocalFilesystem files({.root = tree.root.string()}, lookup);
  BOOST_TEST(read_all(files, "/file") == "inside");
  BOOST_TEST(read_all(files, "sub/../file") == "inside");
  write_file(files, "/new", "abc");
  write_file(files, "/new", "de", sftp_write | sftp_append | sftp_create);
  BOOST_TEST(content(tree.root / "new") == "abcde");
  BOOST_TEST((errno_of([&] { write_file(files, "/new", "", sftp_write | sftp_create | sftp_exclusive); }) ==
              EEXIST));
  files.mkdir("/d", {.permissions = 0750});
  files.posix_rename("/new", "/d/newer");
  BOOST_TEST((errno_of([&] { files.rename("/file", "/d/newer"); }) == EEXIST));
  files.symlink("d/newer", "/l");
  BOOST_TEST(files.readlink("/l") == "d/newer");
  BOOST_TEST(files.realpath("/l") == "/d/newer");
  BOOST_TEST(files.lstat("/l").is_symlink());
  BOOST_TEST(files.stat("/l").is_regular());
  files.link("/d/newer", "/hard");
  BOOST_TEST(content(tree.root / "hard") == "abcde");
  std::set<std::string> names;
  for (const SftpName& name : files.opendir("/")->read(100))
    names.insert(name.filename);
  BOOST_TEST((names == std::set<std::string>{".", "..", "file", "sub", "d", "l", "hard"}));
  files.remove("/l");
  files.remove("/hard");
  BOOST_TEST((errno_of([&] { files.rmdir("/d"); }) == ENOTEMPTY));
  files.remove("/d/newer");
  files.rmdir("/d");
  BOOST_TEST((errno_of([&] { files.remove("/sub"); }) == EISDIR));
  BOOST_TEST((errno_of([&] { read_all(files, "/sub"); }) == EISDIR));
  BOOST_TEST((errno_of([&] { files.stat("/none"); }) == ENOENT));
  BOOST_TEST((errno_of([&] { files.stat(""); }) == ENOENT));
  BOOST_TEST((errno_of([&] { files.stat("/file/x"); }) == ENOTDIR));
  BOOST_TEST((errno_of([&] { files.stat(std::string_view("/fi\0le", 6)); }) == EINVAL));
  BOOST_TEST((files.statvfs("/").block_size > 0U));
}

BOOST_DATA_TEST_CASE(names_are_bytes, lookups, lookup) {
  const Tree tree;
  LocalFilesystem files({.root = tree.root.string()}, lookup);
  for (const std::string_view raw : {"\xff\xfe", "a\nb", "-rf", " ", "...", "..a", "\x1b[2J"}) {
    const std::string name(raw);
    write_file(files, "/sub/" + name, name);
    BOOST_TEST(read_all(files, "sub/" + name) == name);
    BOOST_TEST(files.realpath("sub//./" + name) == "/sub/" + name);
    files.remove("/sub/" + name);
  }
  BOOST_TEST((errno_of([&] { files.stat("/" + std::string(300, 'n')); }) == ENAMETOOLONG));
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-69") * boost::unit_test::label("V-80"))
BOOST_DATA_TEST_CASE(nothing_leads_out, lookups, lookup) {
  const Tree tree;
  const auto before = tree.beyond();
  const std::string outside = tree.outside.string(), name = tree.dir.path().filename().string();
  const auto link = [&](const std::string& target, const char* at) {
    fs::create_symlink(target, tree.root / at);
  };
  const std::vector<std::string> paths{"/../outside/secret",
                                       "../../../../../.." + outside + "/secret",
                                       "/sub/../../outside/secret",
                                       "/../root10/secret",
                                       "/./sub/./../../root10/secret",
                                       "//..//outside",
                                       outside + "/secret",
                                       outside,
                                       "/to_outside",
                                       "/to_outside/secret",
                                       "/up/outside/secret",
                                       "/up/root10/new",
                                       "/absolute",
                                       "/chain",
                                       "/sub/climb/outside/secret",
                                       "/to_file",
                                       "/to_new",
                                       "/dangling/new",
                                       "/self/" + name + "/outside"};
  for (const std::string& path : paths) {
    for (const char* at : {"to_outside", "up", "absolute", "chain", "sub/climb", "to_file", "to_new",
                           "dangling", "self", "moved", "linked"})
      fs::remove_all(tree.root / at);
    link("../outside", "to_outside");
    link("..", "up");
    link(outside, "absolute");
    link("to_outside", "chain");
    link("../..", "sub/climb");
    link("../outside/secret", "to_file");
    link("../outside/new", "to_new");
    link(outside + "/nothing", "dangling");
    link("/proc/self/cwd/../../..", "self");
    LocalFilesystem files({.root = tree.root.string()}, lookup);
    try_everything(files, path, tree.root.string());
    BOOST_TEST((tree.beyond() == before), path);
  }
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-80"))
BOOST_DATA_TEST_CASE(links_that_the_client_makes_lead_nowhere_else, lookups, lookup) {
  const Tree tree;
  const auto before = tree.beyond();
  LocalFilesystem files({.root = tree.root.string()}, lookup);
  for (const std::string& target :
       {std::string("../outside"), tree.outside.string(), std::string("../../..")}) {
    files.symlink(target, "/mine");
    try_everything(files, "/mine/secret", tree.root.string());
    try_everything(files, "/mine", tree.root.string());
    errno_of([&] { files.remove("/mine"); });
    errno_of([&] { fs::remove_all(tree.root / "mine"); });
  }
  BOOST_TEST((tree.beyond() == before));
}

// As under chroot(2): the root is "/".
BOOST_TEST_DECORATOR(*boost::unit_test::label("V-80"))
BOOST_DATA_TEST_CASE(absolute_links_and_dots_stay_within, lookups, lookup) {
  const Tree tree;
  fs::create_symlink("/sub/file", tree.root / "absolute");
  fs::create_symlink(tree.root / "sub", tree.root / "with_prefix");
  fs::create_symlink("../../../sub/deep/../file", tree.root / "sub/deep/up");
  fs::create_symlink("loop", tree.root / "loop");
  LocalFilesystem files({.root = tree.root.string(), .start = "/sub"}, lookup);
  BOOST_TEST(read_all(files, "/absolute") == "below");
  BOOST_TEST(read_all(files, "/sub/deep/up") == "below");
  BOOST_TEST(read_all(files, "/../../file") == "inside");
  BOOST_TEST(read_all(files, "file") == "below");
  BOOST_TEST(files.readlink("/absolute") == "/sub/file");
  BOOST_TEST(files.readlink("/with_prefix") == "/sub");
  BOOST_TEST(read_all(files, "/with_prefix/file") == "below");
  BOOST_TEST((errno_of([&] { files.stat("/loop"); }) == ELOOP));
  write_file(files, "/absolute", "through the link");
  BOOST_TEST(content(tree.root / "sub/file") == "through the link");
  BOOST_TEST(files.realpath("") == "/sub");
  BOOST_TEST(files.realpath("..") == "/");
  BOOST_TEST(files.realpath("/..") == "/");
  BOOST_TEST(files.realpath("/sub/deep/../new") == "/sub/new");
  BOOST_TEST(files.realpath("/with_prefix/deep") == "/sub/deep");
  BOOST_TEST((errno_of([&] { files.realpath("/none/new"); }) == ENOENT));
  BOOST_TEST(files.expand_path("~/deep") == "/sub/deep");
  BOOST_TEST(files.home_directory("root") == "/sub");
  BOOST_TEST((errno_of([&] { files.expand_path("~root/x"); }) == -1));
}

// A thread swaps a directory for a link to the outside all the while.
BOOST_TEST_DECORATOR(*boost::unit_test::label("V-81"))
BOOST_DATA_TEST_CASE(a_race_leads_nowhere, lookups, lookup) {
  const Tree tree;
  const auto before = tree.beyond();
  fs::create_directories(tree.root / "real");
  put(tree.root / "real/secret", "decoy!");
  fs::create_symlink(tree.outside, tree.root / "link");
  const std::string real = (tree.root / "real").string(), link = (tree.root / "link").string();
  std::atomic<bool> over{false};
  std::atomic<std::size_t> swaps{0};
  std::thread swapper([&] {
    for (; !over; ++swaps)
      ::renameat2(AT_FDCWD, real.c_str(), AT_FDCWD, link.c_str(), RENAME_EXCHANGE);
  });
  LocalFilesystem files({.root = tree.root.string()}, lookup);
  std::size_t inside = 0;
  for (std::size_t i = 0; i < 3000 || (inside == 0 && i < 100'000); ++i) {
    errno_of([&] {
      BOOST_REQUIRE(read_all(files, "/real/secret") != "secret");
      ++inside;
    });
    const std::string fresh = "/real/new" + std::to_string(i % 3);
    errno_of([&] { write_file(files, fresh, "mine"); });
    errno_of([&] { files.setstat("/real/secret", {.permissions = 0640}); });
    errno_of([&] { files.mkdir("/real/d", {}); });
    errno_of([&] { files.rename(fresh, "/real/moved"); });
    errno_of([&] { files.remove("/real/moved"); });
    errno_of([&] { files.rmdir("/real/d"); });
    errno_of([&] { files.remove("/link/secret2"); });
  }
  over = true;
  swapper.join();
  BOOST_TEST(inside > 0U);
  BOOST_TEST(swaps > 0U);
  BOOST_TEST((tree.beyond() == before));
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-82"))
BOOST_DATA_TEST_CASE(read_only_changes_nothing, lookups, lookup) {
  const Tree tree;
  LocalFilesystem files({.root = tree.root.string(), .read_only = true}, lookup);
  BOOST_TEST(read_all(files, "/file") == "inside");
  for (const std::uint32_t flags :
       {sftp_write + 0U, sftp_create + 0U, sftp_read | sftp_create, sftp_read | sftp_truncate,
        sftp_append + 0U, sftp_create | sftp_exclusive})
    for (const char* path : {"/file", "/new"})
      BOOST_TEST((errno_of([&] { files.open(path, flags, {}); }) == EROFS));
  const auto file = files.open("/file", sftp_read, {});
  const std::vector<std::function<void()>> calls{[&] { file->write(0, "x"); },
                                                 [&] { file->setstat({.permissions = 0}); },
                                                 [&] { files.setstat("/file", {.size = 0}); },
                                                 [&] { files.lsetstat("/file", {.permissions = 0}); },
                                                 [&] { files.remove("/file"); },
                                                 [&] { files.mkdir("/d", {}); },
                                                 [&] { files.rmdir("/sub/deep"); },
                                                 [&] { files.rename("/file", "/new"); },
                                                 [&] { files.posix_rename("/file", "/new"); },
                                                 [&] { files.symlink("/file", "/new"); },
                                                 [&] { files.link("/file", "/new"); }};
  for (const auto& call : calls)
    BOOST_TEST((errno_of(call) == EROFS));
  BOOST_TEST(content(tree.root / "file") == "inside");
  BOOST_TEST(fs::exists(tree.root / "sub/deep"));
  BOOST_TEST(!fs::exists(tree.root / "new"));
}

BOOST_DATA_TEST_CASE(modes_and_the_umask, lookups, lookup) {
  const Tree tree;
  const mode_t before = ::umask(027);
  {
    LocalFilesystem plain({.root = tree.root.string()}, lookup);
    write_file(plain, "/a", "");
    write_file(plain, "/b", "", sftp_write | sftp_create, {.permissions = 0777});
    plain.mkdir("/c", {});
    LocalFilesystem own({.root = tree.root.string(), .umask = 002}, lookup);
    write_file(own, "/d", "");
    own.mkdir("/e", {});
    put(tree.root / "f", "");
    ::chmod((tree.root / "f").c_str(), 0600);
    write_file(own, "/f", "");
  }
  ::umask(before);
  BOOST_TEST(mode_of(tree.root / "a") == 0640U);
  BOOST_TEST(mode_of(tree.root / "b") == 0750U);
  BOOST_TEST(mode_of(tree.root / "c") == 0750U);
  BOOST_TEST(mode_of(tree.root / "d") == 0664U);
  BOOST_TEST(mode_of(tree.root / "e") == 0775U);
  BOOST_TEST(mode_of(tree.root / "f") == 0600U);
}

BOOST_DATA_TEST_CASE(attributes_are_changed, lookups, lookup) {
  const Tree tree;
  fs::create_symlink("file", tree.root / "link");
  LocalFilesystem files({.root = tree.root.string()}, lookup);
  const FileTime atime{1'000'000'000, 0}, mtime{1'100'000'000, 0};
  files.setstat("/link", {.size = 3, .permissions = 0604, .atime = atime, .mtime = mtime});
  const SftpAttributes after = files.stat("/file");
  BOOST_TEST(content(tree.root / "file") == "ins");
  BOOST_TEST(after.mode().value() == 0604U);
  BOOST_TEST((after.mtime == mtime));
  files.lsetstat("/link", {.atime = atime, .mtime = mtime});
  BOOST_TEST((files.lstat("/link").mtime == mtime));
  BOOST_TEST((errno_of([&] { files.lsetstat("/link", {.permissions = 0600}); }) == EOPNOTSUPP));
  BOOST_TEST(mode_of(tree.root / "file") == 0604U);
  files.lsetstat("/file", {.permissions = 0600});
  BOOST_TEST(mode_of(tree.root / "file") == 0600U);
  const auto file = files.open("/file", sftp_read | sftp_write, {});
  file->setstat({.size = 1, .permissions = 0640});
  BOOST_TEST(content(tree.root / "file") == "i");
  BOOST_TEST(file->stat().mode().value() == 0640U);
  BOOST_TEST((errno_of([&] { files.setstat("/none", {}); }) == ENOENT));
}

BOOST_DATA_TEST_CASE(fifos_and_devices_do_not_block, lookups, lookup) {
  const Tree tree;
  BOOST_REQUIRE(::mkfifo((tree.root / "fifo").c_str(), 0600) == 0);
  LocalFilesystem files({.root = tree.root.string()}, lookup);
  BOOST_TEST((errno_of([&] { files.open("/fifo", sftp_read, {}); }) == -1));
  BOOST_TEST((errno_of([&] { files.open("/fifo", sftp_write, {}); }) == ENXIO));
  BOOST_TEST((errno_of([&] { files.open("/fifo", sftp_read | sftp_write, {}); }) == -1));
  LocalFilesystem everything({}, lookup);
  BOOST_TEST(read_all(everything, "/dev/null").empty());
  BOOST_TEST((errno_of([&] { everything.open((tree.root / "fifo").string(), sftp_read, {}); }) == -1));
  BOOST_TEST(!read_all(everything, "/proc/self/status").empty());
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-83"))
BOOST_DATA_TEST_CASE(data_is_copied, lookups, lookup) {
  const Tree tree;
  fs::create_hard_link(tree.root / "file", tree.root / "same");
  LocalFilesystem files({.root = tree.root.string()}, lookup);
  const auto from = files.open("/file", sftp_read, {});
  const auto to = files.open("/to", sftp_write | sftp_create, {});
  from->copy_to(2, 3, *to, 1);
  BOOST_TEST(content(tree.root / "to") == std::string("\0"
                                                      "sid",
                                                      4));
  from->copy_to(0, 0, *to, 0);
  BOOST_TEST(content(tree.root / "to") == "inside");
  BOOST_TEST((errno_of([&] { from->copy_to(0, 100, *to, 0); }) == -1));
  const auto appended = files.open("/to", sftp_write | sftp_append, {});
  from->copy_to(0, 2, *appended, 0);
  BOOST_TEST(content(tree.root / "to") == "insidein");
  const auto same = files.open("/same", sftp_write, {});
  BOOST_TEST((errno_of([&] { from->copy_to(0, 0, *same, 6); }) == -1));
}

BOOST_AUTO_TEST_CASE(without_a_root_it_is_the_system) {
  const Tree tree;
  LocalFilesystem files({.start = tree.root.string()});
  BOOST_TEST(read_all(files, "file") == "inside");
  BOOST_TEST(read_all(files, "../outside/secret") == "secret");
  BOOST_TEST(files.realpath(".") == fs::canonical(tree.root).string());
  BOOST_TEST(files.realpath("../outside/new") == fs::canonical(tree.outside).string() + "/new");
  files.setstat("file", {.permissions = 0611});
  BOOST_TEST(mode_of(tree.root / "file") == 0611U);
  files.posix_rename("file", "sub/moved");
  BOOST_TEST(fs::exists(tree.root / "sub/moved"));
  BOOST_TEST(files.home_directory("root") == files.expand_path("~root"));
  BOOST_TEST(files.user_name(0) == "root");
  BOOST_TEST(files.user_name(4'000'000'000).empty());
}

BOOST_AUTO_TEST_CASE(a_root_that_is_not_there) {
  BOOST_CHECK_EXCEPTION(local_filesystem({.root = "/no-such-root"}), Error, has_code(errc::file_unreadable));
  BOOST_CHECK_EXCEPTION(local_filesystem({.start = "/no-such-start"}), Error,
                        has_code(errc::file_unreadable));
}

BOOST_AUTO_TEST_SUITE_END()
