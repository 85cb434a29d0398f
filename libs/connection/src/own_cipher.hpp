// amiko - a cipher of the application's own, as an entry of the connection's set
#pragma once

#include <amiko/connection/own_cipher.hpp>
#include <amiko/protocol/algorithms.hpp>

#include <vector>

namespace amiko {

/// Puts the entries in front of the set's ciphers.  The set keeps alive what they need.  Throws ConfigError.
void add_own_ciphers(protocol::AlgorithmSet& set, const std::vector<OwnCipher>& ciphers);

}  // namespace amiko
