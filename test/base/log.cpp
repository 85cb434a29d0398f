// amiko - tests of log sinks
#include <amiko/base/log.hpp>

#include <boost/test/unit_test.hpp>

#include <cstdio>
#include <stdexcept>
#include <string>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

using namespace amiko;

namespace {

struct Recorded {
  LogLevel level;
  std::string context;
  std::string line;
};

// A sink that keeps what it gets.
LogSink record_in(std::vector<Recorded>& lines) {
  return [&lines](LogLevel level, std::string_view context, std::string_view line) {
    lines.push_back({level, std::string(context), std::string(line)});
  };
}

// What `action` writes to standard error.
template <class Action>
std::string stderr_of(Action action) {
  int ends[2];
  BOOST_REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
  const int before = ::dup(STDERR_FILENO);
  std::fflush(stderr);
  ::dup2(ends[1], STDERR_FILENO);
  action();
  ::dup2(before, STDERR_FILENO);
  ::close(before);
  ::close(ends[1]);
  char buffer[1024];
  const ssize_t n = ::read(ends[0], buffer, sizeof buffer);
  ::close(ends[0]);
  return std::string(buffer, n > 0 ? static_cast<std::size_t>(n) : 0);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(logs)

BOOST_AUTO_TEST_CASE(a_log_without_a_sink_does_nothing) {
  const Log log;
  BOOST_TEST(!log.enabled(LogLevel::error));
  BOOST_TEST((log.level() == LogLevel::off));
  BOOST_TEST(!log.sink());
  log.write(LogLevel::error, "nobody hears this");
  const Log empty(LogSink(), LogLevel::debug, "h");
  BOOST_TEST(!empty.enabled(LogLevel::error));
  BOOST_TEST((empty.level() == LogLevel::off));
}

BOOST_AUTO_TEST_CASE(lines_up_to_the_level_arrive) {
  std::vector<Recorded> lines;
  const Log log(record_in(lines), LogLevel::info, "h:22");
  log.write(LogLevel::error, "one");
  log.write(LogLevel::info, "two");
  log.write(LogLevel::debug, "three");
  BOOST_TEST(log.enabled(LogLevel::warning));
  BOOST_TEST(!log.enabled(LogLevel::packet));
  BOOST_REQUIRE(lines.size() == 2U);
  BOOST_TEST((lines[0].level == LogLevel::error));
  BOOST_TEST(lines[0].context == "h:22");
  BOOST_TEST(lines[0].line == "one");
  BOOST_TEST(lines[1].line == "two");
}

BOOST_AUTO_TEST_CASE(off_is_off) {
  std::vector<Recorded> lines;
  const Log log(record_in(lines), LogLevel::off, "h");
  log.write(LogLevel::error, "x");
  log.write(LogLevel::off, "x");
  BOOST_TEST(lines.empty());
}

BOOST_AUTO_TEST_CASE(nothing_is_written_at_level_off) {
  std::vector<Recorded> lines;
  const Log log(record_in(lines), LogLevel::packet, "h");
  BOOST_TEST(!log.enabled(LogLevel::off));
  log.write(LogLevel::off, "x");
  BOOST_TEST(lines.empty());
}

BOOST_AUTO_TEST_CASE(copies_share_the_sink) {
  std::vector<Recorded> lines;
  Log copy;
  {
    const Log log(record_in(lines), LogLevel::debug, "h");
    copy = log;
  }
  copy.write(LogLevel::debug, "x");
  BOOST_TEST(lines.size() == 1U);
  BOOST_TEST(static_cast<bool>(copy.sink()));
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-89"))
BOOST_AUTO_TEST_CASE(control_characters_are_made_visible) {
  std::vector<Recorded> lines;
  const Log log(record_in(lines), LogLevel::debug, "h");
  log.write(LogLevel::debug, "a\nb\x1b[31m\xff");
  BOOST_REQUIRE(lines.size() == 1U);
  BOOST_TEST(lines[0].line == "a\\012b\\033[31m\\377");
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-89"))
BOOST_AUTO_TEST_CASE(a_sink_that_throws_loses_its_line_only) {
  const Log log([](LogLevel, std::string_view, std::string_view) { throw std::runtime_error("full disk"); },
                LogLevel::debug, "h");
  BOOST_CHECK_NO_THROW(log.write(LogLevel::error, "x"));
}

BOOST_AUTO_TEST_CASE(the_stderr_sink_writes_one_line) {
  const LogSink sink = log_to_stderr();
  BOOST_TEST(stderr_of([&] { sink(LogLevel::info, "h:22", "connected"); }) == "h:22: connected\n");
  BOOST_TEST(stderr_of([&] { sink(LogLevel::info, "", "connected"); }) == "connected\n");
}

BOOST_AUTO_TEST_SUITE_END()
