// amiko - one line of a known_hosts file, and the host that is looked for
#pragma once

#include <amiko/config/known_hosts.hpp>
#include <amiko/keys/host_hash.hpp>

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace amiko::config {

/// The host of one lookup, under every name that a line may have for it.
class KnownHostsQuery {
 public:
  /// Throws errc::invalid_argument for an empty host.
  KnownHostsQuery(std::string_view host, std::uint16_t port, std::string_view address);

  const std::vector<std::string>& names() const noexcept { return names_; }
  const std::string& address() const noexcept { return address_; }

 private:
  std::vector<std::string> names_;  // the canonical one first
  std::string address_;
};

/// A line split into its fields; the views point into the line.  The key is not decoded.
struct KnownHostsLine {
  KnownHosts::Marker marker = KnownHosts::Marker::none;
  std::string_view names;
  std::optional<HostHash> hash{};
  std::string_view type;
  std::string_view base64;

  bool matches(const KnownHostsQuery& query) const;
  /// Throws KeyError.
  PublicKey key() const;
};

/// Splits `line`, which has no newline.  Gives nothing for a blank line or a comment, and then `problem` is
/// empty, and for a line that cannot be used, and then `problem` says why.
std::optional<KnownHostsLine> parse_known_hosts_line(std::string_view line, std::string& problem);

/// A file's content.  Throws KeyError: errc::file_not_found, or errc::file_unreadable, also for what is
/// larger than 64 MiB and for what would block.
std::string read_known_hosts(const std::filesystem::path& file);

/// Calls f(line, number) for each line of `text`, newline included where there is one; numbers start at 1.
template <class F>
void for_each_line(std::string_view text, F f) {
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t newline = text.find('\n');
    const std::size_t size = newline == std::string_view::npos ? text.size() : newline + 1;
    f(text.substr(0, size), number);
    text.remove_prefix(size);
  }
}

}  // namespace amiko::config
