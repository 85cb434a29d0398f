// amiko - two KEXINITs into one choice (RFC 4253 section 7.1)
#pragma once

#include <amiko/protocol/algorithms.hpp>
#include <amiko/protocol/role.hpp>
#include <amiko/wire/transport_messages.hpp>

#include <optional>
#include <string>

namespace amiko::protocol {

/// What one direction uses.
struct DirectionAlgorithms {
  crypto::CipherInfo cipher{};
  std::optional<crypto::MacInfo> mac{};  ///< nothing when the cipher brings its own tag
  crypto::CompressionInfo compression{};
};

struct Negotiated {
  crypto::KexInfo kex{};
  std::string host_key{};  ///< signature algorithm
  DirectionAlgorithms client_to_server{};
  DirectionAlgorithms server_to_client{};
  bool guess_was_right = false;  ///< the first of both sides' kex and host key lists agree
};

/// The first name of the client's list that the server has too, for each kind.  MACs are not looked at where
/// the cipher is an AEAD.  `ours` holds the entries behind our names.  Throws NegotiationError
/// (errc::no_common_algorithm) with kind, both lists and a hint naming the option that would help (for
/// instance a name the peer offers that we know but have off).
Negotiated negotiate(Role role, const AlgorithmSet& ours, const wire::KexInit& our_init,
                     const wire::KexInit& their_init);

/// Whether packets can be taken away from the beginning of a direction unseen when key exchange is not strict
/// (CVE-2023-48795): where nothing but the sequence number ties a packet to those before it.
bool open_to_truncation(const DirectionAlgorithms& algorithms);

}  // namespace amiko::protocol
