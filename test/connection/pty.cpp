// amiko - tests of encoded terminal modes
#include <amiko/connection/pty.hpp>

#include <amiko/base/error.hpp>
#include <amiko/support/fd.hpp>

#include <boost/test/unit_test.hpp>

#include <fcntl.h>
#include <pty.h>
#include <termios.h>

#include <map>

#include "common/calls.hpp"

using amiko::Bytes;
using amiko::errc;
using amiko::TerminalModes;
using amiko::support::UniqueFd;
using amiko::test::has_code;
using amiko::test::says;
using Values = std::map<std::uint8_t, std::uint32_t>;

BOOST_AUTO_TEST_SUITE(terminal_modes)

BOOST_AUTO_TEST_CASE(the_wire_form) {
  TerminalModes modes;
  BOOST_TEST((modes.encode() == Bytes{0}));
  modes.set("ECHO", 1);
  modes.set("vintr", 3);
  modes.set("TTY_OP_OSPEED", 38400);
  BOOST_TEST((modes.encode() == Bytes{1, 0, 0, 0, 3, 53, 0, 0, 0, 1, 129, 0, 0, 0x96, 0, 0}));
  BOOST_TEST((TerminalModes::decode(modes.encode()) == modes));
}

// RFC 4254 section 8 has all of these with these numbers, RFC 8160 has IUTF8.
BOOST_AUTO_TEST_CASE(numbers_of_the_rfc) {
  const std::map<const char*, std::uint8_t> numbers{
      {"VINTR", 1},          {"VQUIT", 2},     {"VERASE", 3},    {"VKILL", 4},   {"VEOF", 5},
      {"VEOL", 6},           {"VEOL2", 7},     {"VSTART", 8},    {"VSTOP", 9},   {"VSUSP", 10},
      {"VDSUSP", 11},        {"VREPRINT", 12}, {"VWERASE", 13},  {"VLNEXT", 14}, {"VFLUSH", 15},
      {"VSWTCH", 16},        {"VSTATUS", 17},  {"VDISCARD", 18}, {"IGNPAR", 30}, {"PARMRK", 31},
      {"INPCK", 32},         {"ISTRIP", 33},   {"INLCR", 34},    {"IGNCR", 35},  {"ICRNL", 36},
      {"IUCLC", 37},         {"IXON", 38},     {"IXANY", 39},    {"IXOFF", 40},  {"IMAXBEL", 41},
      {"IUTF8", 42},         {"ISIG", 50},     {"ICANON", 51},   {"XCASE", 52},  {"ECHO", 53},
      {"ECHOE", 54},         {"ECHOK", 55},    {"ECHONL", 56},   {"NOFLSH", 57}, {"TOSTOP", 58},
      {"IEXTEN", 59},        {"ECHOCTL", 60},  {"ECHOKE", 61},   {"PENDIN", 62}, {"OPOST", 70},
      {"OLCUC", 71},         {"ONLCR", 72},    {"OCRNL", 73},    {"ONOCR", 74},  {"ONLRET", 75},
      {"CS7", 90},           {"CS8", 91},      {"PARENB", 92},   {"PARODD", 93}, {"TTY_OP_ISPEED", 128},
      {"TTY_OP_OSPEED", 129}};
  for (const auto& [name, number] : numbers) {
    TerminalModes modes;
    modes.set(name, 1);
    BOOST_TEST((modes.values() == Values{{number, 1}}), name);
  }
}

BOOST_AUTO_TEST_CASE(names_that_do_not_exist) {
  TerminalModes modes;
  for (const char* name : {"", "ECHOX", "TTY_OP_END", "ECH"})
    BOOST_CHECK_EXCEPTION(modes.set(name, 1), amiko::Error, says(errc::invalid_argument, name));
  BOOST_TEST(modes.values().empty());
}

BOOST_AUTO_TEST_CASE(decoding_stops_at_the_end_and_at_opcodes_without_argument) {
  BOOST_TEST(TerminalModes::decode(Bytes{}).values().empty());
  BOOST_TEST((TerminalModes::decode(Bytes{53, 0, 0, 0, 1}).values() == Values{{53, 1}}));  // no TTY_OP_END
  BOOST_TEST((TerminalModes::decode(Bytes{53, 0, 0, 0, 1, 0, 54}).values() == Values{{53, 1}}));
  BOOST_TEST((TerminalModes::decode(Bytes{53, 0, 0, 0, 1, 160, 1, 2}).values() == Values{{53, 1}}));
  BOOST_TEST((TerminalModes::decode(Bytes{100, 1, 2, 3, 4, 0}).values() == Values{{100, 0x01020304}}));
  BOOST_CHECK_EXCEPTION(TerminalModes::decode(Bytes{53, 0, 0, 0}), amiko::ProtocolError,
                        has_code(errc::malformed_packet));
  BOOST_CHECK_EXCEPTION(TerminalModes::decode(Bytes{53}), amiko::ProtocolError,
                        has_code(errc::malformed_packet));
}

