// amiko - where amiko-sftp is to connect to
#include "arguments.hpp"
#include "options.hpp"
#include "values.hpp"

#include <charconv>
#include <string_view>

namespace demo {
namespace {

[[noreturn]] void refuse(const std::string& what, const std::string& text) {
  throw OptionError(what + " in \"" + text + "\"");
}

// "%41" is "A" (RFC 3986 section 2.1).
std::string decoded(std::string_view text, const std::string& whole) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      result += text[i];
      continue;
    }
    unsigned value = 0;
    const std::string_view digits = text.substr(i + 1, 2);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    if (digits.size() != 2 || error != std::errc() || end != digits.data() + 2 || value == 0)
      refuse("a bad %-code", whole);
    result += static_cast<char>(value);
    i += 2;
  }
  return result;
}

// Takes "user@" off the front; the user may contain "@".
std::string take_user(std::string_view& text, const std::string& whole) {
  const std::size_t at = text.rfind('@');
  if (at == std::string_view::npos) return {};
  if (at == 0) refuse("no user name", whole);
  const std::string user(text.substr(0, at));
  text.remove_prefix(at + 1);
  return user;
}

// Takes a host, perhaps in brackets, off the front, up to one of `ends`.
std::string take_host(std::string_view& text, std::string_view ends, const std::string& whole) {
  std::string host;
  if (text.starts_with('[')) {
    const std::size_t bracket = text.find(']');
    if (bracket == std::string_view::npos) refuse("no closing bracket", whole);
    host = text.substr(1, bracket - 1);
    text.remove_prefix(bracket + 1);
    if (!text.empty() && ends.find(text[0]) == std::string_view::npos)
      refuse("something after the host", whole);
  } else {
    const std::size_t end = std::min(text.find_first_of(ends), text.size());
    host = text.substr(0, end);
    text.remove_prefix(end);
  }
  if (host.empty() || host.starts_with('-')) refuse("no host name", whole);
  return host;
}

Destination parse_uri(const std::string& whole) {
  std::string_view text = std::string_view(whole).substr(std::string_view("sftp://").size());
  Destination to;
  const std::size_t slash = std::min(text.find('/'), text.size());
  std::string_view authority = text.substr(0, slash);
  to.user = decoded(take_user(authority, whole), whole);
  if (to.user.find(';') != std::string::npos)
    refuse("connection parameters, which are not supported,", whole);
  to.host = take_host(authority, ":", whole);
  if (!authority.empty()) {
    to.port = authority.substr(1);
    if (!to.port.empty()) parse_port(to.port);
  }
  if (slash < text.size()) to.path = decoded(text.substr(slash + 1), whole);
  return to;
}

}  // namespace

Destination parse_sftp_destination(const std::string& whole) {
  if (lower_case(whole.substr(0, 7)) == "sftp://") return parse_uri(whole);
  Destination to;
  std::string_view text = whole;
  // The path begins after the first colon outside brackets; an "@" in it is no user's.
  const std::size_t bracket = text.find(']');
  const bool in_brackets = text.find('[') < text.find(':') && bracket != std::string_view::npos;
  const std::size_t colon = std::min(text.find(':', in_brackets ? bracket : 0), text.size());
  std::string_view login = text.substr(0, colon);
  to.user = take_user(login, whole);
  to.host = take_host(login, "", whole);
  if (colon < text.size()) to.path = text.substr(colon + 1);
  return to;
}

}  // namespace demo
