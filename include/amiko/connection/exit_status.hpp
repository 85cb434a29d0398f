// amiko - how a remote command ended
#pragma once

#include <amiko/base/config.hpp>

#include <optional>
#include <string>

namespace amiko {

/// What the server said about a command's end (RFC 4254 section 6.10): an exit status, a signal, or, when
/// neither came, nothing.  A value.
struct ExitStatus {
  std::optional<int>
      code{};  ///< the exit status; 0 to 255 from a POSIX system, otherwise whatever the server sent
  std::optional<std::string> signal{};  ///< the signal's name without "SIG": "TERM"
  bool core_dumped = false;
  std::string message{};  ///< the server's explanation of the signal, made printable

  /// The command ran to its end and returned 0.
  bool ok() const noexcept { return code == 0; }
  /// "exit status 7", "signal TERM", "no exit status".
  AMIKO_DECL std::string to_string() const;

  friend bool operator==(const ExitStatus&, const ExitStatus&) = default;
};

}  // namespace amiko
