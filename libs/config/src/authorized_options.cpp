// amiko - the options field of an authorized_keys line
#include "authorized_options.hpp"

#include <amiko/base/error.hpp>
#include <amiko/base/printable.hpp>
#include <amiko/support/pattern.hpp>
#include <amiko/support/text.hpp>

#include <algorithm>
#include <array>
#include <ctime>
#include <optional>
#include <string>
#include <utility>

#include <arpa/inet.h>

namespace amiko::config {
namespace {

using std::chrono::system_clock;

constexpr std::size_t max_host_size = 1024;           // NI_MAXHOST
constexpr std::uint32_t max_tunnel = 0x7fffffff - 2;  // OpenSSH keeps the two above for "any" and "error"

[[noreturn]] void fail(std::string text) {
  throw_error(errc::bad_config, std::move(text));
}

std::string cited(std::string_view text) {
  return "\"" + printable(text, false, 64) + "\"";
}

[[noreturn]] void fail_value(std::string_view option, std::string_view value) {
  fail("bad value of " + std::string(option) + ": " + cited(value));
}

bool is_address(std::string_view text) {
  const std::string z(text);
  std::array<unsigned char, sizeof(in6_addr)> buffer{};
  return ::inet_pton(AF_INET, z.c_str(), buffer.data()) == 1 ||
         ::inet_pton(AF_INET6, z.c_str(), buffer.data()) == 1;
}

// Two digits at `at`.
unsigned two_digits(std::string_view digits, std::size_t at) {
  return support::parse_number<unsigned>(digits.substr(at, 2)).value_or(0);
}

// YYYYMMDD, then HHMM, then SS; digits only.
std::optional<std::tm> parse_calendar(std::string_view digits) {
  const std::size_t n = digits.size();
  if ((n != 8 && n != 12 && n != 14) || digits.find_first_not_of("0123456789") != std::string_view::npos)
    return std::nullopt;
  const auto year = support::parse_number<int>(digits.substr(0, 4)).value_or(0);
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(two_digits(digits, 4)),
                                         std::chrono::day(two_digits(digits, 6))};
  const unsigned hour = n > 8 ? two_digits(digits, 8) : 0;
  const unsigned minute = n > 8 ? two_digits(digits, 10) : 0;
  const unsigned second = n > 12 ? two_digits(digits, 12) : 0;
  if (!date.ok() || year < 1970 || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  std::tm tm{};
  tm.tm_year = year - 1900;
  tm.tm_mon = static_cast<int>(two_digits(digits, 4)) - 1;
  tm.tm_mday = static_cast<int>(two_digits(digits, 6));
  tm.tm_hour = static_cast<int>(hour);
  tm.tm_min = static_cast<int>(minute);
  tm.tm_sec = static_cast<int>(second);
  tm.tm_isdst = -1;  // as it is on that day
  return tm;
}

std::optional<system_clock::time_point> parse_expiry(std::string_view text) {
  const bool utc = text.ends_with('Z') || text.ends_with('z');
  if (utc) text.remove_suffix(1);
  auto tm = parse_calendar(text);
  if (!tm) return std::nullopt;
  const std::time_t seconds = utc ? ::timegm(&*tm) : std::mktime(&*tm);
  if (seconds == -1) return std::nullopt;
  // The clock's own range ends in the year 2262, which is as good as any later one.
  const auto last = std::chrono::floor<std::chrono::seconds>(system_clock::time_point::max());
  return std::min(std::chrono::sys_seconds(std::chrono::seconds(seconds)), last);
}

// "host:port", "[address]:port"; the port is a number or '*'.
std::optional<KeyOptions::Endpoint> parse_endpoint(std::string_view text) {
  std::string_view host;
  if (support::consume_prefix(text, "[")) {
    host = text.substr(0, text.find(']'));
    text.remove_prefix(host.size());
    if (!support::consume_prefix(text, "]")) return std::nullopt;
  } else {
    host = text.substr(0, text.find(':'));
    text.remove_prefix(host.size());
  }
  if (!support::consume_prefix(text, ":") || host.empty() || host.size() > max_host_size ||
      host.find_first_of(" \t[]/") != std::string_view::npos)
    return std::nullopt;
  if (text == "*") return KeyOptions::Endpoint{std::string(host), 0};
  const auto port = support::parse_number<std::uint16_t>(text);
  if (!port || *port == 0) return std::nullopt;
  return KeyOptions::Endpoint{std::string(host), *port};
}

void set_command(KeyOptions& options, std::string value) {
  if (options.command) fail("command is given twice");
  options.command = std::move(value);
}

void set_environment(KeyOptions& options, std::string value) {
  const std::size_t equals = value.find('=');
  const std::string name = value.substr(0, equals);
  const bool valid = std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
  });
  if (equals == std::string::npos || name.empty() || !valid) fail_value("environment", value);
  const bool known = std::any_of(options.environment.begin(), options.environment.end(),
                                 [&](const auto& variable) { return variable.first == name; });
  if (!known) options.environment.emplace_back(name, value.substr(equals + 1));
}

// A slip in the list must not lose an element of it, least of all a negated one.
void set_from(KeyOptions& options, std::string value) {
  if (options.from) fail("from is given twice");
  if (value.empty() || value.find_first_of(" \t") != std::string::npos) fail_value("from", value);
  for (std::string_view element : support::split(value, ',')) {
    const bool negated = support::consume_prefix(element, "!");
    const std::size_t slash = element.find('/');
    if ((negated && element.empty()) ||
        (slash != std::string_view::npos && !is_address(element.substr(0, slash))))
      fail_value("from", value);
  }
  try {
    support::match_host_list({}, {}, value);
  } catch (const Error& e) {
    fail("bad value of from: " + e.failure().text);
  }
  options.from = std::move(value);
}

