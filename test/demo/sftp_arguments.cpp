// amiko - tests of amiko-sftp's command line
#include "arguments.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <string>
#include <vector>

#include "../ssh/options.hpp"

using demo::Arguments;
using demo::Destination;
using demo::OptionError;
using demo::parse_sftp_arguments;
using demo::parse_sftp_destination;
using Strings = std::vector<std::string>;

namespace {

bool has(const Strings& list, const std::string& word) {
  return std::ranges::find(list, word) != list.end();
}

std::string complaint(const Strings& words) {
  try {
    parse_sftp_arguments(words);
  } catch (const OptionError& e) {
    return e.what();
  }
  return "none";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sftp_arguments)

BOOST_AUTO_TEST_CASE(destinations) {
  const Destination plain = parse_sftp_destination("host");
  BOOST_TEST(plain.host == "host");
  BOOST_TEST(plain.user.empty());
  BOOST_TEST(plain.path.empty());
  const Destination full = parse_sftp_destination("me@corp@host:some/file:1@x");
  BOOST_TEST(full.user == "me@corp");
  BOOST_TEST(full.host == "host");
  BOOST_TEST(full.path == "some/file:1@x");
  BOOST_TEST(parse_sftp_destination("host:").path.empty());
  BOOST_TEST(parse_sftp_destination("host:a@b").host == "host");
  const Destination six = parse_sftp_destination("me@[::1]:p");
  BOOST_TEST(six.host == "::1");
  BOOST_TEST(six.path == "p");
  BOOST_TEST(parse_sftp_destination("[::1]").host == "::1");
  for (const char* bad : {"", ":x", "@host", "-host", "me@-host", "[::1", "[]:x", "[::1]x"})
    BOOST_CHECK_THROW(parse_sftp_destination(bad), OptionError);
}

BOOST_AUTO_TEST_CASE(uris) {
  const Destination full = parse_sftp_destination("sftp://m%65@host:2222/a%20b/c");
  BOOST_TEST(full.user == "me");
  BOOST_TEST(full.host == "host");
  BOOST_TEST(full.port == "2222");
  BOOST_TEST(full.path == "a b/c");
  BOOST_TEST(parse_sftp_destination("sftp://host//etc").path == "/etc");
  BOOST_TEST(parse_sftp_destination("sftp://host/").path.empty());
  BOOST_TEST(parse_sftp_destination("sftp://[::1]:22").port == "22");
  BOOST_TEST(parse_sftp_destination("SFTP://host").host == "host");
  for (const char* bad : {"sftp://", "sftp:///x", "sftp://host:0", "sftp://host:x", "sftp://host:65536",
                          "sftp://host/%4", "sftp://host/%zz", "sftp://host/%00", "sftp://u;x=1@host"})
    BOOST_CHECK_THROW(parse_sftp_destination(bad), OptionError);
}

BOOST_AUTO_TEST_CASE(how_files_are_copied) {
  const Arguments a = parse_sftp_arguments({"-afpr", "-B", "1000", "-R2", "-l", "8", "host"});
  BOOST_TEST(a.resume);
  BOOST_TEST(a.fsync);
  BOOST_TEST(a.preserve);
  BOOST_TEST(a.recurse);
  BOOST_TEST(a.block_size == 1000U);
  BOOST_TEST(a.requests == 2U);
  BOOST_TEST(a.bandwidth == 1024U);
  const Arguments x = parse_sftp_arguments({"-X", "buffer=5", "-Xnrequests=7", "host"});
  BOOST_TEST(x.block_size == 5U);
  BOOST_TEST(x.requests == 7U);
}

BOOST_AUTO_TEST_CASE(batches_are_quiet) {
  const Arguments a = parse_sftp_arguments({"-b", "-", "host"});
  BOOST_TEST(a.batch_file.value() == "-");
  BOOST_TEST(a.quiet);
  BOOST_TEST(has(a.ssh_command_line(), "-obatchmode yes"));
  BOOST_TEST(!parse_sftp_arguments({"-Nb", "x", "host"}).quiet);
  BOOST_TEST(!parse_sftp_arguments({"-q", "-N", "host"}).quiet);
  BOOST_TEST(parse_sftp_arguments({"-D", "server", "-vvvb", "-"}).batch_file.value() == "-");
}

BOOST_AUTO_TEST_CASE(what_ssh_is_given) {
  const Arguments a = parse_sftp_arguments(
      {"-4C", "-c", "aes", "-i", "key", "-o", "User=x", "-P", "23", "-F", "none", "me@host:dir"});
  const Strings words = a.ssh_command_line();
  const Strings end{"-4",     "-C",        "-c",   "aes",  "-i", "key", "-o",
                    "User=x", "-oPort 23", "-F",   "none", "-l", "me",  "-oForwardAgent no",
                    "-s",     "--",        "host", "sftp"};
  BOOST_REQUIRE_GE(words.size(), end.size());
  BOOST_TEST(Strings(words.end() - static_cast<std::ptrdiff_t>(end.size()), words.end()) == end,
             boost::test_tools::per_element());
  BOOST_TEST(a.path == "dir");
  const Strings path = parse_sftp_arguments({"-s", "/usr/lib/sftp-server", "host"}).ssh_command_line();
  BOOST_TEST(!has(path, "-s"));
  BOOST_TEST(path.back() == "/usr/lib/sftp-server");
}

BOOST_AUTO_TEST_CASE(amiko_ssh_understands_them) {
  const Arguments a = parse_sftp_arguments({"-vC", "-i", "key", "-P", "23", "sftp://me@host:24/x"});
  const demo::Options options = demo::parse_command_line(a.ssh_command_line());
  BOOST_TEST(options.host == "host");
  BOOST_TEST(options.target_user() == "me");
  BOOST_TEST(options.target_port() == 24U);
  BOOST_TEST(options.command == "sftp");
  BOOST_CHECK(options.session_type == demo::SessionType::subsystem);
  BOOST_CHECK(options.verbosity == demo::Verbosity::debug1);
  BOOST_TEST(options.compression.value());
}

BOOST_AUTO_TEST_CASE(local_servers_and_targets) {
  const Arguments local = parse_sftp_arguments({"-D", "/lib/sftp-server -e 'a b'"});
  BOOST_TEST(local.local_server == Strings({"/lib/sftp-server", "-e", "a b"}),
             boost::test_tools::per_element());
  BOOST_TEST(parse_sftp_arguments({"host:file", "here"}).target.value() == "here");
  BOOST_TEST(parse_sftp_arguments({"-S", "ssh2", "host"}).program == "ssh2");
}

BOOST_AUTO_TEST_CASE(bad_command_lines) {
  BOOST_TEST(complaint({}).find("usage:") == 0U);
  BOOST_TEST(complaint({"-z", "host"}).find("unknown option -- z") == 0U);
  BOOST_TEST(complaint({"-B"}).find("requires an argument -- B") != std::string::npos);
  BOOST_TEST(complaint({"host:x", "y", "z"}).find("usage:") == 0U);
  BOOST_TEST(complaint({"host", "y"}).find("usage:") == 0U);
  BOOST_TEST(complaint({"-B", "x", "host"}) == "Invalid buffer size \"x\"");
  BOOST_TEST(complaint({"-R", "0", "host"}) == "Invalid number of requests \"0\"");
  BOOST_TEST(complaint({"-l", "-1", "host"}) == "Invalid bandwidth limit \"-1\"");
  BOOST_TEST(complaint({"-X", "x=1", "host"}) == "Invalid -X option \"x=1\"");
  BOOST_TEST(complaint({"-P", "0", "host"}).find("bad port") != std::string::npos);
  BOOST_TEST(complaint({"-b", "x", "-b", "y", "host"}) == "Batch file already specified.");
  BOOST_TEST(complaint({"-D", " "}) == "-D: no command");
}

BOOST_AUTO_TEST_SUITE_END()
