// amiko - what went wrong, in few words
#include "reasons.hpp"

#include "paths.hpp"

#include <amiko/sftp/sftp_client.hpp>

#include <array>
#include <string_view>
#include <system_error>

namespace demo {
namespace {

using amiko::sftp_errc;

// The words that users of sftp know, and scripts look for.
std::string words_of(const amiko::error_code& code) {
  if (code == sftp_errc::no_such_file) return "No such file or directory";
  if (code == sftp_errc::permission_denied) return "Permission denied";
  if (code == sftp_errc::failure) return "Failure";
  if (code == sftp_errc::op_unsupported) return "Operation unsupported";
  return code.message();
}

// The server's text, unless it says the same again.
std::string without_repetition(const std::string& words, std::string_view text) {
  return words.starts_with(text) ? words : words + ": " + std::string(text);
}

std::string reason_of_status(const amiko::SftpError& error) {
  std::string_view text = error.failure().text;
  const std::string named = "'" + printable(error.path()) + "'";
  if (!error.path().empty() && text.starts_with(named)) {
    text.remove_prefix(named.size());
    if (text.starts_with(": ")) text.remove_prefix(2);
  }
  return without_repetition(words_of(error.code()), text);
}

}  // namespace

std::string reason_of(const std::exception& error) {
  if (const auto* status = dynamic_cast<const amiko::SftpError*>(&error)) return reason_of_status(*status);
  if (const auto* system = dynamic_cast<const std::system_error*>(&error)) return system->code().message();
  return error.what();
}

}  // namespace demo
