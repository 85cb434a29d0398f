// amiko - the identification lines (RFC 4253 section 4.2)
#pragma once

#include <amiko/base/bytes.hpp>
#include <amiko/protocol/role.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace amiko::protocol {

/// Finds the peer's identification line in what it sends first.  Pure: bytes in, lines out.  After an error
/// it is of no more use.  Not synchronised.
class VersionExchange {
 public:
  /// `role` is our own: only a server may send other lines before its identification.
  explicit VersionExchange(Role role) noexcept : role_(role) {}

  /// "SSH-2.0-amiko_0.1.0".
  static std::string default_version();
  /// Throws errc::invalid_argument unless `version` is "SSH-2.0-software[ comments]" of printable US-ASCII,
  /// at most 253 characters.
  static void check_own(std::string_view version);

  /// Looks at the bytes received so far and not yet consumed; returns how many are used up.  Call again with
  /// more until version() has a value.  Throws ProtocolError: errc::not_ssh (no SSH line within 1024 lines or
  /// 64 KiB, a line of more than 255 bytes that begins with "SSH-" or 8 KiB otherwise, a NUL byte, an HTTP,
  /// TLS, SMTP or FTP answer is named in the text), errc::old_protocol (SSH-1 only).  "SSH-1.99-" counts
  /// as 2.0, LF without CR as the end of a line.  In the server role the first byte that does not fit "SSH-"
  /// is the error.
  std::size_t receive(ByteView data);
  /// The error for a peer that closed before its line was complete: errc::connection_lost with what had
  /// arrived in the text.
  [[noreturn]] void throw_closed() const;

  /// The peer's line without CR LF.
  const std::optional<std::string>& version() const noexcept { return version_; }
  /// Lines that a server sent before it, made printable.
  const std::vector<std::string>& banner() const noexcept { return banner_; }

 private:
  void check_line(std::string_view line, bool complete) const;
  void take_line(std::string_view line);

  Role role_;
  std::optional<std::string> version_;
  std::vector<std::string> banner_;
  std::string pending_;    ///< the start of what is not yet a whole line
  std::size_t total_ = 0;  ///< bytes used up
};

}  // namespace amiko::protocol
