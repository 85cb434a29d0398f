// amiko - authorized_keys files: which keys may log in, and what each of them is allowed
#include <amiko/config/authorized_keys.hpp>

#include "authorized_options.hpp"
#include "known_hosts_line.hpp"

#include <amiko/base/error.hpp>
#include <amiko/base/printable.hpp>
#include <amiko/support/encoding.hpp>
#include <amiko/support/fd.hpp>
#include <amiko/support/pattern.hpp>
#include <amiko/support/text.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

#include <arpa/inet.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace amiko {
namespace {

constexpr std::size_t max_file_size = std::size_t{16} << 20;
constexpr std::size_t max_line_size = 64 * 1024;
constexpr std::size_t max_diagnostics = 1000;  // a file of nothing but bad lines must not fill the memory
constexpr std::string_view blanks = " \t";

// Lists compare an address by its text too: one form of it, IPv4 as IPv4, and without a scope.
std::string canonical_address(std::string_view text) {
  const std::string z(text.substr(0, text.find('%')));
  in6_addr address{};
  std::array<char, INET6_ADDRSTRLEN> out{};
  if (z.find('\0') != std::string::npos || ::inet_pton(AF_INET6, z.c_str(), &address) != 1)
    return std::string(text);
  const char* const done = IN6_IS_ADDR_V4MAPPED(&address)
                               ? ::inet_ntop(AF_INET, &address.s6_addr[12], out.data(), out.size())
                               : ::inet_ntop(AF_INET6, &address, out.data(), out.size());
  return done != nullptr ? out.data() : std::string(text);
}

bool from_matches(std::string_view address, std::string_view host_name, std::string_view list) {
  try {
    return support::match_host_list(host_name, canonical_address(address), list) ==
           support::ListMatch::positive;
  } catch (const Error&) {
    return false;  // a list that never went through the parser
  }
}

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\t') || byte == 0x7f;
}

bool is_key_type(std::string_view field) {
  return field.starts_with("ssh-") || field.starts_with("ecdsa-sha2-") || field.starts_with("sk-");
}

std::string_view trim_blanks(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
  return text;
}

struct ParsedLine {
  PublicKey key;
  KeyOptions options{};
};

// The line without its end.  Throws Error, whose failure's text tells what is wrong.
ParsedLine parse_line(std::string_view line) {
  ParsedLine result;
  if (!is_key_type(line)) {
    const std::size_t end = config::end_of_options(line);
    if (end == std::string_view::npos) throw_error(errc::bad_config, "a quote is not closed");
    result.options = config::parse_key_options(line.substr(0, end));
    line = trim_blanks(line.substr(end));
    if (line.empty()) throw_error(errc::bad_config, "the line has no key");
  }
  result.key = PublicKey::from_line(line);
  return result;
}

