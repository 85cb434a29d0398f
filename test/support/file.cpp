// amiko - tests of reading, replacing and locking files
#include <amiko/support/file.hpp>

#include <amiko/base/error.hpp>
#include <amiko/support/account.hpp>

#include <boost/test/unit_test.hpp>
#include <boost/thread/thread.hpp>

#include <atomic>
#include <chrono>
#include <fstream>
#include <iterator>
#include <thread>
#include <vector>

#include <sys/stat.h>

#include "common/temp_dir.hpp"

using namespace amiko;
using namespace amiko::support;
namespace fs = std::filesystem;

namespace {

// A directory of its own for each test case.
struct Scratch {
  fs::path file(const std::string& name, std::string_view content) const { return temp.write(name, content); }
  // For checks that nothing was left behind.
  std::size_t entries() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(directory), fs::directory_iterator()));
  }

  const test::TempDir temp;
  const fs::path directory = temp.path();
};

mode_t mode_of(const fs::path& path) {
  struct stat status {};
  BOOST_REQUIRE(::stat(path.c_str(), &status) == 0);
  return status.st_mode & 07777;
}

auto with_code(errc code) {
  return [code](const Error& error) { return error.code() == code; };
}

const Deadline past(Deadline::Clock::time_point{});

}  // namespace

BOOST_FIXTURE_TEST_SUITE(file, Scratch)

BOOST_AUTO_TEST_CASE(read_gives_the_whole_content) {
  const std::string content("a\0b\r\n", 5);
  BOOST_TEST((ByteView(read_file(file("f", content), 100)) == content));
  BOOST_TEST(read_file(file("empty", ""), 100).empty());
}

BOOST_AUTO_TEST_CASE(read_keeps_to_the_limit) {
  const fs::path path = file("f", "12345");
  BOOST_TEST(read_file(path, 5).size() == 5U);
  BOOST_TEST(read_file(path, SIZE_MAX).size() == 5U);
  BOOST_CHECK_EXCEPTION(read_file(path, 4), Error, with_code(errc::file_unreadable));
  BOOST_CHECK_EXCEPTION(read_file(path, 0), Error, with_code(errc::file_unreadable));
  BOOST_TEST(read_file(file("empty", ""), 0).empty());
}

BOOST_AUTO_TEST_CASE(read_tells_what_is_wrong) {
  const auto mentions = [](const char* text) {
    return [text](const Error& error) {
      return std::string_view(error.what()).find(text) != std::string_view::npos;
    };
  };
  BOOST_CHECK_EXCEPTION(read_file(directory / "none", 1), KeyError, with_code(errc::file_not_found));
  BOOST_CHECK_EXCEPTION(read_file(file("f", "") / "x", 1), KeyError, with_code(errc::file_not_found));
  BOOST_CHECK_EXCEPTION(read_file(directory / "none", 1), Error, mentions("/none: No such file"));
  BOOST_CHECK_EXCEPTION(read_file(directory, 1), Error, with_code(errc::file_unreadable));
  BOOST_CHECK_EXCEPTION(read_file(directory, 1), Error, mentions("directory"));
  BOOST_CHECK_EXCEPTION(read_file(directory / "a\nb", 1), Error, mentions("a\\012b"));
}

BOOST_AUTO_TEST_CASE(read_takes_a_fifo_to_its_end) {
  const fs::path path = directory / "fifo";
  BOOST_REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
  const std::string content(100000, 'x');
  for (const std::size_t limit : {content.size(), content.size() - 1}) {
    std::thread writer([&] { std::ofstream(path, std::ios::binary) << content; });
    Bytes read;
    bool refused = false;
    try {
      read = read_file(path, limit);
    } catch (const Error& error) {
      refused = error.code() == errc::file_unreadable;
    }
    writer.join();
    BOOST_TEST(read.size() == (limit == content.size() ? limit : 0U));
    BOOST_TEST(refused == (limit < content.size()));
  }
}

