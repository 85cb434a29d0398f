// amiko - tests of amiko-sftp's progress meter
#include "progress_meter.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <string>

using demo::meter_line;
using demo::MeterState;
using demo::ProgressMeter;
using namespace std::chrono_literals;

namespace {

amiko::Progress progress(const std::string& name, std::uint64_t done, std::uint64_t total) {
  amiko::Progress p;
  p.source = "/dir/" + name;
  p.target = name;
  p.done = done;
  p.total = total;
  p.rate = 1024;
  return p;
}

struct Screen {
  std::string text{};
  ProgressMeter meter{[this](const std::string& t) { text += t; }, 61};
  ProgressMeter::Clock::time_point now{};
};

}  // namespace

BOOST_AUTO_TEST_SUITE(sftp_progress_meter)

BOOST_AUTO_TEST_CASE(a_line_is_as_wide_as_it_is_told) {
  MeterState state;
  state.name = "big.bin";
  state.done = 350ULL << 20;
  state.total = 1000ULL << 20;
  state.rate = 92.3 * 1024 * 1024;
  state.time = 7s;
  BOOST_TEST(meter_line(state, 60) == "big.bin                     35%  350MB  92.3MB/s   00:07 ETA");
  state.name = std::string(100, 'n');
  BOOST_TEST(meter_line(state, 60).size() == 60U);
  for (std::size_t columns = 0; columns < 60; ++columns)
    BOOST_TEST(meter_line(state, columns).size() == columns);
}

BOOST_AUTO_TEST_CASE(amounts_and_times) {
  MeterState state;
  state.total = 0;
  const auto line = [&] { return meter_line(state, 36); };
  BOOST_TEST(line() == "   100%    0     0.0KB/s   --:-- ETA");
  state.total.reset();
  state.done = 9999;
  BOOST_TEST(line().find(" 9999 ") != std::string::npos);
  state.done = 10000;
  BOOST_TEST(line().find("  10KB ") != std::string::npos);
  state.time = 3723s;
  BOOST_TEST(line().find(" 1:02:03 ETA") != std::string::npos);
  state.time = 59s;
  state.finished = true;
  BOOST_TEST(line().find("   00:59    ") != std::string::npos);
  state.finished = false;
  state.stalled = true;
  BOOST_TEST(line().find(" - stalled -") != std::string::npos);
  state.done = ~std::uint64_t{0};
  state.total = 1;
  state.rate = 1e30;
  BOOST_TEST(line().find("100%") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(nothing_dangerous_in_names) {
  MeterState state;
  state.name = "a\x1b[2Jb\n";
  const std::string line = meter_line(state, 79);
  BOOST_TEST(line.find('\x1b') == std::string::npos);
  BOOST_TEST(line.find('\n') == std::string::npos);
}

BOOST_AUTO_TEST_CASE(one_line_for_each_file) {
  Screen screen;
  screen.meter.show(progress("one", 0, 2048), screen.now);
  screen.meter.show(progress("one", 1024, 2048), screen.now + 1s);
  BOOST_TEST(screen.text.find('\n') == std::string::npos);
  BOOST_TEST(screen.text.find(" 50%") != std::string::npos);
  screen.meter.show(progress("one", 2048, 2048), screen.now + 2s);
  screen.meter.show(progress("two", 0, 10), screen.now + 2s);
  const std::size_t newline = screen.text.find('\n');
  BOOST_REQUIRE(newline != std::string::npos);
  BOOST_TEST(screen.text.substr(newline - 12, 12) == "   00:02    ");
  BOOST_TEST(screen.text.find("   1.0KB/s   00:02    ") != std::string::npos);
  screen.meter.finish(screen.now + 3s);
  BOOST_TEST(screen.text.ends_with("ETA\n"));  // it was not done
  screen.meter.finish(screen.now + 3s);
  BOOST_TEST(screen.text.ends_with("ETA\n"));
}

BOOST_AUTO_TEST_CASE(what_stands_still_is_said_to) {
  Screen screen;
  screen.meter.show(progress("one", 5, 10), screen.now);
  screen.meter.show(progress("one", 5, 10), screen.now + 4s);
  BOOST_TEST(screen.text.find("stalled") == std::string::npos);
  screen.meter.show(progress("one", 5, 10), screen.now + 5s);
  BOOST_TEST(screen.text.find("stalled") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_rate_of_a_resumed_file_is_that_of_its_rest) {
  Screen screen;
  screen.meter.show(progress("one", 1 << 20, (1 << 20) + 2048), screen.now);
  screen.meter.show(progress("one", (1 << 20) + 2048, (1 << 20) + 2048), screen.now + 1s);
  screen.meter.finish(screen.now + 2s);
  BOOST_TEST(screen.text.find("   1.0KB/s   00:02    \n") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