void set_permit_open(KeyOptions& options, std::string value) {
  auto endpoint = parse_endpoint(value);
  if (!endpoint) fail_value("permitopen", value);
  if (!options.permit_open) options.permit_open.emplace();
  options.permit_open->push_back(*std::move(endpoint));
}

void set_permit_listen(KeyOptions& options, std::string value) {
  const bool bare_port = value.find(':') == std::string::npos;
  auto endpoint = parse_endpoint(bare_port ? "*:" + value : value);
  if (!endpoint) fail_value("permitlisten", value);
  if (!options.permit_listen) options.permit_listen.emplace();
  options.permit_listen->push_back(*std::move(endpoint));
}

void set_expiry_time(KeyOptions& options, std::string value) {
  if (options.expiry_time) fail("expiry-time is given twice");
  options.expiry_time = parse_expiry(value);
  if (!options.expiry_time) fail_value("expiry-time", value);
}

void set_principals(KeyOptions& options, std::string value) {
  if (!options.principals.empty()) fail("principals is given twice");
  for (const std::string_view name : support::split(value, ',')) {
    if (name.empty()) fail_value("principals", value);
    options.principals.emplace_back(name);
  }
}

void set_tunnel(KeyOptions& options, std::string value) {
  if (options.tunnel) fail("tunnel is given twice");
  if (value == "any") return;  // which is how it is without the option
  options.tunnel = support::parse_number<std::uint32_t>(value);
  if (!options.tunnel || *options.tunnel > max_tunnel) fail_value("tunnel", value);
}

struct ValueOption {
  std::string_view name;
  void (*set)(KeyOptions& options, std::string value);
};
constexpr std::array<ValueOption, 8> value_options = {{{"command", set_command},
                                                       {"environment", set_environment},
                                                       {"from", set_from},
                                                       {"permitopen", set_permit_open},
                                                       {"permitlisten", set_permit_listen},
                                                       {"expiry-time", set_expiry_time},
                                                       {"principals", set_principals},
                                                       {"tunnel", set_tunnel}}};

struct FlagOption {
  std::string_view name;  // "no-" before it means the opposite
  bool KeyOptions::*member;
  bool value;
};
constexpr std::array<FlagOption, 7> flag_options = {
    {{"pty", &KeyOptions::pty, true},
     {"port-forwarding", &KeyOptions::port_forwarding, true},
     {"agent-forwarding", &KeyOptions::agent_forwarding, true},
     {"x11-forwarding", &KeyOptions::x11_forwarding, true},
     {"user-rc", &KeyOptions::user_rc, true},
     {"touch-required", &KeyOptions::no_touch_required, false},
     {"verify-required", &KeyOptions::verify_required, true}}};

void apply(KeyOptions& options, std::string_view name, std::optional<std::string> value) {
  const std::string lower = support::to_lower_ascii(name);
  if (const auto* const found = std::find_if(value_options.begin(), value_options.end(),
                                             [&](const ValueOption& o) { return o.name == lower; });
      found != value_options.end()) {
    if (!value) fail(lower + " has no value in quotes");
    return found->set(options, *std::move(value));
  }
  if (value) fail("unknown option " + cited(std::string(name) + "=..."));
  if (lower == "cert-authority") {
    options.cert_authority = true;
  } else if (lower == "restrict") {
    options.pty = options.port_forwarding = options.agent_forwarding = false;
    options.x11_forwarding = options.user_rc = false;
  } else {
    std::string_view positive = lower;
    const bool negated = support::consume_prefix(positive, "no-");
    const auto* const flag = std::find_if(flag_options.begin(), flag_options.end(),
                                          [&](const FlagOption& o) { return o.name == positive; });
    if (flag == flag_options.end()) fail("unknown option " + cited(name));
    options.*flag->member = flag->value != negated;
  }
}

// What stands between quotes at the start of `text`, which it is taken from; \" stands for a quote, any other
// backslash for itself.
std::string take_quoted(std::string_view& text) {
  if (!support::consume_prefix(text, "\"")) fail("a value is not in quotes");
  std::string value;
  for (;;) {
    if (text.empty()) fail("a quote is not closed");
    if (text.starts_with("\\\"")) {
      text.remove_prefix(1);
    } else if (support::consume_prefix(text, "\"")) {
      return value;
    }
    value += text.front();
    text.remove_prefix(1);
  }
}

}  // namespace

std::size_t end_of_options(std::string_view line) noexcept {
  bool in_quotes = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '\\' && i + 1 < line.size() && line[i + 1] == '"')
      ++i;
    else if (c == '"')
      in_quotes = !in_quotes;
    else if ((c == ' ' || c == '\t') && !in_quotes)
      return i;
  }
  return in_quotes ? std::string_view::npos : line.size();
}

KeyOptions parse_key_options(std::string_view text) {
  KeyOptions options;
  for (;;) {
    const std::string_view name = text.substr(0, text.find_first_of(",=\""));
    text.remove_prefix(name.size());
    std::optional<std::string> value;
    if (support::consume_prefix(text, "=")) value = take_quoted(text);
    apply(options, name, std::move(value));
    if (text.empty()) return options;
    if (!support::consume_prefix(text, ",")) fail("there is no comma after " + cited(name));
  }
}

}  // namespace amiko::config