BOOST_AUTO_TEST_CASE(opcodes_that_would_end_the_list_are_left_out) {
  TerminalModes modes;
  modes.set(std::uint8_t{0}, 1);
  modes.set(std::uint8_t{160}, 1);
  modes.set(std::uint8_t{53}, 1);
  BOOST_TEST((modes.encode() == Bytes{53, 0, 0, 0, 1, 0}));
}

BOOST_AUTO_TEST_CASE(of_a_terminal) {
  int master = -1;
  int slave = -1;
  BOOST_REQUIRE(::openpty(&master, &slave, nullptr, nullptr, nullptr) == 0);
  const UniqueFd first(master);
  const UniqueFd second(slave);
  termios t{};
  BOOST_REQUIRE(::tcgetattr(slave, &t) == 0);
  t.c_lflag = ECHO | ISIG;
  t.c_iflag = ICRNL;
  t.c_oflag = OPOST;
  t.c_cflag = (t.c_cflag & ~static_cast<tcflag_t>(CSIZE | PARENB)) | CS7 | PARODD;
  t.c_cc[VINTR] = 7;
  t.c_cc[VQUIT] = _POSIX_VDISABLE;
  ::cfsetispeed(&t, B9600);
  ::cfsetospeed(&t, B9600);
  BOOST_REQUIRE(::tcsetattr(slave, TCSANOW, &t) == 0);
  const auto values = TerminalModes::of_terminal(slave).values();
  const auto value = [&](std::uint8_t opcode) {
    const auto found = values.find(opcode);
    BOOST_REQUIRE_MESSAGE(found != values.end(), "opcode " << int(opcode));
    return found->second;
  };
  BOOST_TEST(value(1) == 7U);
  BOOST_TEST(value(2) == 255U);             // disabled
  BOOST_TEST(value(53) == 1U);              // ECHO
  BOOST_TEST(value(50) == 1U);              // ISIG
  BOOST_TEST(value(51) == 0U);              // ICANON
  BOOST_TEST(value(36) == 1U);              // ICRNL
  BOOST_TEST(value(38) == 0U);              // IXON
  BOOST_TEST(value(70) == 1U);              // OPOST
  BOOST_TEST(value(93) == 1U);              // PARODD
  BOOST_TEST(value(92) == 0U);              // PARENB
  BOOST_TEST(value(90) + value(91) == 1U);  // one of CS7 and CS8, never both: the kernel may insist on CS8
  BOOST_TEST(value(128) == 9600U);
  BOOST_TEST(value(129) == 9600U);
  for (const auto& [opcode, v] : values)
    BOOST_TEST((opcode > 0 && opcode < 160));
  BOOST_TEST((TerminalModes::decode(TerminalModes::of_terminal(slave).encode()).values() == values));
}

BOOST_AUTO_TEST_CASE(modes_can_be_applied_to_a_terminal) {
  const UniqueFd master(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  BOOST_REQUIRE((::grantpt(master.get()) == 0 && ::unlockpt(master.get()) == 0));
  const UniqueFd slave(::open(::ptsname(master.get()), O_RDWR | O_NOCTTY | O_CLOEXEC));
  TerminalModes modes;
  modes.set("VINTR", 7);
  modes.set("VQUIT", 255);
  modes.set("ECHO", 0);
  modes.set("ISTRIP", 1);
  modes.set("OPOST", 0);
  modes.set("PARODD", 1);
  modes.set("TTY_OP_ISPEED", 10'000);
  modes.set("TTY_OP_OSPEED", 0xffffffff);
  modes.set("VSTATUS", 3);             // Linux has none
  modes.set(std::uint8_t{99}, 12345);  // nor has the RFC
  BOOST_TEST(modes.apply_to_terminal(slave.get()));
  const auto set = TerminalModes::of_terminal(slave.get()).values();
  BOOST_TEST(set.at(1) == 7U);
  BOOST_TEST(set.at(2) == 255U);
  BOOST_TEST(set.at(53) == 0U);
  BOOST_TEST(set.at(33) == 1U);
  BOOST_TEST(set.at(70) == 0U);
  BOOST_TEST(set.at(93) == 1U);
  BOOST_TEST(set.at(129) == 921'600U);
  BOOST_TEST(set.at(50) == 1U);  // ISIG: was not named
  const UniqueFd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
  BOOST_TEST(!modes.apply_to_terminal(null.get()));
}

BOOST_AUTO_TEST_CASE(of_what_is_no_terminal) {
  const UniqueFd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
  BOOST_TEST(TerminalModes::of_terminal(null.get()).values().empty());
  BOOST_TEST(TerminalModes::of_terminal(-1).values().empty());
}

BOOST_AUTO_TEST_SUITE_END()
