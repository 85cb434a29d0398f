// amiko - tests of the identification lines
#include <amiko/base/error.hpp>
#include <amiko/base/version.hpp>
#include <amiko/protocol/version_exchange.hpp>

#include <boost/test/unit_test.hpp>

#include <string>
#include <string_view>

namespace amiko::protocol {
namespace {

struct Outcome {
  std::optional<std::string> version;
  std::vector<std::string> banner;
  std::size_t used = 0;
};

/// Feeds `text` in pieces of `step` bytes, as a reader would: what was not used is offered again.
Outcome exchange(Role role, std::string_view text, std::size_t step) {
  VersionExchange versions(role);
  Outcome result;
  std::size_t there = 0;
  while (there < text.size() && !versions.version()) {
    there = std::min(text.size(), there + step);
    result.used += versions.receive(text.substr(result.used, there - result.used));
  }
  result.version = versions.version();
  result.banner = versions.banner();
  return result;
}

/// The code that `text` ends with, whole and byte by byte; success when it is no error.
error_code error_of(Role role, std::string_view text) {
  error_code codes[2];
  for (const std::size_t step : {std::size_t{1}, text.size()})
    try {
      exchange(role, text, step);
    } catch (const ProtocolError& error) {
      codes[step == 1 ? 0 : 1] = error.code();
    }
  BOOST_TEST(codes[0] == codes[1]);
  return codes[1];
}

std::string message_of(Role role, std::string_view text) {
  try {
    exchange(role, text, text.size());
  } catch (const ProtocolError& error) {
    return error.what();
  }
  return "no error";
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

std::string closed_message(const VersionExchange& versions) {
  try {
    versions.throw_closed();
  } catch (const Error& error) {
    BOOST_TEST(error.code() == make_error_code(errc::connection_lost));
    return error.what();
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(version_exchange)

BOOST_AUTO_TEST_CASE(the_line_is_found_whole_and_in_single_bytes) {
  const std::string_view text = "SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n";
  for (const Role role : {Role::client, Role::server})
    for (std::size_t step = 1; step <= text.size(); ++step) {
      const Outcome outcome = exchange(role, text, step);
      BOOST_TEST(outcome.version.value_or("none") == "SSH-2.0-OpenSSH_9.2p1 Debian-2");
      BOOST_TEST(outcome.used == text.size());
      BOOST_TEST(outcome.banner.empty());
    }
}

BOOST_AUTO_TEST_CASE(what_follows_the_line_is_left_alone) {
  const std::string text = std::string("SSH-2.0-x\r\n") + std::string("\0\0\0\x2c\x0a\x14\n\x16\x03", 9);
  const Outcome outcome = exchange(Role::client, text, text.size());
  BOOST_TEST(outcome.version.value_or("none") == "SSH-2.0-x");
  BOOST_TEST(outcome.used == 11u);
}

BOOST_AUTO_TEST_CASE(a_finished_exchange_takes_nothing_more) {
  VersionExchange versions(Role::client);
  BOOST_TEST(versions.receive("SSH-2.0-x\r\n") == 11u);
  BOOST_TEST(versions.receive("SSH-2.0-y\r\n") == 0u);
  BOOST_TEST(*versions.version() == "SSH-2.0-x");
}

BOOST_AUTO_TEST_CASE(line_ends) {
  BOOST_TEST(*exchange(Role::client, "SSH-2.0-x\n", 3).version == "SSH-2.0-x");
  BOOST_TEST(*exchange(Role::client, "SSH-2.0-x y z\r\n", 3).version == "SSH-2.0-x y z");
  BOOST_TEST(error_of(Role::client, "SSH-2.0-x\r\r\n") == make_error_code(errc::not_ssh));
  BOOST_TEST(!exchange(Role::client, "SSH-2.0-x\r", 1).version.has_value());
}

BOOST_AUTO_TEST_CASE(versions_of_the_protocol) {
  BOOST_TEST(*exchange(Role::client, "SSH-1.99-x\r\n", 5).version == "SSH-1.99-x");
  BOOST_TEST(*exchange(Role::server, "SSH-1.99-x\r\n", 5).version == "SSH-1.99-x");
  BOOST_TEST(error_of(Role::client, "SSH-1.5-x\r\n") == make_error_code(errc::old_protocol));
  BOOST_TEST(error_of(Role::client, "SSH-1.0\r\n") == make_error_code(errc::old_protocol));
  BOOST_TEST(error_of(Role::server, "SSH-1.5-x\r\n") == make_error_code(errc::old_protocol));
  for (const char* line : {"SSH-2.0-\r\n", "SSH-2.0\r\n", "SSH-2.1-x\r\n", "SSH-3.0-x\r\n", "SSH-\r\n",
                           "SSH--x\r\n", "SSH-20-x\r\n"})
    BOOST_TEST(error_of(Role::client, line) == make_error_code(errc::not_ssh), line);
}

BOOST_AUTO_TEST_CASE(a_line_has_255_bytes_at_most) {
  const std::string longest = "SSH-2.0-" + std::string(245, 'x');
  BOOST_TEST(*exchange(Role::client, longest + "\r\n", 100).version == longest);
  BOOST_TEST(*exchange(Role::client, longest + "\r\n", 1).version == longest);
  BOOST_TEST(error_of(Role::client, longest + "x\r\n") == make_error_code(errc::not_ssh));
  BOOST_TEST(error_of(Role::server, longest + "x\r\n") == make_error_code(errc::not_ssh));
  BOOST_TEST(error_of(Role::client, longest + "xx") ==
             make_error_code(errc::not_ssh));  // without waiting for the end
}

BOOST_AUTO_TEST_CASE(a_server_may_say_something_before) {
  const std::string_view text = "Welcome,\r\nstranger.\n\r\nssh-2.0-no\r\nSSH-2.0-x\r\n";
  for (std::size_t step = 1; step <= text.size(); ++step) {
    const Outcome outcome = exchange(Role::client, text, step);
    BOOST_TEST(outcome.version.value_or("none") == "SSH-2.0-x");
    BOOST_TEST(outcome.banner == (std::vector<std::string>{"Welcome,", "stranger.", "", "ssh-2.0-no"}),
               boost::test_tools::per_element());
    BOOST_TEST(outcome.used == text.size());
  }
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-29"))
BOOST_AUTO_TEST_CASE(what_it_says_cannot_steer_a_terminal) {
  const Outcome outcome = exchange(Role::client, "\x1b]0;owned\x07\r\nSSH-2.0-x\r\n", 4);
  BOOST_TEST(outcome.banner.at(0) == "\\033]0;owned\\007");
  BOOST_TEST(error_of(Role::client, "SSH-2.0-\x1b[2J\r\n") == make_error_code(errc::not_ssh));
  BOOST_TEST(!contains(message_of(Role::client, "SSH-2.0-\x1b[2J\r\n"), "\x1b"));
}

BOOST_AUTO_TEST_CASE(a_client_may_not) {
  BOOST_TEST(error_of(Role::server, "Hello\r\n") == make_error_code(errc::not_ssh));
  BOOST_TEST(error_of(Role::server, "\r\nSSH-2.0-x\r\n") == make_error_code(errc::not_ssh));
  VersionExchange versions(Role::server);
  BOOST_TEST(versions.receive("SS") == 0u);
  BOOST_CHECK_THROW(versions.receive("SSX"), ProtocolError);  // at the first wrong byte
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-29"))
BOOST_AUTO_TEST_CASE(lines_before_are_limited_in_number_length_and_sum) {
  const auto lines = [](std::size_t count, std::size_t length) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i)
      text += std::string(length, 'a') + "\r\n";
    return text;
  };
  const auto code = [](const std::string& text) -> error_code {
    try {
      BOOST_TEST(exchange(Role::client, text, 4096).version.value_or("none") == "SSH-2.0-x");
    } catch (const ProtocolError& error) {
      return error.code();
    }
    return {};
  };
  const std::string last = "SSH-2.0-x\r\n";
  BOOST_TEST(code(lines(1024, 0) + last) == error_code());
  BOOST_TEST(code(lines(1025, 0) + last) == make_error_code(errc::not_ssh));
  BOOST_TEST(code(lines(1, 8190) + last) == error_code());
  BOOST_TEST(code(lines(1, 8191) + last) == make_error_code(errc::not_ssh));
  BOOST_TEST(code(lines(1, 100000)) == make_error_code(errc::not_ssh));
  BOOST_TEST(code(lines(60, 1022) + last) == error_code());
  BOOST_TEST(code(lines(64, 1022) + last) == make_error_code(errc::not_ssh));
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-29"))
BOOST_AUTO_TEST_CASE(endless_zeros_end_at_once) {
  BOOST_TEST(error_of(Role::client, std::string_view("\0\0\0\0", 4)) == make_error_code(errc::not_ssh));
  BOOST_TEST(error_of(Role::server, std::string_view("\0\0\0\0", 4)) == make_error_code(errc::not_ssh));
  BOOST_TEST(error_of(Role::client, std::string_view("SSH-2.0-a\0b\r\n", 13)) ==
             make_error_code(errc::not_ssh));
  BOOST_TEST(error_of(Role::client, std::string_view("Hello\0\r\nSSH-2.0-x\r\n", 19)) ==
             make_error_code(errc::not_ssh));
}

BOOST_AUTO_TEST_CASE(strangers_are_named) {
  BOOST_TEST(contains(message_of(Role::client, "HTTP/1.1 400 Bad Request\r\n"), "an HTTP server answers"));
  BOOST_TEST(contains(message_of(Role::client, "HTTP/1.1 400 Bad Request\r\n"), "web server"));
  BOOST_TEST(contains(message_of(Role::client, "\x15\x03\x01"), "a TLS server answers"));
  BOOST_TEST(contains(message_of(Role::client, "\x16\x03\x01"), "a TLS server answers"));
  BOOST_TEST(contains(message_of(Role::client, "220 mail ESMTP\r\n"), "an SMTP or FTP server answers"));
  BOOST_TEST(contains(message_of(Role::client, "220-ftp\r\n220 ready\r\n"), "an SMTP or FTP server answers"));
  BOOST_TEST(contains(message_of(Role::server, "GET / HTTP/1.1\r\n"), "an HTTP client calls"));
  BOOST_TEST(contains(message_of(Role::server, "\x16\x03\x01"), "a TLS client calls"));
  for (const char* text : {"HTTP/1.1 400 Bad Request\r\n", "\x15\x03\x01", "220 mail ESMTP\r\n"})
    BOOST_TEST(error_of(Role::client, text) == make_error_code(errc::not_ssh));
  // Only as the first thing said.
  BOOST_TEST(*exchange(Role::client, "Hello\r\n220 \r\nHTTP/\r\nSSH-2.0-x\r\n", 7).version == "SSH-2.0-x");
}

BOOST_AUTO_TEST_CASE(a_peer_that_closes_is_quoted) {
  VersionExchange silent(Role::client);
  BOOST_TEST(contains(closed_message(silent), "before it identified itself"));

  VersionExchange cut(Role::client);
  cut.receive("SSH-2.0-Op");
  BOOST_TEST(contains(closed_message(cut), "\"SSH-2.0-Op\""));

  VersionExchange full(Role::client);
  full.receive("Exceeded MaxStartups\r\n");
  BOOST_TEST(contains(closed_message(full), "\"Exceeded MaxStartups\""));
}

BOOST_AUTO_TEST_CASE(our_own_line) {
  BOOST_TEST(VersionExchange::default_version() == "SSH-2.0-amiko_" AMIKO_VERSION);
  BOOST_CHECK_NO_THROW(VersionExchange::check_own(VersionExchange::default_version()));
  BOOST_CHECK_NO_THROW(VersionExchange::check_own("SSH-2.0-a b-c d"));
  BOOST_CHECK_NO_THROW(VersionExchange::check_own("SSH-2.0-" + std::string(245, 'x')));
  for (const std::string& bad :
       {std::string(), std::string("SSH-1.99-x"), std::string("x"), std::string("SSH-2.0-"),
        std::string("SSH-2.0- x"), std::string("SSH-2.0-a-b"), std::string("SSH-2.0-x\r\n"),
        std::string("SSH-2.0-x\x7f"), std::string("SSH-2.0-\xc3\xa4"), std::string("SSH-2.0-a\0b", 11),
        "SSH-2.0-" + std::string(246, 'x')})
    BOOST_CHECK_EXCEPTION(VersionExchange::check_own(bad), Error,
                          [](const Error& error) { return error.code() == errc::invalid_argument; });
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::protocol
