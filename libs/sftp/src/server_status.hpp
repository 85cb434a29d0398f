// amiko - from what a file system throws to a status that version 3 knows
#pragma once

#include <amiko/sftp/sftp_error.hpp>

#include <string>

namespace amiko::sftp {

struct ServerStatus {
  sftp_errc code = sftp_errc::ok;
  std::string text{};
};

/// As sftp-server maps errno: a name that is not there, not a directory or a loop is "no such file"; what
/// may not be, "permission denied"; a bad argument, "bad message"; the rest a failure, with the system's
/// words as the text.
ServerStatus status_of_errno(int error);

/// Codes above 8 are of later versions.
sftp_errc version_3_code(sftp_errc code) noexcept;

/// The text that sftp-server sends with a code.
std::string_view usual_text(sftp_errc code) noexcept;

/// To be called in a handler.  Lets boost::thread_interrupted pass.
ServerStatus status_of_current_exception();

}  // namespace amiko::sftp
