// amiko - tests of get, put and copy with OpenSSH's sftp-server at the other end
#include <amiko/sftp/sftp_client.hpp>

#include <boost/test/unit_test.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "common/temp_dir.hpp"
#include "real_server.hpp"

using amiko::Progress;
using amiko::sftp_errc;
using amiko::SftpError;
using amiko::TransferCancel;
using amiko::TransferError;
using amiko::TransferOptions;
using amiko::TransferResult;
using amiko::test::needs_sftp_server;
using amiko::test::read_file;
using amiko::test::RealServer;
using amiko::test::TempDir;
namespace fs = std::filesystem;
using Strings = std::vector<std::string>;

namespace {

// Different everywhere, so that a block at the wrong place shows.
std::string sample(std::size_t size, std::uint64_t seed = 1) {
  std::string bytes(size, '\0');
  std::uint64_t state = seed * 0x9E3779B97F4A7C15U + 1;
  for (char& c : bytes) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    c = static_cast<char>(state);
  }
  return bytes;
}

Strings names_in(const fs::path& directory) {
  Strings names;
  for (const auto& entry : fs::directory_iterator(directory))
    names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

// Paths, kinds and contents of all below.
std::map<std::string, std::string> tree_of(const fs::path& top) {
  std::map<std::string, std::string> tree;
  for (const auto& entry : fs::recursive_directory_iterator(top)) {
    const std::string name = entry.path().string().substr(top.string().size());
    if (entry.is_symlink())
      tree[name] = "link to " + fs::read_symlink(entry.path()).string();
    else if (entry.is_directory())
      tree[name] = "directory";
    else
      tree[name] = "file " + read_file(entry.path());
  }
  return tree;
}

struct stat status_of(const fs::path& path) {
  struct stat status {};
  BOOST_REQUIRE(::lstat(path.c_str(), &status) == 0);
  return status;
}

void set_times(const fs::path& path, std::int64_t atime, std::int64_t mtime) {
  const timespec times[2] = {{atime, 0}, {mtime, 0}};
  BOOST_REQUIRE(::utimensat(AT_FDCWD, path.c_str(), times, AT_SYMLINK_NOFOLLOW) == 0);
}

struct Fixture {
  RealServer server;
  TempDir temp;
  amiko::SftpClient& sftp = server.client;

  std::string there(const std::string& name) const { return temp / name; }
};

template <class Call>
TransferError failure_of(Call call) {
  try {
    call();
  } catch (const TransferError& e) {
    return e;
  }
  BOOST_FAIL("no TransferError");
  throw std::logic_error("unreachable");
}

enum class Direction { get, put, copy };
std::ostream& operator<<(std::ostream& out, Direction d) {
  return out << (d == Direction::get ? "get" : d == Direction::put ? "put" : "copy");
}

const std::vector<Direction> directions{Direction::get, Direction::put, Direction::copy};

TransferResult copy_files(amiko::SftpClient& sftp, Direction direction, const std::string& from,
                          const std::string& to, const TransferOptions& options = {}) {
  if (direction == Direction::get) return sftp.get(from, to, options);
  if (direction == Direction::put) return sftp.put(from, to, options);
  return sftp.copy(from, to, options);
}

}  // namespace

BOOST_TEST_DONT_PRINT_LOG_VALUE(Strings)

BOOST_AUTO_TEST_SUITE(transfer, *needs_sftp_server())

BOOST_AUTO_TEST_CASE(files_of_all_sizes_arrive_whole) {
  Fixture f;
  for (const Direction direction : directions)
    for (const std::size_t size : {0, 1, 32767, 32768, 32769, 261119, 261120, 261121, 5 << 20}) {
      BOOST_TEST_CONTEXT(direction << " of " << size) {
        const std::string content = sample(size);
        f.temp.write("from", content);
        const TransferResult result = copy_files(f.sftp, direction, f.there("from"), f.there("to"));
        BOOST_TEST((read_file(f.temp / "to") == content));
        BOOST_TEST(result.files == 1U);
        BOOST_TEST(result.failed == 0U);
        if (direction != Direction::copy) BOOST_TEST(result.bytes == size);
        BOOST_TEST((names_in(f.temp.path()) == Strings{"from", "to"}));
        fs::remove(f.temp / "to");
      }
    }
}

