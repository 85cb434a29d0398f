// amiko - the identification lines (RFC 4253 section 4.2)
#include <amiko/protocol/version_exchange.hpp>

#include <amiko/base/error.hpp>
#include <amiko/base/printable.hpp>
#include <amiko/base/version.hpp>

#include <algorithm>
#include <array>
#include <span>

namespace amiko::protocol {
namespace {

constexpr std::size_t max_version_line = 255;  // with CR LF
constexpr std::size_t max_other_line = 8 * 1024;
constexpr std::size_t max_other_lines = 1024;
constexpr std::size_t max_total = 64 * 1024;
constexpr std::size_t max_shown = 80;
constexpr std::string_view ssh_prefix = "SSH-";
constexpr std::string_view ssh2_prefix = "SSH-2.0-";

struct Stranger {
  std::string_view prefix;
  const char* text;
  const char* hint;
};
constexpr std::array other_servers{
    Stranger{"\x15\x03", "a TLS server answers", "is this the port of a TLS service?"},
    Stranger{"\x16\x03", "a TLS server answers", "is this the port of a TLS service?"},
    Stranger{"HTTP/", "an HTTP server answers", "is this the port of a web server or proxy?"},
    Stranger{"220 ", "an SMTP or FTP server answers", "is this the port of a mail or FTP server?"},
    Stranger{"220-", "an SMTP or FTP server answers", "is this the port of a mail or FTP server?"},
};
constexpr std::array other_clients{
    Stranger{"\x16\x03", "a TLS client calls", ""},
    Stranger{"GET ", "an HTTP client calls", ""},
    Stranger{"POST ", "an HTTP client calls", ""},
    Stranger{"CONNECT ", "an HTTP client calls", ""},
};

[[noreturn]] void fail(errc code, std::string text, std::string hint = {}) {
  throw_failure(
      Failure{.code = code, .text = std::move(text), .phase = Phase::version, .hint = std::move(hint)});
}

std::string shown(std::string_view line) {
  return "\"" + printable(line, false, max_shown) + "\"";
}

// Told by the very first bytes: such peers would often wait for us and never send an SSH line.
void check_stranger(std::span<const Stranger> strangers, std::string_view data) {
  for (const Stranger& stranger : strangers)
    if (data.starts_with(stranger.prefix)) fail(errc::not_ssh, stranger.text, stranger.hint);
}

bool is_control(char c) noexcept {
  const auto u = static_cast<unsigned char>(c);
  return u < 0x20 || u == 0x7f;
}

bool is_printable_ascii(char c) noexcept {
  return c >= 0x20 && c < 0x7f;
}

void check_version(std::string_view line) {
  if (std::ranges::any_of(line, is_control))
    fail(errc::not_ssh, "the identification " + shown(line) + " holds control characters");
  const std::string_view rest = line.substr(ssh_prefix.size());
  const std::string_view number = rest.substr(0, rest.find('-'));
  // "1.99" is how a server says that it speaks both versions (RFC 4253 section 5.1).
  if (number.starts_with("1.") && number != "1.99")
    fail(errc::old_protocol, "the identification is " + shown(line));
  if (number != "2.0" && number != "1.99")
    fail(errc::not_ssh, "the identification " + shown(line) + " names a version other than 2.0");
  if (rest.size() < number.size() + 2)
    fail(errc::not_ssh, "the identification " + shown(line) + " names no software");
}

}  // namespace

std::string VersionExchange::default_version() {
  return std::string(ssh2_prefix) + "amiko_" + std::string(amiko::version());
}

void VersionExchange::check_own(std::string_view version) {
  if (version.size() > max_version_line - 2)
    fail(errc::invalid_argument, "the version line is longer than 253 characters");
  if (!std::ranges::all_of(version, is_printable_ascii))
    fail(errc::invalid_argument, "the version line " + shown(version) + " is not printable US-ASCII");
  if (!version.starts_with(ssh2_prefix))
    fail(errc::invalid_argument, "the version line " + shown(version) + " does not begin with \"SSH-2.0-\"");
  const std::string_view rest = version.substr(ssh2_prefix.size());
  const std::string_view software = rest.substr(0, rest.find(' '));
  if (software.empty())
    fail(errc::invalid_argument, "the version line " + shown(version) + " names no software");
  if (software.find('-') != std::string_view::npos)
    fail(errc::invalid_argument, "the software's name in " + shown(version) + " holds a minus sign");
}

std::size_t VersionExchange::receive(ByteView data) {
  if (version_) return 0;
  const std::string_view text = data.text();
  if (total_ == 0 && role_ == Role::client) check_stranger(other_servers, text);
  if (total_ == 0 && role_ == Role::server) check_stranger(other_clients, text);
  std::size_t used = 0;
  while (!version_) {
    const std::string_view rest = text.substr(used);
    const std::size_t end = rest.find('\n');
    check_line(rest.substr(0, end), end != std::string_view::npos);
    if (end == std::string_view::npos) break;
    used += end + 1;
    total_ += end + 1;
    take_line(rest.substr(0, end));
  }
  pending_ = text.substr(used, version_ ? 0 : max_shown);
  return used;
}

// `line` is without its LF; an incomplete one may still grow.
void VersionExchange::check_line(std::string_view line, bool complete) const {
  const bool ssh = line.starts_with(ssh_prefix);
  const bool may_become_ssh = ssh || (!complete && ssh_prefix.starts_with(line));
  // A client that talks is cut off at its first wrong byte, so that it cannot keep us busy.
  if (role_ == Role::server && !may_become_ssh) fail(errc::not_ssh, "the client began with " + shown(line));
  if (line.size() >= (ssh ? max_version_line : max_other_line))
    fail(errc::not_ssh, "over-long line " + shown(line));
  if (total_ + line.size() >= max_total) fail(errc::not_ssh, "no identification within 64 KiB");
  if (line.find('\0') != std::string_view::npos) fail(errc::not_ssh, "a NUL byte in the line " + shown(line));
}

void VersionExchange::take_line(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (line.starts_with(ssh_prefix)) {
    check_version(line);
    version_ = line;
    return;
  }
  if (banner_.size() == max_other_lines) fail(errc::not_ssh, "no identification within 1024 lines");
  banner_.push_back(printable(line, false, max_other_line));
}

void VersionExchange::throw_closed() const {
  std::string text = "the peer closed the connection before it identified itself";
  if (!pending_.empty())
    text += "; it sent " + shown(pending_);
  else if (!banner_.empty())
    text += "; it said " + shown(banner_.back());
  fail(errc::connection_lost, std::move(text));
}

}  // namespace amiko::protocol
