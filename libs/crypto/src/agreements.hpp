// amiko - the makers behind the table of key exchange methods
#pragma once

#include <amiko/crypto/key_agreement.hpp>

#include "curve_key.hpp"
#include "kem.hpp"

#include <cstddef>
#include <memory>
#include <string_view>

namespace amiko::crypto {

/// A curve alone (RFC 5656, RFC 8731).
std::unique_ptr<KeyAgreement> make_curve_agreement(MakeCurveKey make_key);

struct HybridParts {
  const Kem& kem;
  MakeCurveKey make_curve_key;
  std::size_t curve_size;  ///< bytes of the curve's public value
  std::string_view hash;   ///< Botan's name
};

/// A key encapsulation and a curve (draft-ietf-sshm-mlkem-hybrid-kex, draft-ietf-sshm-ntruprime-ssh).
std::unique_ptr<KeyAgreement> make_hybrid(const HybridParts& parts);

}  // namespace amiko::crypto
