// amiko - one run of a key exchange method as an object driven by messages
#pragma once

#include <amiko/base/bytes.hpp>
#include <amiko/base/secret.hpp>
#include <amiko/crypto/kex_table.hpp>
#include <amiko/crypto/random.hpp>
#include <amiko/protocol/moduli.hpp>
#include <amiko/protocol/role.hpp>
#include <amiko/wire/message_number.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace amiko::protocol {

/// What a method's messages come to.
struct KexOutcome {
  Secret secret{};    ///< K as hash and key derivation take it
  Bytes values{};     ///< what the hash takes between K_S and K
  Bytes host_key{};   ///< client: K_S as sent
  Bytes signature{};  ///< client: the signature over H as sent
};

struct KexStep {
  Bytes send{};  ///< our next message; empty: none
  std::optional<KexOutcome> outcome{};
};

/// At most two messages from either side.  Throws ProtocolError: errc::malformed_packet, errc::kex_failed.
/// Not synchronised.
class KexMethod {
 public:
  virtual ~KexMethod() = default;

  /// Our first message; empty for a server, which waits for the client's.
  virtual Bytes begin(crypto::Random& random) = 0;
  /// The message that may come now.
  virtual wire::MessageNumber expected() const noexcept = 0;
  /// Whether one of this number may come now.
  virtual bool accepts(std::uint8_t number) const noexcept { return number == to_byte(expected()); }
  virtual KexStep receive(ByteView payload, crypto::Random& random) = 0;
  /// Server, after the outcome: the message that carries the signature.
  virtual Bytes reply(ByteView host_key, ByteView signature) const = 0;
  /// For -v lines; may be empty.
  virtual std::string note() const { return {}; }
};

/// Sizes of a group in bits (RFC 4419 section 3).
struct GexLimits {
  unsigned min = 0, preferred = 0, max = 0;
  /// Server: groups to choose from before the built-in ones; may be null.
  std::shared_ptr<const std::vector<ModuliGroup>> moduli{};
};

/// Of a magnitude without leading zeros.
std::size_t bits_of(ByteView magnitude) noexcept;
/// False for most numbers that are no safe prime, without a test of primality.  For a p without leading zeros
/// that is not empty.
bool may_be_safe_prime(ByteView p) noexcept;
/// 1 < g < p-1, for an odd p; both without leading zeros.
bool generator_in_range(ByteView g, ByteView p) noexcept;

/// What some of the methods need beside their entry.
struct KexParameters {
  GexLimits gex{};
  Bytes host_key{};  ///< server: K_S
};
std::unique_ptr<KexMethod> make_kex_method(Role role, const crypto::KexInfo& info, KexParameters parameters);

/// One message from each side.  `prefix` comes before both values in the hash.
std::unique_ptr<KexMethod> make_simple_kex(Role role, crypto::KexShape shape,
                                           std::unique_ptr<crypto::KeyAgreement> agreement,
                                           Bytes prefix = {});
std::unique_ptr<KexMethod> make_gex(Role role, std::string_view name, const GexLimits& limits);
std::unique_ptr<KexMethod> make_rsa_kex(Role role, const crypto::KexInfo& info, Bytes host_key);

}  // namespace amiko::protocol
