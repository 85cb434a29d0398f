// amiko - changing known_hosts files without losing anybody's lines
#include <amiko/config/known_hosts.hpp>

#include "known_hosts_line.hpp"

#include <amiko/base/error.hpp>
#include <amiko/base/printable.hpp>
#include <amiko/base/time.hpp>
#include <amiko/support/file.hpp>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <optional>
#include <system_error>

#include <sys/stat.h>

namespace amiko {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds lock_timeout{10};

[[noreturn]] void throw_unwritable(const fs::path& file, const std::string& what) {
  throw_error(errc::file_unwritable, printable(file.native()) + ": " + what);
}

// Whatever a name holds must come back from the file as that name: separators, pattern characters and markers
// would not.
void check_writable_name(std::string_view name) {
  const auto is_bad = [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte <= 0x20 || byte == 0x7f || std::string_view(",*?/[]").find(c) != std::string_view::npos;
  };
  if (std::string_view("!#@|").find(name.front()) == std::string_view::npos &&
      std::none_of(name.begin(), name.end(), is_bad))
    return;
  throw_error(errc::invalid_argument,
              "the host name \"" + printable(name, false, 256) + "\" cannot stand in known_hosts");
}

void make_directory_of(const fs::path& file) {
  const fs::path directory = file.parent_path();
  if (directory.empty() || ::mkdir(directory.c_str(), 0700) == 0 || errno == EEXIST) return;
  throw_unwritable(file, "the directory cannot be made: " + std::generic_category().message(errno));
}

// The file as it is, for a change under its lock.
struct OldFile {
  std::string text;
  mode_t mode = 0600;
};

// Nothing if there is no such file.
std::optional<OldFile> read_old(const fs::path& file) {
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0) {
    if (errno == ENOENT) return std::nullopt;
    throw_unwritable(file, std::generic_category().message(errno));
  }
  if (!S_ISREG(status.st_mode)) throw_unwritable(file, "it is not a regular file");
  return OldFile{config::read_known_hosts(file), status.st_mode & 07777};
}

[[noreturn]] void refuse(errc code, const std::string& name, const PublicKey& key,
                         const KnownHosts::Result& known) {
  Failure failure{.code = code};
  failure.text = "the key " + key.type() + " " + key.fingerprint() + " is not added for " + printable(name) +
                 ": see " + printable(known.where());
  failure.detail =
      HostKeyDetail{name, key.type(), key.fingerprint(), known.known_fingerprints, known.where()};
  throw_failure(std::move(failure));
}

}  // namespace

bool add_known_host(const fs::path& file, std::string_view host, std::uint16_t port, const PublicKey& key,
                    bool hash_names, AddKnownHost when) {
  const std::string name = known_hosts_name(host, port);
  check_writable_name(known_hosts_name(host, 0));
  make_directory_of(file);
  const support::FileLock lock(file, Deadline::after(lock_timeout));
  OldFile old = read_old(file).value_or(OldFile());

  const auto known = KnownHosts::parse(old.text, file.native()).check(host, port, {}, key);
  if (known.status == HostKeyStatus::match) return false;
  if (known.status == HostKeyStatus::revoked) refuse(errc::host_key_revoked, name, key, known);
  if (known.status == HostKeyStatus::changed && when == AddKnownHost::first_key_only)
    refuse(errc::host_key_changed, name, key, known);

  if (!old.text.empty() && old.text.back() != '\n') old.text += '\n';
  old.text += (hash_names ? HostHash::of(name).str() : name) + " " + key.with_comment({}).to_line() + "\n";
  support::write_file_atomically(file, old.text, old.mode);
  return true;
}

std::size_t remove_known_host(const fs::path& file, std::string_view host, std::uint16_t port) {
  const config::KnownHostsQuery query(host, port, {});
  std::error_code none;
  if (!fs::exists(file, none)) return 0;
  const support::FileLock lock(file, Deadline::after(lock_timeout));
  const auto old = read_old(file);
  if (!old) return 0;

  std::string kept;
  std::size_t removed = 0;
  config::for_each_line(old->text, [&](std::string_view line, std::size_t) {
    std::string problem;
    const auto fields = config::parse_known_hosts_line(line, problem);
    if (fields && fields->marker == KnownHosts::Marker::none && fields->matches(query))
      ++removed;
    else
      kept += line;
  });
  if (removed > 0) support::write_file_atomically(file, kept, old->mode);
  return removed;
}

}  // namespace amiko
