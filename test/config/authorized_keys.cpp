// amiko - tests of reading authorized_keys files and of what their options permit
#include <amiko/config/authorized_keys.hpp>

#include <amiko/base/error.hpp>

#include <boost/test/unit_test.hpp>

#include <sys/stat.h>

#include <chrono>
#include <cstdlib>
#include <ctime>
#include <optional>
#include <string>
#include <vector>

#include "common/sample_keys.hpp"
#include "common/temp_dir.hpp"

using amiko::AuthorizedKeys;
using amiko::KeyOptions;
using amiko::test::ecdsa;
using amiko::test::ed25519;
using amiko::test::other_ed25519;
using amiko::test::rsa;
using amiko::test::TempDir;
using std::chrono::sys_days;
using std::chrono::system_clock;
using std::string_literals::operator""s;
using namespace std::chrono_literals;
using Strings = std::vector<std::string>;
using Endpoints = std::vector<KeyOptions::Endpoint>;

namespace {

constexpr system_clock::time_point noon = sys_days(2026y / 3 / 1) + 12h;

AuthorizedKeys parse(const std::string& text) {
  return AuthorizedKeys::parse(text, "ak");
}

// The options of the one line, which must be usable.
KeyOptions options_of(const std::string& options) {
  const auto found = parse(options + " " + ed25519.line + "\n").entries();
  BOOST_REQUIRE_MESSAGE(found.size() == 1U, options);
  BOOST_TEST((found.front().key == ed25519.key()));
  return found.front().options;
}

// "line: what" of each diagnostic.
Strings problems(const AuthorizedKeys& keys) {
  Strings result;
  for (const auto& d : keys.diagnostics()) {
    BOOST_TEST(d.file == "ak");
    result.push_back(std::to_string(d.line) + ": " + d.what);
  }
  return result;
}

// Why a line with these options is not used; empty if it is.
std::string problem_of(const std::string& options) {
  const auto keys = parse(options + " " + ed25519.line + "\n");
  const auto list = keys.diagnostics();
  BOOST_TEST(list.size() + keys.entries().size() == 1U, options);
  BOOST_TEST(keys.find(ed25519.key()).size() == keys.entries().size());
  return list.empty() ? "" : list.front().what;
}

bool comes_from(const std::string& list, const std::string& address, const std::string& name = {}) {
  return options_of("from=\"" + list + "\"").applies(address, name, noon);
}

// The local time zone, for as long as the object lives.
class TimeZone {
 public:
  explicit TimeZone(const char* zone) {
    if (const char* const before = std::getenv("TZ")) before_ = before;
    ::setenv("TZ", zone, 1);
    ::tzset();
  }
  TimeZone(const TimeZone&) = delete;
  TimeZone& operator=(const TimeZone&) = delete;
  ~TimeZone() {
    if (before_)
      ::setenv("TZ", before_->c_str(), 1);
    else
      ::unsetenv("TZ");
    ::tzset();
  }

