// amiko - tests of the penalties for clients that misbehave
#include "../../libs/server/src/source_penalties.hpp"

#include <amiko/base/error.hpp>

#include <boost/test/unit_test.hpp>

#include <string>

namespace {

using amiko::SourcePenalties;
using std::string_literals::operator""s;
using Kind = SourcePenalties::Kind;
using namespace std::chrono_literals;

const SourcePenalties::TimePoint start{1000h};
const std::string client = "203.0.113.7";

void record(SourcePenalties& penalties, Kind kind, int times, SourcePenalties::TimePoint now = start,
            const std::string& address = client) {
  for (int i = 0; i < times; ++i)
    penalties.record(address, kind, now);
}

// For how many whole seconds after `now` the client is refused.
long seconds_refused(SourcePenalties penalties, SourcePenalties::TimePoint now = start,
                     const std::string& address = client) {
  long seconds = 0;
  while (penalties.refused(address, now + std::chrono::seconds(seconds)))
    ++seconds;
  return seconds;
}

long refused_after(const std::string& settings, Kind kind, int times) {
  SourcePenalties penalties = SourcePenalties::parse(settings);
  record(penalties, kind, times);
  return seconds_refused(penalties);
}

bool bad_config(const amiko::ConfigError& e) {
  return e.code() == amiko::errc::bad_config;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(source_penalties)

BOOST_AUTO_TEST_CASE(nobody_is_refused_at_first) {
  SourcePenalties penalties;
  BOOST_TEST(!penalties.refused(client, start));
  BOOST_TEST(!penalties.refused("2001:db8::1", start));
  BOOST_TEST(!penalties.refused("", start));
}

// The defaults of sshd_config(5): up to 15 s outstanding nothing is refused.
BOOST_AUTO_TEST_CASE(defaults) {
  BOOST_TEST(refused_after("yes", Kind::crash, 1) == 90);
  BOOST_TEST(refused_after("yes", Kind::authfail, 3) == 0);
  BOOST_TEST(refused_after("yes", Kind::authfail, 4) == 20);
  BOOST_TEST(refused_after("yes", Kind::invaliduser, 4) == 20);
  BOOST_TEST(refused_after("yes", Kind::noauth, 15) == 0);
  BOOST_TEST(refused_after("yes", Kind::noauth, 16) == 16);
  BOOST_TEST(refused_after("yes", Kind::grace_exceeded, 1) == 0);
  BOOST_TEST(refused_after("yes", Kind::grace_exceeded, 2) == 20);
  BOOST_TEST(refused_after("yes", Kind::refuseconnection, 2) == 20);
  BOOST_TEST(refused_after("yes", Kind::crash, 6) == 540);
  BOOST_TEST(refused_after("yes", Kind::crash, 7) == 600);
  BOOST_TEST(refused_after("yes", Kind::crash, 1000) == 600);
  BOOST_TEST(refused_after("YES", Kind::crash, 1) == 90);
}

BOOST_AUTO_TEST_CASE(disabled) {
  BOOST_TEST(refused_after("no", Kind::crash, 100) == 0);
  BOOST_TEST(refused_after("No", Kind::crash, 100) == 0);
}

BOOST_AUTO_TEST_CASE(own_settings) {
  BOOST_TEST(refused_after("crash:2m", Kind::crash, 1) == 120);
  BOOST_TEST(refused_after("authfail:1m30s max:10m", Kind::authfail, 1) == 90);
  BOOST_TEST(refused_after("min:4 authfail:5s", Kind::authfail, 1) == 5);
  BOOST_TEST(refused_after("min:5s", Kind::authfail, 1) == 0);  // not above it
  BOOST_TEST(refused_after("min:0s\tmax:3s", Kind::authfail, 1) == 3);
  BOOST_TEST(refused_after("Grace-Exceeded:20", Kind::grace_exceeded, 1) == 20);
  BOOST_TEST(refused_after("noauth:0s", Kind::noauth, 100) == 0);
  BOOST_TEST(refused_after("noauth:0s", Kind::crash, 1) == 90);
  BOOST_TEST(refused_after("invaliduser:16s refuseconnection:17s", Kind::invaliduser, 1) == 16);
  BOOST_TEST(refused_after("invaliduser:16s refuseconnection:17s", Kind::refuseconnection, 1) == 17);
}

BOOST_AUTO_TEST_CASE(penalties_run_down) {
  SourcePenalties penalties;
  record(penalties, Kind::authfail, 3);
  BOOST_TEST(!penalties.refused(client, start));
  // After 10 s there are 5 s left, and one more makes 10.
  record(penalties, Kind::authfail, 1, start + 10s);
  BOOST_TEST(!penalties.refused(client, start + 10s));
  record(penalties, Kind::authfail, 2, start + 10s);
  BOOST_TEST(seconds_refused(penalties, start + 10s) == 20);
  // Once refused, to the end: also below the minimum.
  BOOST_TEST(penalties.refused(client, start + 29s + 999ms));
  BOOST_TEST(!penalties.refused(client, start + 30s));
  // From there on it begins anew.
  record(penalties, Kind::authfail, 3, start + 30s);
  BOOST_TEST(!penalties.refused(client, start + 30s));
}

BOOST_AUTO_TEST_CASE(a_penalty_while_refused_prolongs_it) {
  SourcePenalties penalties;
  record(penalties, Kind::crash, 1);
  record(penalties, Kind::noauth, 1, start + 89s);
  BOOST_TEST(seconds_refused(penalties, start + 89s) == 2);
  record(penalties, Kind::crash, 10, start + 89s);
  BOOST_TEST(seconds_refused(penalties, start + 89s) == 600);
}

BOOST_AUTO_TEST_CASE(other_sources_are_left_alone) {
  SourcePenalties penalties;
  record(penalties, Kind::crash, 1);
  record(penalties, Kind::crash, 1, start, "2001:db8::1");
  BOOST_TEST(penalties.refused(client, start));
  BOOST_TEST(penalties.refused("::ffff:" + client, start));
  BOOST_TEST(penalties.refused("2001:DB8:0::1%eth0", start));
  BOOST_TEST(!penalties.refused("203.0.113.8", start));
  BOOST_TEST(!penalties.refused("2001:db8::2", start));
  BOOST_TEST(!penalties.refused("::", start));
}

BOOST_AUTO_TEST_CASE(network_blocks_are_one_source) {
  SourcePenalties penalties = SourcePenalties::parse("yes", {}, {24, 64});
  for (const char* address : {"203.0.113.1", "203.0.113.2", "203.0.113.3", "203.0.113.4"})
    record(penalties, Kind::authfail, 1, start, address);
  BOOST_TEST(penalties.refused("203.0.113.200", start));
  BOOST_TEST(!penalties.refused("203.0.112.1", start));
  record(penalties, Kind::crash, 1, start, "2001:db8:0:1::1");
  BOOST_TEST(penalties.refused("2001:db8:0:1:ffff::", start));
  BOOST_TEST(!penalties.refused("2001:db8:0:2::1", start));
}

BOOST_AUTO_TEST_CASE(what_has_no_address_is_never_refused) {
  SourcePenalties penalties;
  for (const char* address : {"", "/run/socket", "1.2.3", "203.0.113.7 ", "host"}) {
    record(penalties, Kind::crash, 10, start, address);
    BOOST_TEST(!penalties.refused(address, start));
  }
  record(penalties, Kind::crash, 10, start, "203.0.113.7\0"s);
  BOOST_TEST(!penalties.refused(client, start));
}

BOOST_AUTO_TEST_CASE(exempt_sources) {
  const auto refused = [](const std::string& exempt, const std::string& address) {
    SourcePenalties penalties = SourcePenalties::parse("yes", exempt);
    record(penalties, Kind::crash, 1, start, address);
    return penalties.refused(address, start);
  };
  BOOST_TEST(!refused("203.0.113.0/24", client));
  BOOST_TEST(!refused("10.0.0.1,203.0.113.7", client));
  BOOST_TEST(!refused("203.0.113.*", "::ffff:203.0.113.7"));
  BOOST_TEST(!refused("2001:db8::/32", "2001:db8::1"));
  BOOST_TEST(refused("10.0.0.0/8", client));
  BOOST_TEST(refused("203.0.113.0/24,!203.0.113.7", client));
  BOOST_TEST(refused("", client));
  for (const char* bad : {"10.0.0.1/8", "10.0.0.0/33", "10.0.0/8", "*,!10.0.0.1/8", "10.0.0.1, 10.0.0.2", ",",
                          "10.0.0.1,", "!", "host/24"})
    BOOST_CHECK_EXCEPTION(SourcePenalties::parse("yes", bad), amiko::ConfigError, bad_config);
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-48"))
BOOST_AUTO_TEST_CASE(a_full_table_forgets_who_is_free_soonest) {
  SourcePenalties penalties = SourcePenalties::parse("max-sources4:2 max-sources6:1 crash:100s");
  record(penalties, Kind::crash, 2, start, "10.0.0.1");
  record(penalties, Kind::crash, 1, start, "10.0.0.2");
  record(penalties, Kind::crash, 1, start, "2001:db8::1");  // the other table
  record(penalties, Kind::crash, 1, start + 1s, "10.0.0.3");
  BOOST_TEST(penalties.refused("10.0.0.1", start + 1s));
  BOOST_TEST(!penalties.refused("10.0.0.2", start + 1s));
  BOOST_TEST(penalties.refused("10.0.0.3", start + 1s));
  BOOST_TEST(penalties.refused("2001:db8::1", start + 1s));
  BOOST_TEST(!penalties.refused("10.0.0.4", start + 1s));
  record(penalties, Kind::crash, 1, start + 2s, "2001:db8::2");
  BOOST_TEST(!penalties.refused("2001:db8::1", start + 2s));
  BOOST_TEST(penalties.refused("2001:db8::2", start + 2s));
}

BOOST_AUTO_TEST_CASE(a_full_table_refuses_everybody_if_told_so) {
  SourcePenalties penalties =
      SourcePenalties::parse("max-sources4:2 max-sources6:1 overflow:deny-all", "192.0.2.1");
  record(penalties, Kind::crash, 1, start, "10.0.0.1");
  BOOST_TEST(!penalties.refused(client, start));
  record(penalties, Kind::noauth, 1, start, "10.0.0.2");  // counts although it is not refused
  BOOST_TEST(penalties.refused(client, start));
  BOOST_TEST(!penalties.refused("192.0.2.1", start));
  BOOST_TEST(!penalties.refused("2001:db8::1", start));
  record(penalties, Kind::crash, 1, start, "10.0.0.3");  // no room
  record(penalties, Kind::crash, 1, start, "10.0.0.1");
  BOOST_TEST(!penalties.refused(client, start + 1s));
  BOOST_TEST(!penalties.refused("10.0.0.3", start + 1s));
  BOOST_TEST(seconds_refused(penalties, start, "10.0.0.1") == 180);
  record(penalties, Kind::crash, 1, start, "2001:db8::1");
  BOOST_TEST(penalties.refused("2001:db8::2", start));

  SourcePenalties mixed =
      SourcePenalties::parse("max-sources4:1 max-sources6:1 overflow:deny-all overflow6:permissive");
  record(mixed, Kind::crash, 1);
  record(mixed, Kind::crash, 1, start, "2001:db8::1");
  BOOST_TEST(mixed.refused("10.0.0.1", start));
  BOOST_TEST(!mixed.refused("2001:db8::2", start));
}

BOOST_AUTO_TEST_CASE(many_sources) {
  SourcePenalties penalties = SourcePenalties::parse("max-sources4:1000");
  for (int i = 0; i < 5000; ++i)
    record(penalties, Kind::crash, 1, start + std::chrono::milliseconds(i),
           "10.0." + std::to_string(i / 250) + "." + std::to_string(i % 250));
  int refused = 0;
  for (int i = 0; i < 5000; ++i)
    refused +=
        penalties.refused("10.0." + std::to_string(i / 250) + "." + std::to_string(i % 250), start + 5s);
  BOOST_TEST(refused == 1000);
  BOOST_TEST(!penalties.refused("10.0.19.249", start + 200s));
}

BOOST_AUTO_TEST_CASE(new_settings_keep_the_penalties) {
  SourcePenalties penalties;
  record(penalties, Kind::crash, 1);
  penalties.reconfigure(SourcePenalties::parse("crash:30s"));
  BOOST_TEST(seconds_refused(penalties) == 90);
  penalties.reconfigure(SourcePenalties::parse("no"));
  BOOST_TEST(!penalties.refused(client, start));
  penalties.reconfigure(SourcePenalties::parse("yes", "203.0.113.0/24"));
  BOOST_TEST(!penalties.refused(client, start));
  penalties.reconfigure(SourcePenalties::parse("yes"));
  BOOST_TEST(penalties.refused(client, start));

  // A smaller table is cut with the next penalty.
  for (const char* address : {"10.0.0.1", "10.0.0.2", "10.0.0.3"})
    record(penalties, Kind::crash, 1, start, address);
  penalties.reconfigure(SourcePenalties::parse("max-sources4:1"));
  record(penalties, Kind::crash, 2, start + 1s, "10.0.0.4");
  for (const char* address : {"10.0.0.1", "10.0.0.2", "10.0.0.3"})
    BOOST_TEST(!penalties.refused(address, start + 1s));
  BOOST_TEST(penalties.refused("10.0.0.4", start + 1s));
}

BOOST_AUTO_TEST_CASE(bad_settings) {
  for (const char* bad : {"",
                          " ",
                          "maybe",
                          "yes no",
                          "yes crash:5s",
                          "off",
                          "crash",
                          "crash:",
                          "crash:x",
                          "crash:-1",
                          "crash:none",
                          "crash:5s,noauth:5s",
                          "crash:5s crash:6s",
                          "crash:5s Crash:6s",
                          "crash :5s",
                          "unknown:5s",
                          ":5s",
                          "crash:99999999999",
                          "crash:9223372036854775807w",
                          "max-sources4:0",
                          "max-sources4:-1",
                          "max-sources4:x",
                          "max-sources6:99999999999",
                          "overflow:maybe",
                          "overflow:",
                          "max:15s",
                          "max:10s",
                          "min:10m",
                          "max:0s"})
    BOOST_CHECK_EXCEPTION(SourcePenalties::parse(bad), amiko::ConfigError, bad_config);
  BOOST_CHECK_EXCEPTION(SourcePenalties::parse("yes", {}, {33, 128}), amiko::ConfigError, bad_config);

  SourcePenalties::Settings settings;
  settings.penalties[0] = -1s;
  BOOST_CHECK_EXCEPTION(SourcePenalties{settings}, amiko::ConfigError, bad_config);
  settings = {};
  settings.max_sources6 = 0;
  BOOST_CHECK_EXCEPTION(SourcePenalties{settings}, amiko::ConfigError, bad_config);
}

BOOST_AUTO_TEST_SUITE_END()