BOOST_AUTO_TEST_CASE(what_is_there_is_replaced) {
  Fixture f;
  const std::string content = sample(100'000);
  f.temp.write("from", content);
  for (const Direction direction : directions)
    for (const bool atomic : {false, true}) {
      f.temp.write("to", sample(300'000, 2));
      copy_files(f.sftp, direction, f.there("from"), f.there("to"), {.atomic = atomic, .verify = true});
      BOOST_TEST((read_file(f.temp / "to") == content));
      BOOST_TEST((names_in(f.temp.path()) == Strings{"from", "to"}));
    }
}

BOOST_AUTO_TEST_CASE(a_directory_takes_files_under_their_names) {
  Fixture f;
  f.temp.write("a", "first");
  f.temp.write("b", "second");
  fs::create_directory(f.temp / "d");
  f.sftp.get(Strings{f.there("a"), f.there("b")}, f.there("d"));
  BOOST_TEST((names_in(f.temp / "d") == Strings{"a", "b"}));
  f.sftp.put(Strings{f.there("a"), f.there("b")}, f.there("d"));
  f.sftp.copy(Strings{f.there("a"), f.there("b")}, f.there("d"));
  BOOST_TEST(read_file(f.temp / "d/b") == "second");
  BOOST_CHECK_THROW(f.sftp.get(Strings{f.there("a"), f.there("b")}, f.there("none")), SftpError);
  BOOST_CHECK_THROW(f.sftp.put(Strings{f.there("a"), f.there("b")}, f.there("none")), SftpError);
}

BOOST_AUTO_TEST_CASE(a_missing_file_is_named) {
  Fixture f;
  fs::create_directory(f.temp / "d");
  for (const Direction direction : directions) {
    const TransferError e = failure_of([&] { copy_files(f.sftp, direction, f.there("none"), f.there("d")); });
    BOOST_TEST(e.source() == f.there("none"));
    BOOST_TEST(e.target() == f.there("d/none"));
    BOOST_TEST(!e.offset());
    BOOST_TEST(std::string(e.what()).find("none") != std::string::npos);
  }
  BOOST_TEST(names_in(f.temp / "d").empty());
}

BOOST_AUTO_TEST_CASE(trees_with_odd_names_survive) {
  Fixture f;
  const fs::path top = f.temp / "tree";
  const Strings names{"-dash",   "--",    "new\nline", "\xff\xfe no UTF-8",
                      " blank ", "tab\t", "*?[x]",     "\\",
                      "\"",      "a'b",   "~",         "x"};
  fs::create_directories(top / "deep/er/est");
  fs::create_directory(top / "empty");
  for (const std::string& name : names) {
    std::ofstream(top / name) << "content of " << name;
    fs::create_directory(top / "deep" / name);
    std::ofstream(top / "deep" / name / name) << sample(1000, name.size());
  }
  for (const Direction direction : directions)
    BOOST_TEST_CONTEXT(direction) {
      const std::string to = f.there("copy");
      const TransferResult result = copy_files(f.sftp, direction, top.string(), to, {.recurse = true});
      BOOST_TEST((tree_of(to) == tree_of(top)));
      BOOST_TEST(result.files == 2 * names.size());
      BOOST_TEST(result.directories == 5 + names.size());
      copy_files(f.sftp, direction, top.string(), to, {.recurse = true});  // into what is there: below it
      BOOST_TEST((tree_of(fs::path(to) / "tree") == tree_of(top)));
      fs::remove_all(to);
    }
}

BOOST_AUTO_TEST_CASE(a_directory_needs_recurse) {
  Fixture f;
  fs::create_directory(f.temp / "tree");
  for (const Direction direction : directions) {
    const TransferError e =
        failure_of([&] { copy_files(f.sftp, direction, f.there("tree"), f.there("copy")); });
    BOOST_TEST((e.code() == sftp_errc::file_is_a_directory));
    BOOST_TEST(!fs::exists(f.temp / "copy"));
  }
}

BOOST_AUTO_TEST_CASE(the_contents_of_a_directory_go_into_another) {
  Fixture f;
  fs::create_directories(f.temp / "tree/sub");
  f.temp.write("tree/sub/file", "x");
  fs::create_directory(f.temp / "copy");
  for (const Direction direction : {Direction::get, Direction::put}) {
    copy_files(f.sftp, direction, f.there("tree/."), f.there("copy"), {.recurse = true});
    BOOST_TEST((tree_of(f.temp / "copy") == tree_of(f.temp / "tree")));
    fs::remove_all(f.temp / "copy/sub");
  }
}

BOOST_AUTO_TEST_CASE(permissions_and_times_are_preserved) {
  Fixture f;
  fs::create_directories(f.temp / "tree/sub");
  f.temp.write("tree/sub/file", "x");
  fs::permissions(f.temp / "tree/sub/file", fs::perms(0751));
  set_times(f.temp / "tree/sub/file", 1'000'000'001, 1'000'000'002);
  fs::permissions(f.temp / "tree/sub", fs::perms(0555));
  set_times(f.temp / "tree/sub", 1'000'000'003, 1'000'000'004);
  for (const Direction direction : directions)
    BOOST_TEST_CONTEXT(direction) {
      const fs::path to = f.temp / "copy";
      set_times(f.temp / "tree/sub/file", 1'000'000'001, 1'000'000'002);  // reading it changes the first
      copy_files(f.sftp, direction, f.there("tree"), to.string(), {.recurse = true, .preserve = true});
      const struct stat file = status_of(to / "sub/file");
      BOOST_TEST((file.st_mode & 07777) == 0751U);
      BOOST_TEST(file.st_mtime == 1'000'000'002);
      BOOST_TEST(file.st_atime == 1'000'000'001);
      const struct stat directory = status_of(to / "sub");
      BOOST_TEST((directory.st_mode & 07777) == 0555U);
      BOOST_TEST(directory.st_mtime == 1'000'000'004);
      fs::permissions(to / "sub", fs::perms(0755));
      fs::remove_all(to);
    }
  fs::permissions(f.temp / "tree/sub", fs::perms(0755));
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-79"))
BOOST_AUTO_TEST_CASE(set_id_bits_are_not_carried) {
  Fixture f;
  f.temp.write("from", "x");
  ::chmod((f.temp / "from").c_str(), 06755);
  for (const Direction direction : directions) {
    copy_files(f.sftp, direction, f.there("from"), f.there("to"), {.preserve = true});
    BOOST_TEST((status_of(f.temp / "to").st_mode & 07777) == 0755U);
    fs::remove(f.temp / "to");
  }
}

BOOST_AUTO_TEST_CASE(links_are_followed_or_made_anew) {
  Fixture f;
  fs::create_directories(f.temp / "tree/real");
  f.temp.write("tree/real/file", "x");
  fs::create_symlink("real", f.temp / "tree/to-directory");
  fs::create_symlink("real/file", f.temp / "tree/to-file");
  for (const Direction direction : directions)
    BOOST_TEST_CONTEXT(direction) {
      const fs::path to = f.temp / "copy";
      TransferResult result = copy_files(f.sftp, direction, f.there("tree"), to.string(), {.recurse = true});
      BOOST_TEST(result.links == 0U);
      BOOST_TEST(!fs::is_symlink(to / "to-file"));
      BOOST_TEST(read_file(to / "to-directory/file") == "x");
      fs::remove_all(to);

      const TransferOptions as_links{.recurse = true, .follow_symlinks = false};
      result = copy_files(f.sftp, direction, f.there("tree"), to.string(), as_links);
      BOOST_TEST(result.links == 2U);
      BOOST_TEST((tree_of(to) == tree_of(f.temp / "tree")));
      copy_files(f.sftp, direction, f.there("tree/to-file"), to.string(),
                 as_links);  // in the place of another
      BOOST_TEST((tree_of(to) == tree_of(f.temp / "tree")));
      fs::remove_all(to);
    }
}

BOOST_AUTO_TEST_CASE(loops_of_links_end) {
  Fixture f;
  fs::create_directories(f.temp / "tree/sub");
  f.temp.write("tree/sub/file", "x");
  fs::create_symlink("..", f.temp / "tree/sub/up");
  fs::create_symlink(".", f.temp / "tree/here");
  fs::create_symlink("nowhere", f.temp / "tree/dangling");
  for (const Direction direction : directions)
    BOOST_TEST_CONTEXT(direction) {
      std::map<std::string, int> failed;
      const TransferOptions options{
          .recurse = true, .error = [&](const TransferError& e) { failed[e.source()] = e.code().value(); }};
      const TransferResult result = copy_files(f.sftp, direction, f.there("tree"), f.there("copy"), options);
      BOOST_TEST(result.failed == 3U);
      BOOST_TEST(failed.size() == 3U);
      BOOST_TEST(failed[f.there("tree/here")] == static_cast<int>(sftp_errc::link_loop));
      BOOST_TEST(failed[f.there("tree/sub/up")] == static_cast<int>(sftp_errc::link_loop));
      BOOST_TEST(failed.count(f.there("tree/dangling")) == 1U);
      BOOST_TEST(read_file(f.temp / "copy/sub/file") == "x");
      fs::remove_all(f.temp / "copy");
    }
}

BOOST_AUTO_TEST_CASE(files_of_proc_and_sys_are_copied_whole) {
  Fixture f;
  f.sftp.get("/proc/version", f.there("version"));
  BOOST_TEST(read_file(f.temp / "version") == read_file("/proc/version"));
  f.sftp.put("/proc/version", f.there("version2"));
  BOOST_TEST(read_file(f.temp / "version2") == read_file("/proc/version"));
  f.sftp.copy("/proc/version", f.there("version3"));
  BOOST_TEST(read_file(f.temp / "version3") == read_file("/proc/version"));
  if (!fs::exists("/sys/kernel/mm/transparent_hugepage/enabled")) return;
  f.sftp.get("/sys/kernel/mm/transparent_hugepage/enabled", f.there("sys"));
  BOOST_TEST(read_file(f.temp / "sys") == read_file("/sys/kernel/mm/transparent_hugepage/enabled"));
}

BOOST_AUTO_TEST_CASE(many_small_files) {
  Fixture f;
  fs::create_directory(f.temp / "tree");
  constexpr unsigned count = 5000;
  for (unsigned i = 0; i < count; ++i)
    f.temp.write("tree/" + std::to_string(i), sample(i % 3000, i));
  const auto wanted = tree_of(f.temp / "tree");
  for (const Direction direction : directions)
    BOOST_TEST_CONTEXT(direction) {
      const TransferResult result =
          copy_files(f.sftp, direction, f.there("tree"), f.there("copy"), {.recurse = true});
      BOOST_TEST(result.files == count);
      BOOST_TEST((tree_of(f.temp / "copy") == wanted));
      fs::remove_all(f.temp / "copy");
    }
}

BOOST_AUTO_TEST_CASE(many_directories) {
  Fixture f;
  for (unsigned i = 0; i < 300; ++i) {
    fs::create_directories(f.temp / ("tree/" + std::to_string(i) + "/a/b"));
    f.temp.write("tree/" + std::to_string(i) + "/a/b/file", std::to_string(i));
  }
  for (const Direction direction : directions)
    BOOST_TEST_CONTEXT(direction) {
      const TransferResult result =
          copy_files(f.sftp, direction, f.there("tree"), f.there("copy"), {.recurse = true});
      BOOST_TEST(result.directories == 901U);
      BOOST_TEST((tree_of(f.temp / "copy") == tree_of(f.temp / "tree")));
      fs::remove_all(f.temp / "copy");
    }
}

BOOST_AUTO_TEST_CASE(huge_sparse_files_stay_sparse) {
  Fixture f;
  constexpr std::uint64_t size = (std::uint64_t{4} << 30) + 1;
  f.temp.write("from", "beginning");
  fs::resize_file(f.temp / "from", size - 3);
  std::ofstream(f.temp / "from", std::ios::app | std::ios::binary) << "end";
  for (const Direction direction : {Direction::put, Direction::get})
    BOOST_TEST_CONTEXT(direction) {
      const TransferResult result = copy_files(f.sftp, direction, f.there("from"), f.there("to"));
      BOOST_TEST(result.files == 1U);
      const struct stat status = status_of(f.temp / "to");
      BOOST_TEST(static_cast<std::uint64_t>(status.st_size) == size);
      BOOST_TEST(static_cast<std::uint64_t>(status.st_blocks) * 512 < std::uint64_t{1} << 20);
      std::ifstream in(f.temp / "to", std::ios::binary);
      std::string text(9, '\0');
      in.read(text.data(), 9);
      BOOST_TEST(text == "beginning");
      in.seekg(static_cast<std::streamoff>(size - 3));
      in.read(text.data(), 3);
      BOOST_TEST(text.substr(0, 3) == "end");
      fs::remove(f.temp / "to");
    }
}

BOOST_AUTO_TEST_CASE(holes_at_the_end_count) {
  Fixture f;
  f.temp.write("from", "beginning");
  fs::resize_file(f.temp / "from", 10'000'000);
  for (const Direction direction : directions)
    for (const bool verify : {false, true}) {
      copy_files(f.sftp, direction, f.there("from"), f.there("to"), {.verify = verify});
      BOOST_TEST(fs::file_size(f.temp / "to") == 10'000'000U);
      BOOST_TEST((read_file(f.temp / "to") == read_file(f.temp / "from")));
      fs::remove(f.temp / "to");
    }
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-85"))
BOOST_AUTO_TEST_CASE(resume_goes_on_with_what_is_equal) {
  Fixture f;
  const std::string content = sample(2'000'000);
  f.temp.write("from", content);
  for (const Direction direction : directions)
    for (const std::size_t there : {std::size_t{1}, std::size_t{700'000}, content.size() - 1, content.size()})
      BOOST_TEST_CONTEXT(direction << " from " << there) {
        f.temp.write("to", content.substr(0, there));
        const TransferResult result =
            copy_files(f.sftp, direction, f.there("from"), f.there("to"), {.resume = true});
        BOOST_TEST(result.resumed == there);
        BOOST_TEST((read_file(f.temp / "to") == content));
      }
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-85"))
BOOST_AUTO_TEST_CASE(resume_refuses_what_differs) {
  Fixture f;
  const std::string content = sample(2'000'000);
  f.temp.write("from", content);
  std::string wrong = content.substr(0, 1'000'000);
  wrong[500'000] = static_cast<char>(wrong[500'000] ^ 1);
  for (const Direction direction : directions)
    for (const std::string& there : {wrong, content + "more"})
      BOOST_TEST_CONTEXT(direction) {
        f.temp.write("to", there);
        const TransferError e = failure_of(
            [&] { copy_files(f.sftp, direction, f.there("from"), f.there("to"), {.resume = true}); });
        BOOST_TEST((e.code() == sftp_errc::file_corrupt));
        BOOST_TEST((read_file(f.temp / "to") == there));
      }
}

BOOST_AUTO_TEST_CASE(resume_can_compare_the_two_ends_only) {
  Fixture f;
  const std::string content = sample(2'000'000);
  f.temp.write("from", content);
  for (const Direction direction : directions)
    for (const std::size_t changed : {10U, 500'000U, 999'990U})
      BOOST_TEST_CONTEXT(direction << " with a difference at " << changed) {
        std::string there = content.substr(0, 1'000'000);
        there[changed] = static_cast<char>(there[changed] ^ 1);
        f.temp.write("to", there);
        const auto copy = [&] {
          return copy_files(f.sftp, direction, f.there("from"), f.there("to"),
                            {.resume = true, .resume_check = 1001});
        };
        if (changed == 500'000U)
          BOOST_TEST(copy().resumed == 1'000'000U);  // which is the price
        else
          BOOST_TEST((failure_of(copy).code() == sftp_errc::file_corrupt));
      }
}

BOOST_AUTO_TEST_CASE(resume_without_anything_there_is_a_copy) {
  Fixture f;
  const std::string content = sample(500'000);
  f.temp.write("from", content);
  for (const Direction direction : directions)
    for (const bool atomic : {false, true}) {
      copy_files(f.sftp, direction, f.there("from"), f.there("to"), {.resume = true, .atomic = atomic});
      BOOST_TEST((read_file(f.temp / "to") == content));
      fs::remove(f.temp / "to");
      BOOST_TEST((names_in(f.temp.path()) == Strings{"from"}));
    }
}

BOOST_AUTO_TEST_CASE(resume_after_the_server_died) {
  TempDir temp;
  const std::string content = sample(6'000'000);
  temp.write("from", content);
  const std::string from = temp / "from", to = temp / "to";
  for (const Direction direction : {Direction::get, Direction::put})
    BOOST_TEST_CONTEXT(direction) {
      std::uint64_t resumed = 0;
      unsigned deaths = 0;
      for (bool whole = false; !whole;) {
        RealServer server;
        unsigned calls = 0;
        // Slow, so that the calls in the middle come; they do a few times a second.
        TransferOptions options{
            .resume = true, .bandwidth = deaths < 4 ? 3'000'000U : 0U, .block_size = 50'000};
        options.progress = [&](const Progress&) {
          if (++calls > deaths && deaths < 4) server.kill();
        };
        try {
          resumed = copy_files(server.client, direction, from, to, options).resumed;
          whole = true;
        } catch (const TransferError& e) {
          ++deaths;
          BOOST_TEST(e.source() == from);
          if (direction == Direction::get) BOOST_TEST(!fs::exists(to));
        }
      }
      BOOST_TEST(deaths == 4U);
      BOOST_TEST(resumed > 0U);
      BOOST_TEST((read_file(to) == content));
      fs::remove(to);
      BOOST_TEST((names_in(temp.path()) == Strings{"from"}));
    }
}

BOOST_AUTO_TEST_CASE(progress_tells_begin_and_end) {
  Fixture f;
  f.temp.write("from", sample(3'000'000));
  f.temp.write("empty", "");
  for (const Direction direction : directions) {
    std::map<std::string, std::vector<std::uint64_t>> done;
    std::uint64_t last_of_all = 0;
    const TransferOptions options{.progress = [&](const Progress& p) {
      BOOST_TEST(p.total.has_value());
      done[p.source].push_back(p.done);
      BOOST_TEST(p.done_all >= last_of_all);
      last_of_all = p.done_all;
    }};
    fs::create_directory(f.temp / "to");
    for (const char* name : {"from", "empty"})
      copy_files(f.sftp, direction, f.there(name), f.there("to"), options), last_of_all = 0;
    BOOST_TEST(done[f.there("from")].size() >= 2U);
    BOOST_TEST(done[f.there("from")].front() == 0U);
    BOOST_TEST(done[f.there("from")].back() == 3'000'000U);
    BOOST_TEST((done[f.there("empty")] == std::vector<std::uint64_t>{0, 0}));
    fs::remove_all(f.temp / "to");
  }
}

BOOST_AUTO_TEST_CASE(what_a_handler_throws_ends_the_copy) {
  Fixture f;
  f.temp.write("from", sample(3'000'000));
  for (const Direction direction : directions) {
    const TransferOptions options{.progress = [](const Progress&) { throw std::runtime_error("enough"); }};
    BOOST_CHECK_THROW(copy_files(f.sftp, direction, f.there("from"), f.there("to"), options),
                      std::runtime_error);
    if (direction == Direction::get) BOOST_TEST((names_in(f.temp.path()) == Strings{"from"}));
    f.sftp.stat(f.there("from"));  // the session goes on
  }
}

BOOST_AUTO_TEST_CASE(cancel_leaves_nothing_half) {
  Fixture f;
  f.temp.write("from", sample(3'000'000));
  for (const Direction direction : directions)
    BOOST_TEST_CONTEXT(direction) {
      TransferOptions options{.atomic = true, .cancel = TransferCancel()};
      options.progress = [&](const Progress&) { options.cancel->cancel(); };
      const TransferError e =
          failure_of([&] { copy_files(f.sftp, direction, f.there("from"), f.there("to"), options); });
      BOOST_TEST((e.code() == amiko::errc::cancelled));
      f.sftp.stat(f.there("from"));  // what was sent before has been done by then
      BOOST_TEST((names_in(f.temp.path()) == Strings{"from"}));
    }
}

BOOST_AUTO_TEST_CASE(the_bandwidth_limit_holds) {
  Fixture f;
  f.temp.write("from", sample(60'000));
  for (const Direction direction : {Direction::get, Direction::put}) {
    const TransferResult result =
        copy_files(f.sftp, direction, f.there("from"), f.there("to"), {.bandwidth = 100'000});
    BOOST_TEST(result.time >= std::chrono::milliseconds(400));  // never faster; slower is no failure
    BOOST_TEST((read_file(f.temp / "to") == read_file(f.temp / "from")));
  }
}

BOOST_AUTO_TEST_CASE(small_blocks_and_little_memory) {
  Fixture f;
  const std::string content = sample(1'000'000);
  f.temp.write("from", content);
  for (const Direction direction : directions) {
    copy_files(f.sftp, direction, f.there("from"), f.there("to"),
               {.verify = true, .block_size = 1000, .max_requests = 7, .memory = 4096});
    BOOST_TEST((read_file(f.temp / "to") == content));
  }
}

BOOST_AUTO_TEST_CASE(one_failure_does_not_stop_the_rest) {
  Fixture f;
  fs::create_directories(f.temp / "tree/b");
  for (const char* name : {"a", "b/x", "c"})
    f.temp.write("tree/" + std::string(name), "x");
  BOOST_REQUIRE(::mkfifo((f.temp / "tree/fifo").c_str(), 0600) == 0);
  for (const Direction direction : directions)
    BOOST_TEST_CONTEXT(direction) {
      Strings failed;
      const TransferOptions options{.recurse = true,
                                    .error = [&](const TransferError& e) { failed.push_back(e.source()); }};
      const TransferResult result = copy_files(f.sftp, direction, f.there("tree"), f.there("copy"), options);
      BOOST_TEST((failed == Strings{f.there("tree/fifo")}));
      BOOST_TEST(result.failed == 1U);
      BOOST_TEST(result.files == 3U);
      fs::remove_all(f.temp / "copy");
    }
}

BOOST_AUTO_TEST_CASE(a_full_disk_is_told) {
  Fixture f;
  f.temp.write("from", sample(300'000));
  const TransferError here = failure_of([&] { f.sftp.get(f.there("from"), "/dev/full"); });
  BOOST_TEST((here.code() == boost::system::errc::no_space_on_device));
  BOOST_TEST(here.offset().has_value());
  BOOST_TEST(fs::is_character_file("/dev/full"));
  const TransferError there = failure_of([&] { f.sftp.put(f.there("from"), "/dev/full"); });
  BOOST_TEST((there.code() == sftp_errc::failure));
  BOOST_TEST(there.offset().has_value());
}

BOOST_AUTO_TEST_CASE(a_device_is_written_itself) {
  Fixture f;
  f.temp.write("from", sample(300'000));
  f.sftp.get(f.there("from"), "/dev/null");
  BOOST_TEST(fs::is_character_file("/dev/null"));
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-81"))
BOOST_AUTO_TEST_CASE(links_in_the_target_are_not_followed_below_it) {
  Fixture f;
  fs::create_directories(f.temp / "tree/sub");
  f.temp.write("tree/file", "new");
  f.temp.write("tree/sub/file", "new");
  fs::create_directories(f.temp / "copy/tree");
  fs::create_directory(f.temp / "outside");
  f.temp.write("victim", "old");
  fs::create_symlink(f.temp / "victim", f.temp / "copy/tree/file");
  fs::create_symlink(f.temp / "outside", f.temp / "copy/tree/sub");
  Strings failed;
  f.sftp.get(f.there("tree"), f.there("copy"),
             {.recurse = true, .error = [&](const TransferError& e) { failed.push_back(e.source()); }});
  BOOST_TEST((failed == Strings{f.there("tree/sub")}));
  BOOST_TEST(read_file(f.temp / "victim") == "old");
  BOOST_TEST(names_in(f.temp / "outside").empty());
  BOOST_TEST(read_file(f.temp / "copy/tree/file") == "new");
}

BOOST_AUTO_TEST_CASE(a_link_that_the_user_names_is_followed) {
  Fixture f;
  f.temp.write("from", "new");
  f.temp.write("file", "old");
  fs::create_symlink("file", f.temp / "link");
  f.sftp.get(f.there("from"), f.there("link"));
  BOOST_TEST(fs::is_symlink(f.temp / "link"));
  BOOST_TEST(read_file(f.temp / "file") == "new");
}

BOOST_AUTO_TEST_CASE(nothing_is_copied_into_itself) {
  Fixture f;
  fs::create_directories(f.temp / "tree/sub");
  f.temp.write("tree/file", "content");
  BOOST_CHECK_THROW(f.sftp.copy(f.there("tree/file"), f.there("tree/file")), SftpError);
  BOOST_CHECK_THROW(f.sftp.copy(f.there("tree/file"), f.there("tree")), SftpError);
  BOOST_CHECK_THROW(f.sftp.copy(f.there("tree"), f.there("tree/sub"), {.recurse = true}), SftpError);
  BOOST_CHECK_THROW(f.sftp.copy(f.there("tree"), f.there("tree/new"), {.recurse = true}), SftpError);
  BOOST_TEST(read_file(f.temp / "tree/file") == "content");
}

BOOST_AUTO_TEST_SUITE_END()
