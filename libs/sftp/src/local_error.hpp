// amiko - errno as an exception
#pragma once

#include <cerrno>
#include <string_view>
#include <system_error>

namespace amiko::sftp {

[[noreturn]] inline void throw_errno(int error = errno) {
  throw std::system_error(error, std::generic_category());
}

/// Throws ENOENT for an empty path, EINVAL for one with a NUL, which the system would cut there.
inline void check_path(std::string_view path) {
  if (path.empty()) throw_errno(ENOENT);
  if (path.find('\0') != std::string_view::npos) throw_errno(EINVAL);
}

}  // namespace amiko::sftp
