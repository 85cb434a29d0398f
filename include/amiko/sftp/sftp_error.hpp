// amiko - status codes of SFTP and the exception that carries one
#pragma once

#include <amiko/base/config.hpp>
#include <amiko/base/error.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace amiko {

/// Status codes as they are on the wire: 0 to 8 in version 3 (draft-ietf-secsh-filexfer-02 section 7), the
/// others in later versions (draft-ietf-secsh-filexfer-13 section 9.1).
enum class sftp_errc : std::uint32_t {
  ok = 0,
  eof = 1,
  no_such_file = 2,
  permission_denied = 3,
  failure = 4,  ///< anything else; the server's text may say more
  bad_message = 5,
  no_connection = 6,
  connection_lost = 7,
  op_unsupported = 8,
  invalid_handle = 9,
  no_such_path = 10,
  file_already_exists = 11,
  write_protect = 12,
  no_media = 13,
  no_space_on_filesystem = 14,
  quota_exceeded = 15,
  unknown_principal = 16,
  lock_conflict = 17,
  dir_not_empty = 18,
  not_a_directory = 19,
  invalid_filename = 20,
  link_loop = 21,
  cannot_delete = 22,
  invalid_parameter = 23,
  file_is_a_directory = 24,
  byte_range_lock_conflict = 25,
  byte_range_lock_refused = 26,
  delete_pending = 27,
  file_corrupt = 28,
  owner_invalid = 29,
  group_invalid = 30,
  no_matching_byte_range_lock = 31,
};

AMIKO_DECL const boost::system::error_category& sftp_category() noexcept;

inline error_code make_error_code(sftp_errc e) noexcept {
  return {static_cast<int>(e), sftp_category()};
}

/// What a server answered to a request about a file, or what a file system of an SftpServer throws: the
/// status code, the path, and the server's own words, made printable.  An unknown code is kept as it is.
class AMIKO_DECL SftpError : public Error {
 public:
  /// `text`: what the server said, or the reason; `path`: what it is about, may be empty.
  explicit SftpError(sftp_errc status, std::string text = {}, std::string path = {});
  ~SftpError() override;

  sftp_errc status() const noexcept { return static_cast<sftp_errc>(code().value()); }
  /// As bytes, as it was given.
  const std::string& path() const noexcept { return path_; }

 private:
  std::string path_;
};

}  // namespace amiko

template <>
struct boost::system::is_error_code_enum<amiko::sftp_errc> : std::true_type {};