// Opened so that a FIFO that somebody has put there holds nobody up.
support::UniqueFd open_regular(const std::filesystem::path& file, std::error_code& error) {
  support::UniqueFd fd(::open(file.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
  struct stat status {};
  if (!fd || ::fstat(fd.get(), &status) != 0)
    error.assign(errno, std::generic_category());
  else if (S_ISDIR(status.st_mode))
    error = std::make_error_code(std::errc::is_a_directory);
  else if (!S_ISREG(status.st_mode))
    error = std::make_error_code(std::errc::not_supported);
  else if (status.st_size > static_cast<off_t>(max_file_size))
    error = std::make_error_code(std::errc::file_too_large);
  return fd;
}

std::string read_regular(const std::filesystem::path& file, std::error_code& error) {
  const support::UniqueFd fd = open_regular(file, error);
  std::string text;
  std::array<char, 16384> buffer{};
  while (!error) {
    const ssize_t n = ::read(fd.get(), buffer.data(), buffer.size());
    if (n == 0) return text;
    if (n > 0)
      text.append(buffer.data(), static_cast<std::size_t>(n));
    else if (errno != EINTR)
      error.assign(errno, std::generic_category());
    if (text.size() > max_file_size) error = std::make_error_code(std::errc::file_too_large);
  }
  return {};
}

}  // namespace

bool KeyOptions::applies(std::string_view address, std::string_view host_name,
                         std::chrono::system_clock::time_point now, std::string* why) const {
  std::string reason;
  if (from && !from_matches(address, host_name, *from))
    reason = "the key may not be used from " + printable(address);
  else if (expiry_time && std::chrono::floor<std::chrono::seconds>(now) > *expiry_time)
    reason = "the key has expired";
  if (why != nullptr) *why = reason;
  return reason.empty();
}

bool KeyOptions::permits_open(std::string_view host, std::uint16_t port) const {
  if (!port_forwarding || !permit_open) return port_forwarding;
  return std::any_of(permit_open->begin(), permit_open->end(), [&](const Endpoint& e) {
    return (e.port == 0 || e.port == port) && (e.host == "*" || support::equal_ignoring_case(e.host, host));
  });
}

bool KeyOptions::permits_listen(std::string_view host, std::uint16_t port) const {
  if (!port_forwarding || !permit_listen) return port_forwarding;
  return std::any_of(permit_listen->begin(), permit_listen->end(), [&](const Endpoint& e) {
    return (e.port == 0 || e.port == port) &&
           support::match_wildcard(host, e.host, support::Case::insensitive);
  });
}

// Most lines are another key's, and a name is looked up once for each file that is read: so the text is kept
// as it is, and only lines that hold the key's own text are taken apart.
class AuthorizedKeys::Impl {
 public:
  std::string name{};
  std::string text{};
  std::string unreadable{};  // why there is no text

  // Calls entry(Entry) for the usable lines that filter(line) wants, and problem(number, what) for the
  // others.
  template <class Filter, class OnEntry, class OnProblem>
  void for_each(Filter filter, OnEntry on_entry, OnProblem on_problem) const {
    config::for_each_line(text, [&](std::string_view line, std::size_t number) {
      while (line.ends_with('\n') || line.ends_with('\r'))
        line.remove_suffix(1);
      line = trim_blanks(line);
      if (line.empty() || line.starts_with('#') || !filter(line)) return;
      if (line.size() > max_line_size)
        return on_problem(number, "the line is longer than " + std::to_string(max_line_size) + " bytes");
      if (std::any_of(line.begin(), line.end(), is_control))
        return on_problem(number, std::string("the line has a control character"));
      try {
        auto [key, options] = parse_line(line);
        on_entry(Entry{std::move(key), std::move(options), name, number});
      } catch (const Error& e) {
        on_problem(number, e.failure().text);
      }
    });
  }
};

std::string AuthorizedKeys::Entry::where() const {
  return file + ":" + std::to_string(line);
}

AuthorizedKeys::AuthorizedKeys() : impl_(std::make_shared<const Impl>()) {}

AuthorizedKeys::AuthorizedKeys(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

AuthorizedKeys AuthorizedKeys::load(const std::filesystem::path& file) {
  const auto impl = std::make_shared<Impl>();
  std::error_code error;
  impl->name = file.native();
  impl->text = read_regular(file, error);
  if (error == std::errc::not_supported)
    impl->unreadable = "it is not a regular file";
  else if (error == std::errc::file_too_large)
    impl->unreadable = "it is larger than " + std::to_string(max_file_size) + " bytes";
  else if (error && error != std::errc::no_such_file_or_directory && error != std::errc::not_a_directory)
    impl->unreadable = error.message();
  return AuthorizedKeys(impl);
}

AuthorizedKeys AuthorizedKeys::parse(std::string_view text, std::string name) {
  const auto impl = std::make_shared<Impl>();
  impl->name = std::move(name);
  if (text.size() > max_file_size)
    impl->unreadable = "it is larger than " + std::to_string(max_file_size) + " bytes";
  else
    impl->text = text;
  return AuthorizedKeys(impl);
}

std::vector<AuthorizedKeys::Entry> AuthorizedKeys::find(const PublicKey& key) const {
  std::vector<Entry> found;
  const std::string base64 = support::base64_encode(key.blob());
  impl_->for_each([&](std::string_view line) { return line.find(base64) != std::string_view::npos; },
                  [&](Entry entry) {
                    // A comment or a command may hold a key's text too.
                    if (!entry.options.cert_authority && entry.key == key) found.push_back(std::move(entry));
                  },
                  [](std::size_t, const std::string&) {});
  return found;
}

std::vector<AuthorizedKeys::Entry> AuthorizedKeys::entries() const {
  std::vector<Entry> all;
  impl_->for_each([](std::string_view) { return true; },
                  [&](Entry entry) { all.push_back(std::move(entry)); },
                  [](std::size_t, const std::string&) {});
  return all;
}

std::vector<AuthorizedKeys::Diagnostic> AuthorizedKeys::diagnostics() const {
  std::vector<Diagnostic> list;
  if (!impl_->unreadable.empty()) list.push_back({impl_->name, 0, impl_->unreadable});
  std::size_t more = 0;
  impl_->for_each([](std::string_view) { return true; }, [](const Entry&) {},
                  [&](std::size_t number, std::string what) {
                    if (list.size() < max_diagnostics)
                      list.push_back({impl_->name, number, std::move(what)});
                    else
                      ++more;
                  });
  if (more != 0) list.push_back({impl_->name, 0, std::to_string(more) + " more lines cannot be used"});
  return list;
}

bool AuthorizedKeys::complete() const noexcept {
  return impl_->unreadable.empty();
}

}  // namespace amiko
