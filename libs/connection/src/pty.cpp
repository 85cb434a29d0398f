// amiko - encoded terminal modes
#include <amiko/connection/pty.hpp>

#include <amiko/base/error.hpp>
#include <amiko/wire/reader.hpp>
#include <amiko/wire/writer.hpp>

#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace amiko {
namespace {

constexpr std::uint8_t op_end = 0;
constexpr std::uint8_t first_without_argument = 160;
constexpr std::uint8_t op_ispeed = 128;
constexpr std::uint8_t op_ospeed = 129;

enum class Field { control, input, local, output, cflag, speed };

struct Mode {
  std::string_view name;
  std::uint8_t opcode;
  Field field;
  tcflag_t value;  // index into c_cc, or the flag's bits
};

// RFC 4254 section 8; IUTF8 from RFC 8160.  What Linux has not got (VDSUSP, VFLUSH, VSWTCH, VSTATUS) is known
// by name only.
constexpr tcflag_t absent = ~tcflag_t{0};
constexpr std::array modes{
    Mode{"VINTR", 1, Field::control, VINTR},
    Mode{"VQUIT", 2, Field::control, VQUIT},
    Mode{"VERASE", 3, Field::control, VERASE},
    Mode{"VKILL", 4, Field::control, VKILL},
    Mode{"VEOF", 5, Field::control, VEOF},
    Mode{"VEOL", 6, Field::control, VEOL},
    Mode{"VEOL2", 7, Field::control, VEOL2},
    Mode{"VSTART", 8, Field::control, VSTART},
    Mode{"VSTOP", 9, Field::control, VSTOP},
    Mode{"VSUSP", 10, Field::control, VSUSP},
    Mode{"VDSUSP", 11, Field::control, absent},
    Mode{"VREPRINT", 12, Field::control, VREPRINT},
    Mode{"VWERASE", 13, Field::control, VWERASE},
    Mode{"VLNEXT", 14, Field::control, VLNEXT},
    Mode{"VFLUSH", 15, Field::control, absent},
    Mode{"VSWTCH", 16, Field::control, absent},
    Mode{"VSTATUS", 17, Field::control, absent},
    Mode{"VDISCARD", 18, Field::control, VDISCARD},
    Mode{"IGNPAR", 30, Field::input, IGNPAR},
    Mode{"PARMRK", 31, Field::input, PARMRK},
    Mode{"INPCK", 32, Field::input, INPCK},
    Mode{"ISTRIP", 33, Field::input, ISTRIP},
    Mode{"INLCR", 34, Field::input, INLCR},
    Mode{"IGNCR", 35, Field::input, IGNCR},
    Mode{"ICRNL", 36, Field::input, ICRNL},
    Mode{"IUCLC", 37, Field::input, IUCLC},
    Mode{"IXON", 38, Field::input, IXON},
    Mode{"IXANY", 39, Field::input, IXANY},
    Mode{"IXOFF", 40, Field::input, IXOFF},
    Mode{"IMAXBEL", 41, Field::input, IMAXBEL},
    Mode{"IUTF8", 42, Field::input, IUTF8},
    Mode{"ISIG", 50, Field::local, ISIG},
    Mode{"ICANON", 51, Field::local, ICANON},
    Mode{"XCASE", 52, Field::local, XCASE},
    Mode{"ECHO", 53, Field::local, ECHO},
    Mode{"ECHOE", 54, Field::local, ECHOE},
    Mode{"ECHOK", 55, Field::local, ECHOK},
    Mode{"ECHONL", 56, Field::local, ECHONL},
    Mode{"NOFLSH", 57, Field::local, NOFLSH},
    Mode{"TOSTOP", 58, Field::local, TOSTOP},
    Mode{"IEXTEN", 59, Field::local, IEXTEN},
    Mode{"ECHOCTL", 60, Field::local, ECHOCTL},
    Mode{"ECHOKE", 61, Field::local, ECHOKE},
    Mode{"PENDIN", 62, Field::local, PENDIN},
    Mode{"OPOST", 70, Field::output, OPOST},
    Mode{"OLCUC", 71, Field::output, OLCUC},
    Mode{"ONLCR", 72, Field::output, ONLCR},
    Mode{"OCRNL", 73, Field::output, OCRNL},
    Mode{"ONOCR", 74, Field::output, ONOCR},
    Mode{"ONLRET", 75, Field::output, ONLRET},
    Mode{"CS7", 90, Field::cflag, CS7},
    Mode{"CS8", 91, Field::cflag, CS8},
    Mode{"PARENB", 92, Field::cflag, PARENB},
    Mode{"PARODD", 93, Field::cflag, PARODD},
    Mode{"TTY_OP_ISPEED", op_ispeed, Field::speed, 0},
    Mode{"TTY_OP_OSPEED", op_ospeed, Field::speed, 0},
};

constexpr std::uint32_t no_character = 255;  // "the value 255 means that it is disabled"

struct Speed {
  speed_t code;
  std::uint32_t baud;
};
constexpr std::array speeds{
    Speed{B50, 50},         Speed{B75, 75},         Speed{B110, 110},       Speed{B134, 134},
    Speed{B150, 150},       Speed{B200, 200},       Speed{B300, 300},       Speed{B600, 600},
    Speed{B1200, 1200},     Speed{B1800, 1800},     Speed{B2400, 2400},     Speed{B4800, 4800},
    Speed{B9600, 9600},     Speed{B19200, 19200},   Speed{B38400, 38400},   Speed{B57600, 57600},
    Speed{B115200, 115200}, Speed{B230400, 230400}, Speed{B460800, 460800}, Speed{B921600, 921600}};

std::uint32_t baud_of(speed_t code) {
  const auto found =
      std::find_if(speeds.begin(), speeds.end(), [code](const Speed& s) { return s.code == code; });
  return found != speeds.end() ? found->baud : 9600;
}

bool same_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    return std::toupper(static_cast<unsigned char>(x)) == std::toupper(static_cast<unsigned char>(y));
  });
}