 private:
  std::optional<std::string> before_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(authorized_keys)

BOOST_AUTO_TEST_CASE(plain_lines) {
  const auto keys = parse("# a comment\n\n"s + ed25519.line + " me@home  and more\n \t" + rsa.line + "\n");
  BOOST_TEST(problems(keys).empty());
  const auto all = keys.entries();
  BOOST_REQUIRE(all.size() == 2U);
  BOOST_TEST((all[0].key == ed25519.key()));
  BOOST_TEST(all[0].key.comment() == "me@home  and more");
  BOOST_TEST(all[0].where() == "ak:3");
  BOOST_TEST((all[0].options == KeyOptions()));
  BOOST_TEST(all[1].where() == "ak:4");
  BOOST_TEST(keys.find(ed25519.key()).size() == 1U);
  BOOST_TEST(keys.find(other_ed25519.key()).empty());
  BOOST_TEST(keys.complete());
  BOOST_TEST(AuthorizedKeys().find(ed25519.key()).empty());
  BOOST_CHECK_EXCEPTION(keys.find({}), amiko::Error,
                        [](const amiko::Error& e) { return e.code() == amiko::errc::no_state; });
}

BOOST_AUTO_TEST_CASE(everything_is_permitted_without_options) {
  const KeyOptions options;
  BOOST_TEST(options.pty);
  BOOST_TEST(options.port_forwarding);
  BOOST_TEST(options.agent_forwarding);
  BOOST_TEST(options.x11_forwarding);
  BOOST_TEST(options.user_rc);
  BOOST_TEST(!options.command);
  BOOST_TEST(!options.cert_authority);
  BOOST_TEST(options.applies("", "", noon));
  BOOST_TEST(options.permits_open("anywhere", 1));
  BOOST_TEST(options.permits_listen("", 0));
}

BOOST_AUTO_TEST_CASE(all_entries_of_a_key_in_order) {
  const auto keys = parse("command=\"a\" "s + ed25519.line + "\n" + rsa.line + "\n" + "command=\"b\" " +
                          ed25519.line + " x\n" + "unknown " + ed25519.line + "\n" + ed25519.line + "\n");
  const auto found = keys.find(ed25519.key());
  BOOST_REQUIRE(found.size() == 3U);
  BOOST_TEST(found[0].options.command.value() == "a");
  BOOST_TEST(found[1].options.command.value() == "b");
  BOOST_TEST(found[1].line == 3U);
  BOOST_TEST(!found[2].options.command);
  BOOST_TEST(found[2].line == 5U);
  BOOST_TEST(problems(keys) == Strings{"4: unknown option \"unknown\""}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(white_space_and_line_ends) {
  const std::string key = ed25519.line;
  for (const std::string& text : {key, key + "\r", key + "\r\n", "\r\n" + key + " c\r\n", " \t" + key,
                                  "no-pty\t \t" + key, "no-pty " + key + " a # b", "\n\n#\n" + key + "\n#"}) {
    const auto keys = parse(text);
    BOOST_TEST(keys.find(ed25519.key()).size() == 1U, text);
    BOOST_TEST(problems(keys).empty());
  }
  BOOST_TEST(parse("no-pty " + key + "\r\n").find(ed25519.key()).front().options.pty == false);
  const auto nothing = parse("# " + key + "\n  #" + key + "\n\n \t\n\r\n#a\r" + key);
  BOOST_TEST(nothing.entries().empty());
  BOOST_TEST(problems(nothing).empty());
  BOOST_TEST(parse("").entries().empty());
}

BOOST_AUTO_TEST_CASE(flags) {
  BOOST_TEST(!options_of("no-pty").pty);
  BOOST_TEST(!options_of("no-port-forwarding").port_forwarding);
  BOOST_TEST(!options_of("no-agent-forwarding").agent_forwarding);
  BOOST_TEST(!options_of("no-X11-forwarding").x11_forwarding);
  BOOST_TEST(!options_of("NO-User-RC").user_rc);
  BOOST_TEST(options_of("no-touch-required").no_touch_required);
  BOOST_TEST(!options_of("no-touch-required,touch-required").no_touch_required);
  BOOST_TEST(options_of("verify-required").verify_required);
  BOOST_TEST(!options_of("verify-required,no-verify-required").verify_required);
  BOOST_TEST((options_of("pty,port-forwarding,agent-forwarding,x11-forwarding,user-rc") == KeyOptions()));
  BOOST_TEST(options_of("no-pty,pty").pty);
  BOOST_TEST(!options_of("pty,no-pty").pty);
}

BOOST_AUTO_TEST_CASE(restrict_and_what_takes_it_back) {
  KeyOptions nothing;
  nothing.pty = nothing.port_forwarding = nothing.agent_forwarding = false;
  nothing.x11_forwarding = nothing.user_rc = false;
  BOOST_TEST((options_of("restrict") == nothing));
  BOOST_TEST((options_of("RESTRICT") == nothing));
  BOOST_TEST((options_of("pty,agent-forwarding,restrict") == nothing));

  const struct {
    const char* option;
    bool KeyOptions::*member;
  } positives[] = {{"pty", &KeyOptions::pty},
                   {"port-forwarding", &KeyOptions::port_forwarding},
                   {"agent-forwarding", &KeyOptions::agent_forwarding},
                   {"X11-forwarding", &KeyOptions::x11_forwarding},
                   {"user-rc", &KeyOptions::user_rc}};
  for (const auto& [option, member] : positives) {
    KeyOptions expected = nothing;
    expected.*member = true;
    BOOST_TEST((options_of("restrict,"s + option) == expected), option);
    BOOST_TEST((options_of("restrict,"s + option + ",no-" + option) == nothing), option);
    BOOST_TEST((options_of(option + ",restrict"s) == nothing), option);
  }

  const auto open = options_of("restrict,permitopen=\"a:1\",permitlisten=\"1\"");
  BOOST_TEST(!open.permits_open("a", 1));
  BOOST_TEST(!open.permits_listen("a", 1));
}

BOOST_AUTO_TEST_CASE(commands_and_quotes) {
  BOOST_TEST(options_of("command=\"dump /home\"").command.value() == "dump /home");
  BOOST_TEST(options_of("COMMAND=\"a\\\"b c\\\"\"").command.value() == "a\"b c\"");
  BOOST_TEST(options_of(R"(command="a\b\\c")").command.value() == R"(a\b\\c)");
  BOOST_TEST(options_of(R"(command="a,b=\"c d\",no-pty")").command.value() == R"(a,b="c d",no-pty)");
  BOOST_TEST(options_of("command=\"a\tb\"").command.value() == "a\tb");
  BOOST_TEST(options_of("command=\"\"").command.value() == "");
  const auto both = options_of("no-pty,command=\"x\",no-user-rc");
  BOOST_TEST(both.command.value() == "x");
  BOOST_TEST((!both.pty && !both.user_rc && both.x11_forwarding));
}

BOOST_AUTO_TEST_CASE(environments) {
  const auto options = options_of("environment=\"A_1=x=y\",environment=\"B=\",environment=\"A_1=z\"");
  const decltype(KeyOptions::environment) expected{{"A_1", "x=y"}, {"B", ""}};
  BOOST_TEST((options.environment == expected));
  for (const char* bad : {"", "A", "=x", "A B=x", "A-B=x", "A;B=x", "\xc3\xa4=x", " A=x"})
    BOOST_TEST(problem_of("environment=\""s + bad + "\"").find("environment") != std::string::npos, bad);
}

BOOST_AUTO_TEST_CASE(where_a_key_may_come_from) {
  BOOST_TEST(comes_from("10.0.0.0/8", "10.1.2.3"));
  BOOST_TEST(!comes_from("10.0.0.0/8", "11.1.2.3"));
  BOOST_TEST(comes_from("10.0.0.0/8", "::ffff:10.1.2.3"));
  BOOST_TEST(comes_from("192.0.2.7", "192.0.2.7"));
  BOOST_TEST(comes_from("192.0.2.*", "192.0.2.7"));
  BOOST_TEST(comes_from("192.0.2.*", "::FFFF:192.0.2.7"));
  BOOST_TEST(comes_from("2001:db8::/32", "2001:db8:1::2"));
  BOOST_TEST(comes_from("2001:db8::1", "2001:DB8:0::1"));
  BOOST_TEST(comes_from("fe80::*", "fe80::1%eth0"));
  BOOST_TEST(comes_from("a.example,*.example.org,", "203.0.113.1", "Host.Example.ORG"));
  BOOST_TEST(!comes_from("*.example.org", "203.0.113.1", "example.org"));
  BOOST_TEST(!comes_from("*.example.org", "203.0.113.1"));
  BOOST_TEST(!comes_from("*", ""));
  BOOST_TEST(comes_from("*", "203.0.113.1"));
}

BOOST_AUTO_TEST_CASE(a_negated_match_wins) {
  for (const char* list : {"!10.9.0.0/16,10.0.0.0/8", "10.0.0.0/8,!10.9.0.0/16", "*,!10.9.0.*"}) {
    BOOST_TEST(comes_from(list, "10.8.0.1"), list);
    BOOST_TEST(!comes_from(list, "10.9.0.1"), list);
    BOOST_TEST(!comes_from(list, "::ffff:10.9.0.1"), list);
  }
  BOOST_TEST(!comes_from("*,!bad.example.org", "10.0.0.1", "bad.example.org"));
  BOOST_TEST(!comes_from("*.example.org,!10.0.0.1", "10.0.0.1", "good.example.org"));
  BOOST_TEST(!comes_from("!10.9.0.0/16", "10.8.0.1"));  // nothing positive
}

BOOST_AUTO_TEST_CASE(bad_from_lists) {
  for (const char* bad : {"", "10.0.0.1/8", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/x", "10.0.0.256/32", "*,!",
                          "*,!10.0.0.1/8", "!10.0.0/8,*", "*, !10.0.0.1", "a b", "2001:db8::/129"}) {
    BOOST_TEST(problem_of("from=\""s + bad + "\"").find("from") != std::string::npos, bad);
  }
  // A list that did not come from a file fails closed.
  KeyOptions options;
  options.from = "*,10.0.0.1/8";
  BOOST_TEST(!options.applies("10.0.0.1", "", noon));
}

BOOST_AUTO_TEST_CASE(the_reason_is_told) {
  std::string why = "old";
  BOOST_TEST(options_of("from=\"10.0.0.0/8\"").applies("10.0.0.1", "", noon, &why));
  BOOST_TEST(why == "");
  BOOST_TEST(!options_of("from=\"10.0.0.0/8\"").applies("11.0.0.1", "", noon, &why));
  BOOST_TEST(why == "the key may not be used from 11.0.0.1");
  BOOST_TEST(!options_of("expiry-time=\"20200101Z\"").applies("11.0.0.1", "", noon, &why));
  BOOST_TEST(why == "the key has expired");
}

BOOST_AUTO_TEST_CASE(expiry_times) {
  const auto expiry = [](const std::string& text) {
    return options_of("expiry-time=\"" + text + "\"").expiry_time.value();
  };
  BOOST_TEST((expiry("20260301Z") == sys_days(2026y / 3 / 1)));
  BOOST_TEST((expiry("202603011205Z") == noon + 5min));
  BOOST_TEST((expiry("20260301120507z") == noon + 5min + 7s));
  BOOST_TEST((expiry("20240229Z") == sys_days(2024y / 2 / 29)));
  BOOST_TEST((expiry("99991231Z") > sys_days(2262y / 1 / 1)));
  BOOST_TEST(options_of("expiry-time=\"99991231\"").applies("", "", noon));

  const auto at_noon = options_of("expiry-time=\"202603011200Z\"");
  BOOST_TEST(at_noon.applies("", "", noon - 1s));
  BOOST_TEST(at_noon.applies("", "", noon));
  BOOST_TEST(at_noon.applies("", "", noon + 999ms));
  BOOST_TEST(!at_noon.applies("", "", noon + 1s));

  {
    const TimeZone east("AMK-5:30");
    BOOST_TEST((expiry("202603011730") == noon));
    BOOST_TEST((expiry("202603011200Z") == noon));
    BOOST_TEST((expiry("20260301") == noon - 17h - 30min));
  }
  const TimeZone west("AMS+5AMD,M3.2.0,M11.1.0");  // with summer time
  BOOST_TEST((expiry("202603010700") == noon));
  BOOST_TEST((expiry("202607010800") == sys_days(2026y / 7 / 1) + 12h));
}

BOOST_AUTO_TEST_CASE(bad_expiry_times) {
  for (const char* bad : {"",
                          "Z",
                          "2026",
                          "2026030",
                          "202603011",
                          "2026030112Z",
                          "2026030112000",
                          "202603011200000",
                          "20261301Z",
                          "20260230Z",
                          "20260001Z",
                          "20260300Z",
                          "202603012400Z",
                          "202603011260Z",
                          "20260301115960Z",
                          "00000000",
                          "19691231Z",
                          "-0260301",
                          "2026-3-1",
                          "20260301 ",
                          "20260301ZZ",
                          "20260301UTC",
                          "always"})
    BOOST_TEST(problem_of("expiry-time=\""s + bad + "\"").find("expiry-time") != std::string::npos, bad);
}

BOOST_AUTO_TEST_CASE(where_forwardings_may_go) {
  const auto options =
      options_of("permitopen=\"192.0.2.1:80\",PermitOpen=\"[2001:db8::1]:22\",permitopen=\"Db.example:*\"");
  BOOST_TEST(
      (options.permit_open.value() == Endpoints{{"192.0.2.1", 80}, {"2001:db8::1", 22}, {"Db.example", 0}}));
  BOOST_TEST(options.permits_open("192.0.2.1", 80));
  BOOST_TEST(!options.permits_open("192.0.2.1", 81));
  BOOST_TEST(!options.permits_open("192.0.2.2", 80));
  BOOST_TEST(options.permits_open("2001:db8::1", 22));
  BOOST_TEST(options.permits_open("db.EXAMPLE", 5432));
  BOOST_TEST(!options.permits_open("xdb.example", 5432));
  BOOST_TEST(options.permits_listen("anything", 1));  // the two are apart

  BOOST_TEST(!options_of("permitopen=\"*.example:80\"").permits_open("a.example", 80));  // no pattern
  BOOST_TEST(options_of("permitopen=\"*:80\"").permits_open("a.example", 80));
  BOOST_TEST(!options_of("permitopen=\"a:1\",no-port-forwarding").permits_open("a", 1));
  BOOST_TEST(!options_of("no-port-forwarding").permits_open("a", 1));
}

BOOST_AUTO_TEST_CASE(where_forwardings_may_listen) {
  const auto options =
      options_of("permitlisten=\"8080\",permitlisten=\"localhost:22\",permitlisten=\"*.example:*\"");
  BOOST_TEST((options.permit_listen.value() == Endpoints{{"*", 8080}, {"localhost", 22}, {"*.example", 0}}));
  BOOST_TEST(options.permits_listen("", 8080));
  BOOST_TEST(options.permits_listen("::1", 8080));
  BOOST_TEST(options.permits_listen("LOCALHOST", 22));
  BOOST_TEST(!options.permits_listen("127.0.0.1", 22));
  BOOST_TEST(options.permits_listen("a.example", 0));
  BOOST_TEST(!options.permits_listen("localhost", 0));
  BOOST_TEST(options.permits_open("anything", 1));
  BOOST_TEST(options_of("permitlisten=\"*\"").permits_listen("x", 0));
  BOOST_TEST(!options_of("permitlisten=\"1\",no-port-forwarding").permits_listen("x", 1));
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-72"))
BOOST_AUTO_TEST_CASE(bad_endpoints) {
  for (const char* bad : {"",
                          ":",
                          ":80",
                          "host",
                          "host:",
                          "host:0",
                          "host:65536",
                          "host:-1",
                          "host:+1",
                          "host:4294967376",
                          "host:80x",
                          "host:http",
                          "host: 80",
                          "a b:80",
                          "::1:80",
                          "[::1]80",
                          "[::1]",
                          "[::1:80",
                          "[]:80",
                          "host/80",
                          "host:80,host:81",
                          "[a]b:80"})
    for (const char* option : {"permitopen", "permitlisten"}) {
      const std::string line = option + "=\""s + bad + "\"";
      BOOST_TEST(problem_of(line).find(option) != std::string::npos, line);
    }
  for (const char* bare : {"80", "*"})
    BOOST_TEST(problem_of("permitopen=\""s + bare + "\"").find("permitopen") != std::string::npos);
  BOOST_TEST(!problem_of("permitopen=\"" + std::string(2000, 'h') + ":80\"").empty());
}

BOOST_AUTO_TEST_CASE(certificate_authorities_are_no_users_keys) {
  const auto keys = parse("cert-authority,principals=\"alice,bob\" "s + ed25519.line + "\n" +
                          "no-pty,Cert-Authority " + rsa.line + "\n" + rsa.line + "\n");
  BOOST_TEST(problems(keys).empty());
  BOOST_TEST(keys.find(ed25519.key()).empty());
  BOOST_REQUIRE(keys.find(rsa.key()).size() == 1U);
  BOOST_TEST(keys.find(rsa.key()).front().line == 3U);
  const auto all = keys.entries();
  BOOST_REQUIRE(all.size() == 3U);
  BOOST_TEST(all[0].options.cert_authority);
  BOOST_TEST(all[0].options.principals == (Strings{"alice", "bob"}), boost::test_tools::per_element());
  BOOST_TEST((all[1].options.cert_authority && !all[1].options.pty));
  for (const char* bad : {"", ",", "a,", "a,,b"})
    BOOST_TEST(problem_of("principals=\""s + bad + "\"").find("principals") != std::string::npos, bad);
}

BOOST_AUTO_TEST_CASE(tunnels) {
  BOOST_TEST(options_of("tunnel=\"0\"").tunnel.value() == 0U);
  BOOST_TEST(options_of("tunnel=\"2147483645\"").tunnel.value() == 2147483645U);
  BOOST_TEST(!options_of("tunnel=\"any\"").tunnel);
  for (const char* bad : {"", "x", "-1", "2147483646", "99999999999", "1:2"})
    BOOST_TEST(problem_of("tunnel=\""s + bad + "\"").find("tunnel") != std::string::npos, bad);
}

BOOST_AUTO_TEST_CASE(options_that_may_come_once) {
  for (const char* option : {"command=\"a\"", "from=\"10.0.0.1\"", "expiry-time=\"20300101Z\"",
                             "principals=\"a\"", "tunnel=\"1\""}) {
    const std::string name = std::string(option).substr(0, std::string(option).find('='));
    BOOST_TEST(problem_of(option) == "", option);
    BOOST_TEST(problem_of(option + ","s + option) == name + " is given twice");
    BOOST_TEST(problem_of(option + ",no-pty,"s + option) == name + " is given twice");
  }
  BOOST_TEST(problem_of("command=\"\",COMMAND=\"\"") == "command is given twice");
}

BOOST_AUTO_TEST_CASE(bad_options) {
  for (const char* bad : {"unknown",
                          "unknown=\"x\"",
                          "no-restrict",
                          "no-cert-authority",
                          "no-command",
                          "no-no-pty",
                          "pty=\"x\"",
                          "restrict=\"\"",
                          "command",
                          "command=",
                          "command=ls",
                          "command=\"ls\"x",
                          "command=\"ls\"no-pty",
                          "command=\"ls\"\"no-pty\"",
                          ",",
                          ",pty",
                          "pty,",
                          "pty,,no-pty",
                          "pty, no-pty",
                          "pty;no-pty",
                          "\"pty\"",
                          "=\"x\"",
                          "=",
                          "command =\"x\"",
                          "command= \"x\"",
                          "command='x'",
                          "restrict\\",
                          "subject=\"x\"",
                          "ptyx",
                          "pt",
                          "environment",
                          "\xff"})
    BOOST_TEST(problem_of(bad) != "", bad);
  BOOST_TEST(problem_of("pty,Frobnicate=\"x\"") == "unknown option \"Frobnicate=...\"");
  BOOST_TEST(problem_of("command=\"x") == "a quote is not closed");
  BOOST_TEST(problem_of("command=\"x\\\"") == "a quote is not closed");
}

// Nothing in a value may begin another line, variable or argument.
BOOST_TEST_DECORATOR(*boost::unit_test::label("V-72"))
BOOST_AUTO_TEST_CASE(control_characters) {
  for (const char c : {'\0', '\1', '\r', '\v', '\f', '\x1b', '\x7f'}) {
    for (const std::string& option : {"command=\"a"s + c + "b\"", "environment=\"A=x"s + c + "y\"",
                                      "environment=\"A"s + c + "=x\"", "from=\"10.0.0.1"s + c + "\""})
      BOOST_TEST(problem_of(option) == "the line has a control character");
    BOOST_TEST(problem_of("no-pty"s + c) == "the line has a control character");
  }
  // A newline ends the line, whatever is open.
  const auto cut = parse("command=\"a\nno-pty\" "s + ed25519.line + "\n");
  BOOST_TEST(cut.entries().empty());
  BOOST_TEST(cut.diagnostics().size() == 2U);
  // Two lines by a carriage return alone are none.
  BOOST_TEST(parse(ed25519.line + "\rrestrict "s + rsa.line).entries().empty());
}

BOOST_AUTO_TEST_CASE(bad_lines_spoil_nothing) {
  const std::string key = ed25519.line;
  const auto keys = parse(
      "no-pty\n"             // 1
      "no-pty \n"            // 2
      "ssh-ed25519\n"        // 3
      "ssh-ed25519 AAAA!\n"  // 4
      "ssh-rsa " +
      key.substr(12) + "\n" +              // 5: another type inside
      "ssh-dss AAAAB3NzaC1kc3M=\n"         // 6
      "sk-ssh-ed25519@openssh.com AAAA\n"  // 7
      "1024 35 1234567890\n"               // 8: protocol 1
      "restrict restrict " +
      key + "\n" +                            // 9
      key.substr(0, 40) + "\n" +              // 10: cut
      "command=\"x\" # " + key + "\n" +       // 11
      "ssh-ed25519,restrict " + key + "\n" +  // 12
      "\xef\xbb\xbfrestrict " + key + "\n" +  // 13
      "@revoked " + key + "\n" +              // 14
      rsa.line + "\n");                       // 15: the good one
  BOOST_TEST(keys.find(ed25519.key()).empty());
  BOOST_REQUIRE(keys.entries().size() == 1U);
  BOOST_TEST(keys.entries().front().line == 15U);
  BOOST_TEST(keys.complete());
  const auto list = keys.diagnostics();
  BOOST_REQUIRE(list.size() == 14U);
  for (std::size_t i = 0; i < list.size(); ++i) {
    BOOST_TEST(list[i].line == i + 1);
    BOOST_TEST(!list[i].what.empty());
  }
  BOOST_TEST(list[0].what == "the line has no key");
  BOOST_TEST(list[5].what.find("ssh-dss") != std::string::npos);
}

// A key's text elsewhere in a line is no key.
BOOST_AUTO_TEST_CASE(keys_in_other_places) {
  const std::string key = ed25519.line;
  const auto keys = parse("command=\"" + key + "\" " + rsa.line + "\n" + rsa.line + " " + key + "\n# " + key);
  BOOST_TEST(keys.find(ed25519.key()).empty());
  BOOST_TEST(keys.find(rsa.key()).size() == 2U);
}

// The tail of a line too long must not be read as a line of its own.
BOOST_TEST_DECORATOR(*boost::unit_test::label("V-72"))
BOOST_AUTO_TEST_CASE(long_lines_and_large_texts) {
  const std::string key = ed25519.line;
  for (const std::size_t size : {std::size_t{65537}, std::size_t{200000}}) {
    std::string line = "restrict,command=\"" + std::string(size, 'x') + "\" " + key;
    const auto keys = parse(line + "\n" + rsa.line + "\n");
    BOOST_TEST(keys.find(ed25519.key()).empty());
    BOOST_TEST(keys.find(rsa.key()).size() == 1U);
    BOOST_REQUIRE(keys.diagnostics().size() == 1U);
    BOOST_TEST(keys.diagnostics().front().what == "the line is longer than 65536 bytes");
  }
  const std::string longest = "command=\"" + std::string(65536 - 11 - key.size(), 'x') + "\" " + key;
  BOOST_REQUIRE(longest.size() == 65536U);
  BOOST_TEST(parse(longest + "\r\n").find(ed25519.key()).size() == 1U);

  const std::string large = key + "\n" + std::string(std::size_t{16} << 20, '\n');
  const auto keys = parse(large);
  BOOST_TEST(keys.find(ed25519.key()).empty());
  BOOST_TEST(!keys.complete());
  BOOST_TEST(parse(large.substr(0, std::size_t{16} << 20)).find(ed25519.key()).size() == 1U);
}

BOOST_AUTO_TEST_CASE(many_bad_lines) {
  std::string text;
  for (int i = 0; i < 1500; ++i)
    text += "x\n";
  const auto list = parse(text).diagnostics();
  BOOST_REQUIRE(list.size() == 1001U);
  BOOST_TEST(list[999].line == 1000U);
  BOOST_TEST(list.back().line == 0U);
  BOOST_TEST(list.back().what == "500 more lines cannot be used");
}

// However a line is cut, the key is there with all of its restrictions or not at all.
BOOST_TEST_DECORATOR(*boost::unit_test::label("V-34"))
BOOST_AUTO_TEST_CASE(every_prefix_and_suffix) {
  const std::string line = R"(restrict,command="a\" b",from="10.0.0.0/8" )"s + ed25519.line;
  for (std::size_t n = 0; n <= line.size(); ++n) {
    const auto cut = parse(line.substr(0, n));
    BOOST_TEST(cut.find(ed25519.key()).size() == (n == line.size() ? 1U : 0U), n);
    BOOST_TEST(cut.diagnostics().size() == (n == 0 || n == line.size() ? 0U : 1U), n);
  }
}

BOOST_AUTO_TEST_CASE(files) {
  const TempDir dir;
  const auto file = dir.write("ak", "no-pty "s + ed25519.line + "\nbad\n");
  const auto keys = AuthorizedKeys::load(file);
  BOOST_TEST(keys.complete());
  BOOST_REQUIRE(keys.find(ed25519.key()).size() == 1U);
  BOOST_TEST(keys.find(ed25519.key()).front().where() == file.native() + ":1");
  BOOST_REQUIRE(keys.diagnostics().size() == 1U);
  BOOST_TEST(keys.diagnostics().front().file == file.native());
  BOOST_TEST(keys.diagnostics().front().line == 2U);

  for (const auto& missing : {dir / "missing", file / "below"}) {
    const auto none = AuthorizedKeys::load(missing);
    BOOST_TEST(none.complete());
    BOOST_TEST(none.diagnostics().empty());
    BOOST_TEST(none.entries().empty());
  }
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-35"))
BOOST_AUTO_TEST_CASE(files_that_are_no_files) {
  const TempDir dir;
  const auto fifo = dir / "fifo";
  BOOST_REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  const auto loop = dir / "loop";
  std::filesystem::create_symlink(loop, loop);
  const auto huge = dir.write("huge", ed25519.line + "\n"s);
  std::filesystem::resize_file(huge, 1U << 30);  // sparse
  for (const std::filesystem::path& bad : {fifo, dir.path(), loop, huge, std::filesystem::path("/dev/zero"),
                                           std::filesystem::path("/dev/null")}) {
    const auto keys = AuthorizedKeys::load(bad);
    BOOST_TEST(!keys.complete(), bad);
    BOOST_TEST(keys.find(ed25519.key()).empty());
    const auto list = keys.diagnostics();
    BOOST_REQUIRE(list.size() == 1U);
    BOOST_TEST(list.front().file == bad.native());
    BOOST_TEST(list.front().line == 0U);
    BOOST_TEST(!list.front().what.empty());
  }
}

BOOST_AUTO_TEST_SUITE_END()
