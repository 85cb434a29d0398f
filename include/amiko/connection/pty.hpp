// amiko - pseudo terminals
#pragma once

#include <amiko/base/bytes.hpp>
#include <amiko/base/config.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace amiko {

/// A terminal's size in characters and, where known, pixels; zero means unknown (RFC 4254 section 6.2).
struct WindowSize {
  std::uint32_t columns = 80;
  std::uint32_t rows = 24;
  std::uint32_t width = 0;   ///< pixels
  std::uint32_t height = 0;  ///< pixels
  friend bool operator==(const WindowSize&, const WindowSize&) = default;
};

/// Encoded terminal modes (RFC 4254 section 8, RFC 8160): opcode to value.  A value.
class AMIKO_DECL TerminalModes {
 public:
  TerminalModes() = default;
  /// The modes of the terminal on `fd`, as ssh sends them, speeds included; empty when it is no terminal.
  static TerminalModes of_terminal(int fd);
  /// Sets them on the terminal on `fd`; what the system or the RFC has not got is passed over.  False when it
  /// is no terminal, or refuses.
  bool apply_to_terminal(int fd) const;
  /// From the wire form: opcodes below 160 up to TTY_OP_END, the rest is ignored.  Throws
  /// errc::malformed_packet when it is cut short.
  static TerminalModes decode(ByteView encoded);

  Bytes encode() const;
  /// `name` as in the RFC, in any case: "ECHO", "VINTR", "TTY_OP_ISPEED".  Throws errc::invalid_argument for
  /// a name that the RFC has not.
  void set(std::string_view name, std::uint32_t value);
  /// Opcodes 0 and those from 160 on end a list and are left out when it is encoded.
  void set(std::uint8_t opcode, std::uint32_t value) { values_[opcode] = value; }
  const std::map<std::uint8_t, std::uint32_t>& values() const noexcept { return values_; }

  friend bool operator==(const TerminalModes&, const TerminalModes&) = default;

 private:
  std::map<std::uint8_t, std::uint32_t> values_;
};

/// What a client asks for with "pty-req".
struct PtyRequest {
  std::string term = "vt100";
  WindowSize size{};
  TerminalModes modes{};
};

}  // namespace amiko
