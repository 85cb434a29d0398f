// amiko - which message may come when: one table for both roles
#pragma once

#include <amiko/protocol/role.hpp>

#include <cstdint>

namespace amiko::protocol {

/// How far a connection has come, as the receiver of messages sees it.
enum class GateState {
  await_kexinit,  ///< nothing received yet but the version line
  kex_method,     ///< first exchange: the method's messages
  await_newkeys,  ///< first exchange: NEWKEYS is next
  first_packet,   ///< keys are new: EXT_INFO may come
  await_service,  ///< before SERVICE_REQUEST (server) or SERVICE_ACCEPT (client)
  authenticating,
  connected,
  rekey_sent,    ///< connected, our KEXINIT is out, theirs has not come: their data may still arrive
  rekey_method,  ///< their KEXINIT has come: only the method's messages
  rekey_await_newkeys,
  closing,  ///< we have sent DISCONNECT, or received it
};

/// What the driver does with a message.
enum class Verdict : std::uint8_t {
  process,
  ignore,
  unimplemented,  ///< answer UNIMPLEMENTED
  disconnect,     ///< a protocol error
};

/// `role` is our own.  `strict` is strict key exchange (draft-ietf-sshm-strict-kex); it matters in the first
/// exchange only, and not in await_kexinit: there nobody knows yet, and KexMachine sees by KEXINIT's sequence
/// number whether something came before it.  One look into a table of 256 cells for each state.
///
/// What is left to the driver: how many packets of unknown numbers it takes before NEWKEYS (16 are plenty),
/// that EXT_INFO comes once, to answer only after NEWKEYS what arrives in rekey_sent, and not to start an
/// exchange of its own before authentication is over: rekey_sent lets the connection protocol through.  Never
/// throws; any thread.
Verdict verdict(Role role, GateState state, bool strict, std::uint8_t message) noexcept;

}  // namespace amiko::protocol
