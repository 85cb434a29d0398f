// amiko - who has logged in, as far as it was proven
#pragma once

#include <amiko/keys/public_key.hpp>

#include <string>
#include <vector>

namespace amiko {

/// A caller's proven identity: it exists only once authentication is complete.  A value.
struct Identity {
  std::string user{};
  std::vector<std::string> methods{};  ///< the steps that were accepted, in order: "publickey", "password"
  std::vector<PublicKey> keys{};       ///< those whose owner signed, in order; none without publickey

  /// The key of the last publickey step, or an empty one.
  PublicKey key() const { return keys.empty() ? PublicKey() : keys.back(); }
};

}  // namespace amiko
