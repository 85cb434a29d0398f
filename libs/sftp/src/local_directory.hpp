// amiko - a directory of this machine, held open, and what is done below it
#pragma once

#include <amiko/sftp/sftp_attributes.hpp>
#include <amiko/support/fd.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <sys/stat.h>
#include <sys/types.h>

namespace amiko::sftp {

/// Whether a name that the other side sent may become a name in a directory here: not empty, not "." or "..",
/// without "/" and NUL.
bool is_safe_name(std::string_view name) noexcept;

/// Throws Error with the system's error number and `what` it was about: "cannot open 'x'".
[[noreturn]] void throw_system(int error, std::string_view what, std::string_view name);

/// Everything below is done relative to an open descriptor and follows no symbolic link, so that neither
/// names nor links, nor somebody who swaps one for the other meanwhile, lead out of it.  Names are those of
/// entries; only open() takes a path.  Throws Error with the system's error number.
class LocalDirectory {
 public:
  /// As the user names it: links are followed.
  static std::shared_ptr<LocalDirectory> open(const std::string& path);
  /// The directory `name` in this one.  A link of that name is followed only if `follow` says so.
  std::shared_ptr<LocalDirectory> open_below(const std::string& name, bool follow = false) const;
  /// The same, made if it is not there.
  std::shared_ptr<LocalDirectory> make_below(const std::string& name) const;

  explicit LocalDirectory(support::UniqueFd fd) noexcept : fd_(std::move(fd)) {}
  int fd() const noexcept { return fd_.get(); }

  /// Nothing if there is no such entry.
  std::optional<struct stat> find(const std::string& name) const;
  std::string read_link(const std::string& name) const;
  /// Replaces a link or a file of that name, no directory.
  void make_link(const std::string& target, const std::string& name) const;
  void rename(const std::string& from, const std::string& to) const;
  void remove(const std::string& name) const noexcept;
  /// Permissions (without the set-id bits) and times, as far as they are set.
  void set_attributes(const SftpAttributes& attributes) const;
  void sync() const;

 private:
  support::UniqueFd fd_;
};

/// A name that is not there yet, beside `name`: ".NAME.amiko-XXXXXX".
std::string temporary_name(std::string_view name);
/// The name of the part of `name` that has come so far: ".NAME.amiko-part".
std::string part_name(std::string_view name);

/// What fchmod(2) and futimens(2) take of `attributes`.
void set_attributes(int fd, const SftpAttributes& attributes, std::string_view name);

/// The permissions that are carried over: no set-id bits, which would give the rights of whoever copies.
inline constexpr std::uint32_t carried_permissions = 0777;

}  // namespace amiko::sftp
