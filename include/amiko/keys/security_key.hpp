// amiko - what a signature by a security key has to prove
#pragma once

namespace amiko {

/// Security keys (FIDO tokens) sign, along with the data, what their owner did (OpenSSH PROTOCOL.u2f): the
/// flags "user present", somebody touched the token, and "user verified", by PIN or fingerprint.  A signature
/// that lacks what is asked for here counts as wrong.  A value.
struct SecurityKeyRules {
  bool touch_required = true;    ///< authorized_keys has "no-touch-required" to turn it off
  bool verify_required = false;  ///< authorized_keys: "verify-required"

  friend bool operator==(const SecurityKeyRules&, const SecurityKeyRules&) = default;
};

}  // namespace amiko
