// amiko - which message may come when: one table for both roles
#include <amiko/protocol/packet_gate.hpp>

#include <amiko/wire/message_number.hpp>

#include <array>
#include <cstddef>
#include <string_view>

namespace amiko::protocol {
namespace {

using wire::MessageNumber;
using wire::to_byte;

/// The table's columns.
enum class Class : std::uint8_t {
  disconnect,
  chatter,          ///< IGNORE, UNIMPLEMENTED, DEBUG
  service,          ///< SERVICE_REQUEST to a server, SERVICE_ACCEPT to a client
  client_ext_info,  ///< EXT_INFO that a client sent
  server_ext_info,  ///< EXT_INFO that a server sent
  kexinit,
  newkeys,
  kex_method,
  auth,         ///< USERAUTH_REQUEST to a server; FAILURE, SUCCESS and BANNER to a client
  auth_method,  ///< 60 to 79
  connection,
  connection_gap,  ///< 83 to 89: of the connection protocol, but nobody has given them a meaning
  ping,
  wrong_way,  ///< what only our own role may send
  other,
};
constexpr std::size_t class_count = static_cast<std::size_t>(Class::other) + 1;

constexpr Class class_of(Role role, unsigned n) {
  const bool server = role == Role::server;
  if (n == to_byte(MessageNumber::disconnect)) return Class::disconnect;
  if (n >= to_byte(MessageNumber::ignore) && n <= to_byte(MessageNumber::debug)) return Class::chatter;
  if (n == to_byte(MessageNumber::service_request)) return server ? Class::service : Class::wrong_way;
  if (n == to_byte(MessageNumber::service_accept)) return server ? Class::wrong_way : Class::service;
  if (n == to_byte(MessageNumber::ext_info)) return server ? Class::client_ext_info : Class::server_ext_info;
  if (n == to_byte(MessageNumber::kexinit)) return Class::kexinit;
  if (n == to_byte(MessageNumber::newkeys)) return Class::newkeys;
  if (n >= 30 && n <= 49) return Class::kex_method;
  if (n == to_byte(MessageNumber::userauth_request)) return server ? Class::auth : Class::wrong_way;
  if (n >= to_byte(MessageNumber::userauth_failure) && n <= to_byte(MessageNumber::userauth_banner))
    return server ? Class::wrong_way : Class::auth;
  if (n >= 60 && n <= 79) return Class::auth_method;
  if (n >= 80 && n <= 82) return Class::connection;
  if (n >= 83 && n <= 89) return Class::connection_gap;
  if (n >= 90 && n <= 100) return Class::connection;
  if (n == to_byte(MessageNumber::ping) || n == to_byte(MessageNumber::pong)) return Class::ping;
  return Class::other;
}

struct Row {
  GateState state;
  std::string_view relaxed;  ///< one letter for each class: Process, Ignore, Unimplemented, Disconnect
  std::string_view strict;   ///< under strict key exchange
};

// Chatter before KEXINIT stays legal in strict mode: whether the mode is strict shows only in KEXINIT, and
// KexMachine then looks at its sequence number.  Numbers that nobody knows get UNIMPLEMENTED (RFC 4253
// section 11.4); those of higher layers end the connection before their time has come (RFC 4252 section 6)
// and after the peer's KEXINIT (RFC 4253 section 7.1).  Authentication messages after SUCCESS are ignored
// (RFC 4252 section 5.1).
constexpr std::array table{
    // The columns, as in Class: 1, 2-4, service, EXT_INFO from a client, from a server, 20, 21, 30-49,
    // auth, 60-79, connection, 83-89, ping, wrong way, other.
    Row{GateState::await_kexinit, "PIDDDPDDDDDDDDU", "PIDDDPDDDDDDDDU"},
    Row{GateState::kex_method, "PIDDDDDPDDDDDDU", "PDDDDDDPDDDDDDD"},
    Row{GateState::await_newkeys, "PIDDDDPDDDDDDDU", "PDDDDDPDDDDDDDD"},
    Row{GateState::first_packet, "PIPPPPDDDDDDIDU", "PIPPPPDDDDDDIDU"},
    Row{GateState::await_service, "PIPDDPDDDDDDIDU", "PIPDDPDDDDDDIDU"},
    Row{GateState::authenticating, "PIDDPPDDPPDDIDU", "PIDDPPDDPPDDIDU"},
    Row{GateState::connected, "PIDDDPDDIIPUPDU", "PIDDDPDDIIPUPDU"},
    Row{GateState::rekey_sent, "PIDDDPDDIIPUIDU", "PIDDDPDDIIPUIDU"},
    Row{GateState::rekey_method, "PIDDDDDPDDDDDDU", "PIDDDDDPDDDDDDU"},
    Row{GateState::rekey_await_newkeys, "PIDDDDPDDDDDDDU", "PIDDDDPDDDDDDDU"},
    Row{GateState::closing, "IIIIIIIIIIIIIII", "IIIIIIIIIIIIIII"},
};

constexpr bool is_complete() {
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (table[i].state != static_cast<GateState>(i)) return false;
    for (const std::string_view cells : {table[i].relaxed, table[i].strict})
      if (cells.size() != class_count || cells.find_first_not_of("PIUD") != std::string_view::npos)
        return false;
  }
  return table.back().state == GateState::closing;
}
static_assert(is_complete());

constexpr Verdict verdict_of(char letter) noexcept {
  switch (letter) {
    case 'P':
      return Verdict::process;
    case 'I':
      return Verdict::ignore;
    case 'U':
      return Verdict::unimplemented;
    default:
      return Verdict::disconnect;
  }
}

/// Every cell of one role, spread out so that a packet costs one look.
using Cells = std::array<std::array<std::array<Verdict, 256>, 2>, table.size()>;

constexpr Cells cells_of(Role role) {
  Cells cells{};
  for (unsigned n = 0; n < 256; ++n) {
    const auto column = static_cast<std::size_t>(class_of(role, n));
    for (std::size_t state = 0; state < table.size(); ++state) {
      cells[state][0][n] = verdict_of(table[state].relaxed[column]);
      cells[state][1][n] = verdict_of(table[state].strict[column]);
    }
  }
  return cells;
}
constexpr Cells client_cells = cells_of(Role::client);
constexpr Cells server_cells = cells_of(Role::server);

}  // namespace

Verdict verdict(Role role, GateState state, bool strict, std::uint8_t message) noexcept {
  const Cells& cells = role == Role::server ? server_cells : client_cells;
  return cells[static_cast<std::size_t>(state)][strict ? 1 : 0][message];
}

}  // namespace amiko::protocol
