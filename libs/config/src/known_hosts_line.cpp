// amiko - one line of a known_hosts file, and the host that is looked for
#include "known_hosts_line.hpp"

#include <amiko/base/error.hpp>
#include <amiko/base/printable.hpp>
#include <amiko/support/file.hpp>
#include <amiko/support/pattern.hpp>
#include <amiko/support/text.hpp>

#include <algorithm>
#include <array>
#include <system_error>

#include <arpa/inet.h>

namespace amiko::config {
namespace {

using support::ListMatch;

constexpr std::size_t max_file_size = std::size_t{64} << 20;  // half a million lines
constexpr std::size_t max_line_size = 64 * 1024;
constexpr std::string_view blanks = " \t";

// RFC 5952's form of an IPv6 literal; anything else as it is.
std::string canonical_address(std::string_view text) {
  const std::string z(text);
  in6_addr address{};
  std::array<char, INET6_ADDRSTRLEN> out{};
  if (z.find('\0') != std::string::npos || ::inet_pton(AF_INET6, z.c_str(), &address) != 1) return z;
  return ::inet_ntop(AF_INET6, &address, out.data(), out.size()) != nullptr ? out.data() : z;
}

bool is_address(const std::string& text) {
  std::array<unsigned char, sizeof(in6_addr)> buffer{};
  const std::string plain = text.substr(0, text.find('%'));
  return ::inet_pton(AF_INET, plain.c_str(), buffer.data()) == 1 ||
         ::inet_pton(AF_INET6, plain.c_str(), buffer.data()) == 1;
}

std::string with_port(const std::string& name, std::uint16_t port) {
  return port == 0 || port == 22 ? name : "[" + name + "]:" + std::to_string(port);
}

std::string_view next_field(std::string_view& line) {
  line.remove_prefix(std::min(line.find_first_not_of(blanks), line.size()));
  const std::string_view field = line.substr(0, line.find_first_of(blanks));
  line.remove_prefix(field.size());
  return field;
}

// What is wrong with a line as a whole.
std::string check_text(std::string_view line) {
  if (line.size() > max_line_size)
    return "the line is longer than " + std::to_string(max_line_size) + " bytes";
  if (line.find('\0') != std::string_view::npos) return "the line has a NUL byte";
  return {};
}

std::string check_names(KnownHostsLine& line) {
  if (line.names.starts_with('|')) {
    line.hash = HostHash::parse(line.names);
    return line.hash ? "" : "the hashed host name is broken";
  }
  try {
    support::match_host_list({}, {}, line.names);
  } catch (const Error& e) {
    return e.failure().text;
  }
  return {};
}

std::string check_key_fields(const KnownHostsLine& line) {
  if (line.names.empty() || line.type.empty()) return "the line has no key";
  if (line.type.find_first_not_of("0123456789") == std::string_view::npos)
    return "keys of SSH protocol 1 are not supported";
  if (line.base64.empty()) return "the line has no key";
  return {};
}

// An element with a mask is meant for the address; every other one, for the name.
ListMatch match_element(const KnownHostsQuery& query, std::string_view element) {
  if (element.find('/') != std::string_view::npos)
    return support::match_host_list({}, query.address(), element);
  auto result = ListMatch::none;
  for (const auto& name : query.names())
    if (const auto match = support::match_list(name, element, support::Case::insensitive);
        match != ListMatch::none)
      result = match;
  return result;
}

}  // namespace

KnownHostsQuery::KnownHostsQuery(std::string_view host, std::uint16_t port, std::string_view address) {
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  if (host.empty()) throw_error(errc::invalid_argument, "the host name is empty");
  const std::string typed = support::to_lower_ascii(host);
  std::string name = canonical_address(typed);
  if (name.size() > 1 && name.back() == '.') name.pop_back();
  names_.push_back(with_port(name, port));
  // Lines may have been written under the name just as somebody typed it.
  if (typed != name) names_.push_back(with_port(typed, port));
  address_ = address.empty() && is_address(name) ? name : std::string(address);
}

bool KnownHostsLine::matches(const KnownHostsQuery& query) const {
  if (hash) {
    return std::any_of(query.names().begin(), query.names().end(),
                       [&](const std::string& name) { return hash->matches(name); });
  }
  auto result = ListMatch::none;
  for (const std::string_view element : support::split(names, ',')) {
    const auto match = match_element(query, element);
    if (match == ListMatch::negated) return false;
    if (match == ListMatch::positive) result = match;
  }
  return result == ListMatch::positive;
}

PublicKey KnownHostsLine::key() const {
  return PublicKey::from_line(std::string(type) + " " + std::string(base64));
}

std::optional<KnownHostsLine> parse_known_hosts_line(std::string_view line, std::string& problem) {
  problem = check_text(line);
  if (!problem.empty()) return std::nullopt;
  while (line.ends_with('\n') || line.ends_with('\r'))
    line.remove_suffix(1);
  KnownHostsLine result;
  result.names = next_field(line);
  if (result.names.empty() || result.names.starts_with('#')) return std::nullopt;
  if (result.names.starts_with('@')) {
    if (result.names == "@cert-authority") {
      result.marker = KnownHosts::Marker::cert_authority;
    } else if (result.names == "@revoked") {
      result.marker = KnownHosts::Marker::revoked;
    } else {
      problem = "unknown marker " + printable(result.names, false, 64);
      return std::nullopt;
    }
    result.names = next_field(line);
  }
  result.type = next_field(line);
  result.base64 = next_field(line);
  problem = check_key_fields(result);
  if (problem.empty()) problem = check_names(result);
  if (!problem.empty()) return std::nullopt;
  return result;
}

std::string read_known_hosts(const std::filesystem::path& file) {
  // Reading a FIFO could block for ever.  A character device may stay: /dev/null is often named to mean "no
  // file".
  std::error_code none;
  const auto type = std::filesystem::status(file, none).type();
  if (type == std::filesystem::file_type::fifo || type == std::filesystem::file_type::socket)
    throw_error(errc::file_unreadable, printable(file.native()) + ": it is not a regular file");
  return ByteView(support::read_file(file, max_file_size)).str();
}

}  // namespace amiko::config

namespace amiko {

std::string known_hosts_name(std::string_view host, std::uint16_t port) {
  return config::KnownHostsQuery(host, port, {}).names().front();
}

}  // namespace amiko
