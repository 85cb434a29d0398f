// amiko - tests of reading known_hosts files
#include <amiko/config/known_hosts.hpp>

#include <amiko/base/error.hpp>

#include <boost/test/unit_test.hpp>

#include <sys/stat.h>

#include <string>
#include <vector>

#include "common/available.hpp"
#include "common/peer_process.hpp"
#include "common/sample_keys.hpp"
#include "common/temp_dir.hpp"

using std::string_literals::operator""s;
using amiko::HostKeyStatus;
using amiko::KnownHosts;
using amiko::test::ecdsa;
using amiko::test::ed25519;
using amiko::test::needs;
using amiko::test::other_ed25519;
using amiko::test::rsa;
using amiko::test::run;
using amiko::test::run_checked;
using amiko::test::TempDir;
using Strings = std::vector<std::string>;

namespace amiko {

std::ostream& operator<<(std::ostream& out, HostKeyStatus status) {
  switch (status) {
    case HostKeyStatus::match:
      return out << "match";
    case HostKeyStatus::unknown:
      return out << "unknown";
    case HostKeyStatus::changed:
      return out << "changed";
    case HostKeyStatus::revoked:
      return out << "revoked";
  }
  return out << "?";
}

}  // namespace amiko

namespace {

constexpr auto match = HostKeyStatus::match;
constexpr auto unknown = HostKeyStatus::unknown;
constexpr auto changed = HostKeyStatus::changed;
constexpr auto revoked = HostKeyStatus::revoked;

KnownHosts parse(const std::string& text) {
  return KnownHosts::parse(text, "kh");
}

// What a file whose one line names `names` says about its key.
HostKeyStatus status_of(const std::string& names, const std::string& host, std::uint16_t port = 22,
                        const std::string& address = {}) {
  return parse(ed25519.line_for(names)).check(host, port, address, ed25519.key()).status;
}

auto has_code(amiko::errc code) {
  return [code](const amiko::Error& e) { return e.code() == code; };
}

// "line: what" of each diagnostic.
Strings problems(const KnownHosts& known) {
  Strings result;
  for (const auto& d : known.diagnostics())
    result.push_back(std::to_string(d.line) + ": " + d.what);
  return result;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(known_hosts)

BOOST_AUTO_TEST_CASE(lookup_names) {
  BOOST_TEST(amiko::known_hosts_name("Example.ORG", 22) == "example.org");
  BOOST_TEST(amiko::known_hosts_name("example.org", 0) == "example.org");
  BOOST_TEST(amiko::known_hosts_name("example.org.", 22) == "example.org");
  BOOST_TEST(amiko::known_hosts_name("example.org", 2222) == "[example.org]:2222");
  BOOST_TEST(amiko::known_hosts_name("[2001:DB8:0:0::1]", 22) == "2001:db8::1");
  BOOST_TEST(amiko::known_hosts_name("::1", 65535) == "[::1]:65535");
  BOOST_TEST(amiko::known_hosts_name(".", 22) == ".");
  BOOST_CHECK_EXCEPTION(amiko::known_hosts_name("", 22), amiko::Error,
                        has_code(amiko::errc::invalid_argument));
  BOOST_CHECK_EXCEPTION(parse("").check("", 22, "", ed25519.key()), amiko::Error,
                        has_code(amiko::errc::invalid_argument));
  BOOST_CHECK_EXCEPTION(parse("").find("", 22), amiko::Error, has_code(amiko::errc::invalid_argument));
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-59"))
BOOST_AUTO_TEST_CASE(names_and_ports) {
  BOOST_TEST(status_of("example.org", "example.org") == match);
  BOOST_TEST(status_of("example.org", "example.org", 0) == match);
  BOOST_TEST(status_of("example.org", "example.org", 2222) == unknown);
  BOOST_TEST(status_of("[example.org]:2222", "example.org", 2222) == match);
  BOOST_TEST(status_of("[example.org]:2222", "example.org") == unknown);
  BOOST_TEST(status_of("[example.org]:2222", "example.org", 2223) == unknown);
  BOOST_TEST(status_of("a,example.org,b", "example.org") == match);
  BOOST_TEST(status_of("a,b", "example.org") == unknown);
  BOOST_TEST(status_of("Example.Org", "eXAMPLE.oRG") == match);
  BOOST_TEST(status_of("example.org", "example.org.") == match);
  BOOST_TEST(status_of("example.org.", "example.org.") == match);
  BOOST_TEST(status_of("xexample.org", "example.org") == unknown);
  BOOST_TEST(status_of("example.orgx", "example.org") == unknown);
}

BOOST_AUTO_TEST_CASE(patterns) {
  BOOST_TEST(status_of("*.example.org", "a.example.org") == match);
  BOOST_TEST(status_of("*.example.org", "a.b.example.org") == match);
  BOOST_TEST(status_of("*.example.org", "example.org") == unknown);
  BOOST_TEST(status_of("*.example.org", "a.example.org", 2222) == unknown);
  BOOST_TEST(status_of("[*.example.org]:2222", "a.example.org", 2222) == match);
  BOOST_TEST(status_of("[*.example.org]:*", "a.example.org", 2222) == match);
  BOOST_TEST(status_of("*", "anything", 2222) == match);
  BOOST_TEST(status_of("host?", "host1") == match);
  BOOST_TEST(status_of("host?", "host12") == unknown);
  BOOST_TEST(status_of("*.example.org,!bad.example.org", "a.example.org") == match);
  BOOST_TEST(status_of("*.example.org,!bad.example.org", "bad.example.org") == unknown);
  BOOST_TEST(status_of("!bad.example.org,*.example.org", "BAD.example.org.") == unknown);
  BOOST_TEST(status_of("!bad.example.org", "good.example.org") == unknown);
  BOOST_TEST(status_of("*" + std::string(60, '*') + "b", std::string(5000, 'a')) == unknown);
}

BOOST_AUTO_TEST_CASE(ipv6_literals) {
  BOOST_TEST(status_of("2001:db8::1", "2001:db8::1") == match);
  BOOST_TEST(status_of("2001:db8::1", "[2001:DB8:0::1]") == match);
  BOOST_TEST(status_of("2001:DB8::1", "2001:db8::1") == match);
  BOOST_TEST(status_of("[2001:db8::1]:2222", "2001:db8::1", 2222) == match);
  BOOST_TEST(status_of("[2001:db8::1]:2222", "[2001:db8::1]", 2222) == match);
  BOOST_TEST(status_of("fe80::1%eth0", "fe80::1%eth0") == match);
  BOOST_TEST(status_of("fe80::1%eth0", "fe80::1%eth1") == unknown);
}

BOOST_AUTO_TEST_CASE(address_blocks) {
  BOOST_TEST(status_of("10.0.0.0/8", "host", 22, "10.1.2.3") == match);
  BOOST_TEST(status_of("10.0.0.0/8", "host", 2222, "10.1.2.3") == match);
  BOOST_TEST(status_of("10.0.0.0/8", "host", 22, "::ffff:10.1.2.3") == match);
  BOOST_TEST(status_of("10.0.0.0/8", "host", 22, "11.1.2.3") == unknown);
  BOOST_TEST(status_of("10.0.0.0/8", "10.1.2.3") == match);
  BOOST_TEST(status_of("10.0.0.0/8", "host") == unknown);
  BOOST_TEST(status_of("192.0.2.7/32", "host", 22, "192.0.2.7") == match);
  BOOST_TEST(status_of("2001:db8::/32", "host", 22, "2001:db8:1::2") == match);
  BOOST_TEST(status_of("2001:db8::/32", "host", 22, "2001:db9::") == unknown);
  BOOST_TEST(status_of("10.0.0.0/8,!10.9.0.0/16", "host", 22, "10.9.0.1") == unknown);
  BOOST_TEST(status_of("*,!10.9.0.0/16", "host", 22, "10.9.0.1") == unknown);
  BOOST_TEST(status_of("*,!10.9.0.0/16", "host", 22, "10.8.0.1") == match);
}

// What answers at an address may be anybody's machine: it does not vouch for names that resolve to it, nor
// contradict them.
BOOST_AUTO_TEST_CASE(plain_addresses_are_names) {
  BOOST_TEST(status_of("192.0.2.7", "192.0.2.7") == match);
  BOOST_TEST(status_of("192.0.2.7", "host", 22, "192.0.2.7") == unknown);
  const auto known = parse(ed25519.line_for("192.0.2.7") + other_ed25519.line_for("host"));
  BOOST_TEST(known.check("host", 22, "192.0.2.7", other_ed25519.key()).status == match);
  BOOST_TEST(known.check("host", 22, "192.0.2.7", ed25519.key()).status == changed);
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-59"))
BOOST_AUTO_TEST_CASE(hashed_names) {
  // The example of sshd(8).
  const auto known = parse(ed25519.line_for("|1|JfKTdBh7rNbXkVAQCRp4OQoPfmI=|USECr3SWf1JUPsms5AqfD5QfxkM="));
  BOOST_TEST(known.check("closenet", 22, "", ed25519.key()).status == match);
  BOOST_TEST(known.check("CloseNet.", 22, "", ed25519.key()).status == match);
  BOOST_TEST(known.check("closenet", 2222, "", ed25519.key()).status == unknown);
  BOOST_TEST(known.check("closenet", 22, "", other_ed25519.key()).status == changed);
  BOOST_TEST(known.check("othernet", 22, "", ed25519.key()).status == unknown);
}

BOOST_AUTO_TEST_CASE(the_deciding_line) {
  const auto known = parse("# a comment\n\n" + rsa.line_for("host") + other_ed25519.line_for("host") +
                           ed25519.line_for("host") + ed25519.line_for("*"));
  auto result = known.check("host", 22, "", ed25519.key());
  BOOST_TEST(result.status == match);
  BOOST_TEST(result.where() == "kh:5");
  BOOST_TEST(
      result.known_fingerprints == (Strings{rsa.described(), other_ed25519.described(), ed25519.described()}),
      boost::test_tools::per_element());

  result = parse("").check("host", 22, "", ed25519.key());
  BOOST_TEST(result.status == unknown);
  BOOST_TEST(result.where() == "");
  BOOST_TEST(result.known_fingerprints.empty());
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-59"))
BOOST_AUTO_TEST_CASE(changed_keys) {
  const auto known =
      parse(rsa.line_for("host") + other_ed25519.line_for("host") + ed25519.line_for("elsewhere"));
  auto result = known.check("host", 22, "", ed25519.key());
  BOOST_TEST(result.status == changed);
  BOOST_TEST(result.same_type_known);
  BOOST_TEST(result.where() == "kh:2");  // of the same type, not the first

  result = known.check("host", 22, "", ecdsa.key());
  BOOST_TEST(result.status == changed);  // although no key of this type is on record
  BOOST_TEST(!result.same_type_known);
  BOOST_TEST(result.where() == "kh:1");
  BOOST_TEST(result.known_fingerprints == (Strings{rsa.described(), other_ed25519.described()}),
             boost::test_tools::per_element());
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-59"))
BOOST_AUTO_TEST_CASE(revoked_keys) {
  const auto good = ed25519.line_for("host");
  const auto bad = "@revoked " + ed25519.line_for("*");
  for (const auto& text :
       {good + bad, bad + good, bad, good + bad + good, other_ed25519.line_for("host") + bad}) {
    const auto result = parse(text).check("host", 22, "", ed25519.key());
    BOOST_TEST(result.status == revoked, text);
    BOOST_TEST(result.where() ==
               "kh:" +
                   std::to_string(
                       1 + std::count(text.begin(), text.begin() + static_cast<long>(text.find('@')), '\n')));
  }
  // For other hosts and other keys the marker means nothing.
  const auto only_host = parse("@revoked\t" + ed25519.line_for("host"));
  BOOST_TEST(only_host.check("host", 22, "", ed25519.key()).status == revoked);
  BOOST_TEST(only_host.check("other", 22, "", ed25519.key()).status == unknown);
  BOOST_TEST(only_host.check("host", 22, "", other_ed25519.key()).status == unknown);
  // By address, and under a hashed name.
  BOOST_TEST(
      parse("@revoked " + ed25519.line_for("10.0.0.0/8")).check("h", 99, "10.0.0.1", ed25519.key()).status ==
      revoked);
  BOOST_TEST(
      parse("@revoked " + ed25519.line_for("|1|JfKTdBh7rNbXkVAQCRp4OQoPfmI=|USECr3SWf1JUPsms5AqfD5QfxkM="))
          .check("closenet", 22, "", ed25519.key())
          .status == revoked);
}

BOOST_AUTO_TEST_CASE(certificate_authorities_are_no_host_keys) {
  const auto known = parse("@cert-authority \t " + ed25519.line_for("*.example.org"));
  BOOST_TEST(known.check("a.example.org", 22, "", ed25519.key()).status == unknown);
  BOOST_TEST(known.check("a.example.org", 22, "", rsa.key()).status == unknown);
  BOOST_TEST(known.known_key_types("a.example.org", 22).empty());
  const auto found = known.find("a.example.org", 22);
  BOOST_REQUIRE(found.size() == 1U);
  BOOST_TEST((found.front().marker == KnownHosts::Marker::cert_authority));
  BOOST_TEST(found.front().names == "*.example.org");
  BOOST_TEST((found.front().key == ed25519.key()));
}

BOOST_AUTO_TEST_CASE(key_types_of_record) {
  const auto known = parse(rsa.line_for("host") + "@revoked " + ecdsa.line_for("host") +
                           ed25519.line_for("host,x") + other_ed25519.line_for("host") + ecdsa.line_for("x"));
  BOOST_TEST(known.known_key_types("HOST", 22) == (Strings{"ssh-rsa", "ssh-ed25519"}),
             boost::test_tools::per_element());
  BOOST_TEST(known.known_key_types("x", 22) == (Strings{"ssh-ed25519", "ecdsa-sha2-nistp256"}),
             boost::test_tools::per_element());
  BOOST_TEST(known.known_key_types("host", 2222).empty());
}

BOOST_AUTO_TEST_CASE(other_names_of_a_key) {
  const auto known = parse(ed25519.line_for("a,b") + rsa.line_for("c") + "@revoked " + ed25519.line_for("d") +
                           ed25519.line_for("[e]:99"));
  const auto found = known.find_key(ed25519.key());
  BOOST_REQUIRE(found.size() == 2U);
  BOOST_TEST(found[0].names == "a,b");
  BOOST_TEST(found[1].names == "[e]:99");
  BOOST_TEST(found[1].line == 4U);
  BOOST_TEST(known.find_key(ecdsa.key()).empty());
}

BOOST_AUTO_TEST_CASE(white_space_comments_line_ends) {
  const std::string key = ed25519.line;
  const std::string tabbed = "ssh-ed25519\t \t" + key.substr(key.find(' ') + 1);
  for (const auto& line : {"host " + key, "host " + key + " a comment # of words",
                           " \t host\t" + tabbed + "\tx", "host " + key + "\r",
                           "\r\n#x\r\nhost " + key + "\r\n", "host " + key + " c\r\nother " + key + "\r\n"}) {
    const auto known = parse(line);
    BOOST_TEST(known.check("host", 22, "", ed25519.key()).status == match, line);
    BOOST_TEST(problems(known).empty());
  }
  const auto nothing = parse("# host " + key + "\n   # host " + key + "\n\n \t\n\r\n");
  BOOST_TEST(nothing.check("host", 22, "", ed25519.key()).status == unknown);
  BOOST_TEST(problems(nothing).empty());
}

BOOST_AUTO_TEST_CASE(bad_lines_spoil_nothing) {
  const std::string nul("ho\0st ssh-ed25519 x", 19);
  const auto known = parse(
      "host\n"              // 1
      "host ssh-ed25519\n"  // 2
      "@unknown " +
      ed25519.line_for("host") +         // 3
      "host ssh-foo AAAAB3NzaC1mb28=\n"  // 4
      "host ssh-ed25519 AAAA!\n"         // 5
      "host ssh-rsa " +
      (ed25519.line + 12) + "\n" +  // 6: another type inside
      "host 1024 35 1234567890\n"   // 7: protocol 1
      "|1|broken " +
      ed25519.line + "\n" +                                  // 8
      ed25519.line_for("10.0.0.1/8") +                       // 9: host bits set
      nul + "\n" +                                           // 10
      std::string(70000, 'h') + " " + ed25519.line + "\n" +  // 11
      "@revoked\n"                                           // 12
      "host ssh-ed25519 " +
      std::string(ed25519.line + 12).substr(0, 40) + "\n" +  // 13: cut
      rsa.line_for("host"));                                 // 14: the good one
  const auto result = known.check("host", 22, "10.1.1.1", rsa.key());
  BOOST_TEST(result.status == match);
  BOOST_TEST(result.line == 14U);
  BOOST_TEST(result.known_fingerprints.size() == 1U);
  BOOST_TEST(known.complete());

  const auto list = known.diagnostics();
  BOOST_REQUIRE(list.size() == 13U);
  for (std::size_t i = 0; i < list.size(); ++i) {
    BOOST_TEST(list[i].file == "kh");
    BOOST_TEST(list[i].line == i + 1);
    BOOST_TEST(!list[i].what.empty());
  }
  BOOST_TEST(list[0].what == "the line has no key");
  BOOST_TEST(list[2].what == "unknown marker @unknown");
  BOOST_TEST(list[3].what.find("ssh-foo") != std::string::npos);
  BOOST_TEST(list[6].what.find("protocol 1") != std::string::npos);
  BOOST_TEST(list[8].what.find("10.0.0.1/8") != std::string::npos);
  BOOST_TEST(list[9].what.find("NUL") != std::string::npos);
  BOOST_TEST(list[10].what.find("longer") != std::string::npos);
}

// A line of a type that the library lacks must not turn an unknown host into a changed one.
BOOST_AUTO_TEST_CASE(unknown_key_types_are_left_out) {
  const auto known = parse("host ssh-dss AAAAB3NzaC1kc3M=\n");
  BOOST_TEST(known.check("host", 22, "", rsa.key()).status == unknown);
  BOOST_TEST(known.known_key_types("host", 22).empty());
  BOOST_TEST(known.diagnostics().size() == 1U);
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-34"))
BOOST_AUTO_TEST_CASE(every_prefix_parses) {
  const auto text = "@revoked " + ecdsa.line_for("*.a,!b") +
                    ed25519.line_for("|1|JfKTdBh7rNbXkVAQCRp4OQoPfmI=|USECr3SWf1JUPsms5AqfD5QfxkM=");
  for (std::size_t n = 0; n <= text.size(); ++n) {
    const auto known = parse(text.substr(0, n));
    // A key that is cut is no key.
    const auto status = known.check("closenet", 22, "", ed25519.key()).status;
    BOOST_TEST(status == (n >= text.size() - 1 ? match : unknown), n);
    BOOST_TEST(known.diagnostics().size() <= 1U);
  }
}

BOOST_AUTO_TEST_CASE(empty_keys) {
  BOOST_CHECK_EXCEPTION(parse(ed25519.line_for("host")).check("host", 22, "", {}), amiko::Error,
                        has_code(amiko::errc::no_state));
  BOOST_CHECK_EXCEPTION(parse("").check("host", 22, "", {}), amiko::Error, has_code(amiko::errc::no_state));
}

BOOST_AUTO_TEST_CASE(several_files) {
  const TempDir dir;
  const auto user = dir.write("user", ed25519.line_for("a"));
  const auto global = dir.write("global", other_ed25519.line_for("a") + "@revoked " + ed25519.line_for("b"));
  const auto known = KnownHosts::load({dir / "missing", user, global, "/dev/null"});
  BOOST_TEST(known.complete());
  BOOST_TEST(known.check("a", 22, "", ed25519.key()).where() == user.native() + ":1");
  BOOST_TEST(known.check("a", 22, "", other_ed25519.key()).where() == global.native() + ":1");
  BOOST_TEST(known.check("b", 22, "", ed25519.key()).status == revoked);
  const auto copy = known;
  BOOST_TEST(copy.check("a", 22, "", ed25519.key()).status == match);
  BOOST_TEST(KnownHosts().check("a", 22, "", ed25519.key()).status == unknown);
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-35"))
BOOST_AUTO_TEST_CASE(files_that_are_no_files) {
  const TempDir dir;
  const auto good = dir.write("good", ed25519.line_for("a"));
  const auto fifo = dir / "fifo";
  BOOST_REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  const auto loop = dir / "loop";
  std::filesystem::create_symlink(loop, loop);
  const auto huge = dir.write("huge", "");
  std::filesystem::resize_file(huge, 1U << 30);  // sparse
  for (const std::filesystem::path& bad :
       {fifo, dir.path(), loop, huge, std::filesystem::path("/dev/zero")}) {
    const auto known = KnownHosts::load({bad, good});
    BOOST_TEST(!known.complete(), bad);
    BOOST_TEST(known.check("a", 22, "", ed25519.key()).status == match);
    const auto list = known.diagnostics();
    BOOST_REQUIRE(list.size() == 1U);
    BOOST_TEST(list.front().file == bad.native());
    BOOST_TEST(list.front().line == 0U);
  }
}

// ssh-keygen -F must find exactly the lines that find() finds.
BOOST_AUTO_TEST_CASE(agrees_with_ssh_keygen, *needs({"ssh-keygen"})) {
  const TempDir dir;
  const auto file =
      dir.write("kh", ed25519.line_for("a.example") + rsa.line_for("*.example,!b.example") +
                          ecdsa.line_for("[a.example]:2222,2001:db8::1") +
                          other_ed25519.line_for("[2001:db8::1]:2222,B.Example") + "@revoked " +
                          rsa.line_for("c?") + "# a.example\n\n" + ed25519.line_for("10.0.0.1"));
  run_checked({"cp", file.native(), (dir / "hashed").native()});
  run_checked({"ssh-keygen", "-q", "-H", "-f", (dir / "hashed").native()});
  struct Host {
    const char* host;
    std::uint16_t port;
  };
  const std::vector<Host> hosts{{"a.example", 22},     {"b.example", 22},   {"x.example", 22},
                                {"a.example", 2222},   {"a.example", 2223}, {"2001:db8::1", 22},
                                {"2001:db8::1", 2222}, {"cx", 22},          {"c", 22},
                                {"10.0.0.1", 22},      {"nobody", 22}};
  for (const auto& path : {file, dir / "hashed"}) {
    const auto known = KnownHosts::load({path});
    BOOST_TEST(problems(known).empty());
    for (const auto& [host, port] : hosts) {
      const auto name = amiko::known_hosts_name(host, port);
      const auto theirs = run({"ssh-keygen", "-F", name, "-f", path.native()}).out;
      std::string ours;
      for (const auto& entry : known.find(host, port)) {
        ours += "# Host " + name + " found: line " + std::to_string(entry.line) + " ";
        ours += entry.marker == KnownHosts::Marker::revoked ? "REVOKED" : "";
        ours += "\n" + ""s + (entry.marker == KnownHosts::Marker::revoked ? "@revoked " : "") + entry.names +
                " " + entry.key.to_line() + "\n";
      }
      BOOST_TEST(ours == theirs);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