BOOST_AUTO_TEST_CASE(read_takes_a_device_whose_size_is_0) {
  BOOST_TEST(read_file("/dev/null", 10).empty());
  BOOST_CHECK_EXCEPTION(read_file("/dev/zero", 100000), Error, with_code(errc::file_unreadable));
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-84"))
BOOST_AUTO_TEST_CASE(write_makes_a_file_with_the_mode_given) {
  const mode_t umask_before = ::umask(077);
  write_file_atomically(directory / "f", "content", 0644);
  ::umask(umask_before);
  BOOST_TEST(test::read_file(directory / "f") == "content");
  BOOST_TEST(mode_of(directory / "f") == 0644U);
  BOOST_TEST(entries() == 1U);
}

BOOST_AUTO_TEST_CASE(write_replaces_a_file_and_its_mode) {
  const fs::path path = file("f", "a longer content than the new one");
  write_file_atomically(path, "new", 0600);
  BOOST_TEST(test::read_file(path) == "new");
  BOOST_TEST(mode_of(path) == 0600U);
  BOOST_TEST(entries() == 1U);
}

BOOST_AUTO_TEST_CASE(write_leaves_the_old_file_to_those_who_read_it) {
  const fs::path path = file("f", "old");
  std::ifstream reader(path);
  write_file_atomically(path, "new", 0600);
  std::string content;
  reader >> content;
  BOOST_TEST(content == "old");
}

BOOST_AUTO_TEST_CASE(write_keeps_symbolic_links) {
  fs::create_directory(directory / "real");
  const fs::path target = file("real/f", "old");
  fs::create_symlink("real/f", directory / "relative");
  fs::create_symlink(directory / "relative", directory / "chain");
  write_file_atomically(directory / "chain", "new", 0600);
  BOOST_TEST(fs::is_symlink(directory / "chain"));
  BOOST_TEST(fs::is_symlink(directory / "relative"));
  BOOST_TEST(test::read_file(target) == "new");
}

BOOST_AUTO_TEST_CASE(write_makes_the_target_of_a_dangling_link) {
  fs::create_symlink("later", directory / "link");
  write_file_atomically(directory / "link", "new", 0600);
  BOOST_TEST(fs::is_symlink(directory / "link"));
  BOOST_TEST(test::read_file(directory / "later") == "new");
}

BOOST_AUTO_TEST_CASE(write_fails_cleanly) {
  fs::create_symlink("loop", directory / "loop");
  fs::create_directory(directory / "d");
  for (const char* name : {"none/f", "d", "loop"})
    BOOST_CHECK_EXCEPTION(write_file_atomically(directory / name, "x", 0600), Error,
                          with_code(errc::file_unwritable));
  BOOST_TEST(entries() == 2U);
  BOOST_TEST(fs::is_empty(directory / "d"));
}

BOOST_AUTO_TEST_CASE(write_takes_a_name_in_the_current_directory) {
  const fs::path before = fs::current_path();
  fs::current_path(directory);
  write_file_atomically("bare", "x", 0600);
  fs::current_path(before);
  BOOST_TEST(test::read_file(directory / "bare") == "x");
}

BOOST_AUTO_TEST_CASE(lock_excludes_and_leaves_nothing_behind) {
  const fs::path path = directory / "f";
  {
    const FileLock lock(path, forever);
    BOOST_CHECK_EXCEPTION(FileLock(path, past), TimeoutError, with_code(errc::timed_out));
    BOOST_CHECK_NO_THROW(FileLock(directory / "other", past));
  }
  BOOST_CHECK_NO_THROW(FileLock(path, past));
  BOOST_TEST(entries() == 0U);
}

BOOST_AUTO_TEST_CASE(lock_is_one_for_all_names_of_a_file) {
  fs::create_symlink("f", directory / "link");
  const FileLock lock(directory / "f", forever);
  BOOST_CHECK_THROW(FileLock(directory / "link", past), TimeoutError);
}

BOOST_AUTO_TEST_CASE(lock_left_by_a_dead_process_does_not_hold) {
  file("f.lock", "");
  BOOST_CHECK_NO_THROW(FileLock(directory / "f", past));
}

BOOST_AUTO_TEST_CASE(lock_that_cannot_be_made_is_an_error) {
  BOOST_CHECK_EXCEPTION(FileLock(directory / "none" / "f", forever), Error, with_code(errc::file_unwritable));
}

BOOST_AUTO_TEST_CASE(lock_wait_is_an_interruption_point) {
  const FileLock lock(directory / "f", forever);
  bool interrupted = false;
  boost::thread thread([&] {
    try {
      const FileLock second(directory / "f", forever);
    } catch (const boost::thread_interrupted&) {
      interrupted = true;
    }
  });
  thread.interrupt();
  thread.join();
  BOOST_TEST(interrupted);
}

BOOST_AUTO_TEST_CASE(lock_protects_a_read_change_write) {
  const fs::path path = file("count", "0");
  std::vector<std::thread> threads;
  std::atomic<int> failures = 0;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (int j = 0; j < 5; ++j)
        try {
          const FileLock lock(path, forever);
          const int count = std::stoi(ByteView(read_file(path, 100)).str());
          write_file_atomically(path, std::to_string(count + 1), 0600);
        } catch (const std::exception&) {
          ++failures;
        }
    });
  for (std::thread& thread : threads)
    thread.join();
  BOOST_TEST(failures == 0);
  BOOST_TEST(test::read_file(path) == "20");
}

BOOST_AUTO_TEST_CASE(expand_home_puts_the_home_directory_in) {
  BOOST_TEST(expand_home("~") == home_directory());
  BOOST_TEST(expand_home("~/.ssh/config") == home_directory() / ".ssh/config");
  BOOST_TEST(expand_home("~//x") == home_directory() / "x");
  BOOST_TEST(expand_home("~root") == home_directory("root"));
  BOOST_TEST(expand_home("~root/x") == home_directory("root") / "x");
  for (const char* path : {"", "/a/~/b", "a~", "./~"})
    BOOST_TEST(expand_home(path) == path);
  BOOST_CHECK_EXCEPTION(expand_home("~no-such-user/x"), Error, with_code(errc::invalid_argument));
}

BOOST_AUTO_TEST_SUITE_END()