// The speed nearest to `baud` from below.
speed_t speed_of(std::uint32_t baud) {
  speed_t code = B50;
  for (const Speed& s : speeds)
    if (s.baud <= baud) code = s.code;
  return code;
}

std::uint32_t value_of(const Mode& mode, const termios& t) {
  switch (mode.field) {
    case Field::control:
      return t.c_cc[mode.value] == _POSIX_VDISABLE ? no_character : t.c_cc[mode.value];
    case Field::input:
      return (t.c_iflag & mode.value) != 0;
    case Field::local:
      return (t.c_lflag & mode.value) != 0;
    case Field::output:
      return (t.c_oflag & mode.value) != 0;
    case Field::cflag:
      // CS7 and CS8 are values of one field, not bits of their own.
      return (mode.value & CSIZE) != 0 ? (t.c_cflag & CSIZE) == mode.value : (t.c_cflag & mode.value) != 0;
    case Field::speed:
      return baud_of(mode.opcode == op_ispeed ? ::cfgetispeed(&t) : ::cfgetospeed(&t));
  }
  return 0;
}

void set_bits(tcflag_t& flags, tcflag_t bits, bool on) {
  flags = on ? flags | bits : flags & ~bits;
}

void apply(const Mode& mode, std::uint32_t value, termios& t) {
  switch (mode.field) {
    case Field::control:
      t.c_cc[mode.value] = value == no_character ? cc_t{_POSIX_VDISABLE} : static_cast<cc_t>(value);
      break;
    case Field::input:
      return set_bits(t.c_iflag, mode.value, value != 0);
    case Field::local:
      return set_bits(t.c_lflag, mode.value, value != 0);
    case Field::output:
      return set_bits(t.c_oflag, mode.value, value != 0);
    case Field::cflag:
      if ((mode.value & CSIZE) == 0) return set_bits(t.c_cflag, mode.value, value != 0);
      if (value != 0) t.c_cflag = (t.c_cflag & ~tcflag_t{CSIZE}) | mode.value;
      break;
    case Field::speed:
      if (mode.opcode == op_ispeed)
        ::cfsetispeed(&t, speed_of(value));
      else
        ::cfsetospeed(&t, speed_of(value));
  }
}

}  // namespace

bool TerminalModes::apply_to_terminal(int fd) const {
  termios t{};
  if (::tcgetattr(fd, &t) != 0) return false;
  for (const Mode& mode : modes) {
    const auto found = values_.find(mode.opcode);
    if (found != values_.end() && mode.value != absent) apply(mode, found->second, t);
  }
  return ::tcsetattr(fd, TCSANOW, &t) == 0;
}

TerminalModes TerminalModes::of_terminal(int fd) {
  TerminalModes result;
  termios t{};
  if (::tcgetattr(fd, &t) != 0) return result;
  for (const Mode& mode : modes)
    if (mode.value != absent) result.set(mode.opcode, value_of(mode, t));
  return result;
}

TerminalModes TerminalModes::decode(ByteView encoded) {
  TerminalModes result;
  wire::Reader reader(encoded);
  while (!reader.at_end()) {
    const std::uint8_t opcode = reader.byte();
    if (opcode == op_end || opcode >= first_without_argument) break;
    result.set(opcode, reader.uint32());
  }
  return result;
}

Bytes TerminalModes::encode() const {
  Bytes out;
  wire::Writer writer(out);
  for (const auto& [opcode, value] : values_) {
    if (opcode == op_end || opcode >= first_without_argument) continue;
    writer.byte(opcode);
    writer.uint32(value);
  }
  writer.byte(op_end);
  return out;
}

void TerminalModes::set(std::string_view name, std::uint32_t value) {
  const auto found =
      std::find_if(modes.begin(), modes.end(), [name](const Mode& m) { return same_name(m.name, name); });
  if (found == modes.end())
    throw_error(errc::invalid_argument, "there is no terminal mode " + std::string(name));
  set(found->opcode, value);
}

}  // namespace amiko
