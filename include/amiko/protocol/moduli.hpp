// amiko - moduli files: groups for Diffie-Hellman group exchange
#pragma once

#include <amiko/crypto/key_agreement.hpp>
#include <amiko/crypto/random.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace amiko::protocol {

/// One usable line of a moduli file.
struct ModuliGroup {
  unsigned bits = 0;  ///< of the modulus, 1024 to 8192
  crypto::DhGroup group{};
};

/// The content of a moduli file (moduli(5)).
struct Moduli {
  /// One line that is not used.
  struct Diagnostic {
    std::size_t line = 0;  ///< from 1
    std::string what{};
  };

  std::vector<ModuliGroup> groups{};  ///< the smallest first, else in the file's order
  std::size_t lines_left_out = 0;
  std::vector<Diagnostic> diagnostics{};  ///< of the first 100 of those
};

/// Reads a moduli file's content.  Lines are used if they say that the modulus is a safe prime (type 2) that
/// was tested and not found composite, and if what they hold agrees with that: the size in bits, a generator
/// in range, no small factor in p or (p-1)/2.  Others are left out and counted, never an error.  Whether a
/// modulus is prime is not tested: the file is trusted.  Pure; takes time proportional to the text, about 20
/// ms for the 0.5 MB that OpenSSH ships.
Moduli parse_moduli(std::string_view text);

/// The group for a client's request, of the sizes from `min` to `max` bits: the smallest of at least
/// `preferred` bits, else the largest (RFC 4419 section 3); one of them at random where several have that
/// size.  Null if there is none.  Pure.
const ModuliGroup* choose(const std::vector<ModuliGroup>& groups, unsigned min, unsigned preferred,
                          unsigned max, crypto::Random& random);

}  // namespace amiko::protocol
