// amiko - public keys of security keys (OpenSSH PROTOCOL.u2f)
#include "security_key.hpp"

#include "ecdsa.hpp"
#include "eddsa.hpp"

#include <amiko/base/error.hpp>
#include <amiko/crypto/hash.hpp>
#include <amiko/support/encoding.hpp>

#include <string>
#include <utility>

namespace amiko::keys {
namespace {

constexpr std::string_view webauthn = "webauthn-sk-ecdsa-sha2-nistp256@openssh.com";

// Bits of the flags (W3C Web Authentication section 6.1).
constexpr std::uint8_t user_present = 0x01;
constexpr std::uint8_t user_verified = 0x04;
constexpr std::uint8_t has_attested_credential = 0x40;
constexpr std::uint8_t has_extensions = 0x80;

/// What stands behind the signature proper.
struct Trailer {
  std::uint8_t flags = 0;
  std::uint32_t counter = 0;
  std::string_view origin{}, client_data{};  ///< webauthn only
  ByteView extensions{};                     ///< the same

  static Trailer read(ByteView bytes, bool is_webauthn) {
    wire::Reader in(bytes);
    Trailer trailer;
    trailer.flags = in.byte();
    trailer.counter = in.uint32();
    if (is_webauthn) {
      trailer.origin = in.text();
      trailer.client_data = in.text();
      trailer.extensions = in.string();
    }
    in.expect_end();
    return trailer;
  }
};

bool meets(const SecurityKeyRules& rules, std::uint8_t flags) {
  return (!rules.touch_required || (flags & user_present) != 0) &&
         (!rules.verify_required || (flags & user_verified) != 0);
}

// base64url without padding (RFC 4648 section 5).
std::string base64url(ByteView data) {
  std::string text = support::base64_encode(data, support::Base64Padding::unpadded);
  for (char& c : text) {
    if (c == '+') c = '-';
    if (c == '/') c = '_';
  }
  return text;
}

// A browser signs a JSON text that holds the data and the page's origin.  Its beginning is fixed (W3C Web
// Authentication section 5.8.1.1), so that nothing of it needs to be parsed.
bool speaks_of(const Trailer& trailer, ByteView data) {
  if (trailer.origin.find('"') != trailer.origin.npos) return false;
  const std::string beginning = R"({"type":"webauthn.get","challenge":")" + base64url(data) +
                                R"(","origin":")" + std::string(trailer.origin) + '"';
  return trailer.client_data.starts_with(beginning);
}

bool is_webauthn_form(const Trailer& trailer, ByteView data) {
  return (trailer.flags & has_attested_credential) == 0 &&
         ((trailer.flags & has_extensions) != 0) == !trailer.extensions.empty() && speaks_of(trailer, data);
}

class VerifyingSk final : public VerifyingKey {
 public:
  VerifyingSk(VerifyingKeyPtr key, std::string_view application)
      : key_(std::move(key)), application_hash_(crypto::hash("SHA-256", application)) {}

  unsigned bits() const override { return key_->bits(); }
  bool is_security_key() const override { return true; }
  /// Nothing is signed without flags and counter.
  bool verify(const SignatureInfo&, ByteView, ByteView) const override { return false; }
  bool verify_wire(const SignatureInfo& algorithm, ByteView data, ByteView signature, ByteView trailer_bytes,
                   const SecurityKeyRules& rules) const override {
    const bool is_webauthn = algorithm.name == webauthn;
    const Trailer trailer = Trailer::read(trailer_bytes, is_webauthn);
    if (is_webauthn && !is_webauthn_form(trailer, data)) return false;
    const ByteView message = is_webauthn ? ByteView(trailer.client_data) : data;
    return key_->verify(algorithm, signed_data(trailer, message), signature) && meets(rules, trailer.flags);
  }

 private:
  Bytes signed_data(const Trailer& trailer, ByteView message) const {
    Bytes bytes;
    wire::Writer out(bytes);
    out.raw(application_hash_);
    out.byte(trailer.flags);
    out.uint32(trailer.counter);
    out.raw(trailer.extensions);
    out.raw(crypto::hash("SHA-256", message));
    return bytes;
  }

  VerifyingKeyPtr key_;
  Bytes application_hash_;
};

template <class ReadKey>
VerifyingKeyPtr read_sk(std::string_view type, wire::Reader& in, ReadKey read_key) {
  VerifyingKeyPtr key = read_key(type, in);
  return std::make_shared<const VerifyingSk>(std::move(key), in.text());
}

}  // namespace

VerifyingKeyPtr read_public_sk_ed25519(std::string_view type, wire::Reader& in) {
  return read_sk(type, in, read_public_ed25519);
}

VerifyingKeyPtr read_public_sk_ecdsa(std::string_view, wire::Reader& in) {
  return read_sk("ecdsa-sha2-nistp256", in, read_public_ecdsa);
}

SigningKeyPtr refuse_private_sk(std::string_view, wire::Reader&) {
  throw_failure({.code = errc::unsupported_key,
                 .text = "only the security key itself can sign with it",
                 .hint = "give the key to ssh-agent"});
}

SigningKeyPtr refuse_generated_sk(std::string_view type, unsigned) {
  throw_error(errc::unsupported_key, std::string(type) + " keys are made by a token: ssh-keygen -t ...-sk");
}

}  // namespace amiko::keys
