// amiko - a security key in software, for tests
#pragma once

#include <amiko/crypto/hash.hpp>
#include <amiko/keys/signer.hpp>
#include <amiko/support/encoding.hpp>

#include "key_data.hpp"

namespace amiko::test {

/// Signs as a FIDO token does (OpenSSH PROTOCOL.u2f), with what it should leave to its owner set from
/// outside.
class Token final : public Signer {
 public:
  static constexpr const char* sk_ed25519 = "sk-ssh-ed25519@openssh.com";
  static constexpr const char* sk_ecdsa = "sk-ecdsa-sha2-nistp256@openssh.com";
  static constexpr const char* webauthn = "webauthn-sk-ecdsa-sha2-nistp256@openssh.com";

  std::uint8_t flags = 0x01;
  std::uint32_t counter = 7;
  std::string application = "ssh:";
  std::string origin = "https://example.org";
  std::string client_data_end = R"(,"crossOrigin":false})";
  std::string challenge{};  ///< instead of the data
  Bytes extensions{};
  Bytes trailing{};

  explicit Token(std::string type) : type_(std::move(type)) {}

  /// With the application that the key was made for, whatever `application` is now.
  const PublicKey& public_key() const override { return public_key_; }
  std::vector<std::string> algorithms() const override { return public_key_.signature_algorithms(); }
  std::string label() const override { return "a token"; }

  Bytes sign(std::string_view algorithm, ByteView data) const override {
    const bool is_webauthn = algorithm == webauthn;
    const std::string client = client_data(data);
    Fields covered;
    covered.raw(crypto::hash("SHA-256", ByteView(application))).raw(Bytes{flags}).uint32(counter);
    if (is_webauthn) covered.raw(extensions);
    covered.raw(crypto::hash("SHA-256", is_webauthn ? ByteView(client) : data));
    Fields made;
    made.string(algorithm).string(signature_content(key_.sign(inner_type(), covered)));
    made.raw(Bytes{flags}).uint32(counter);
    if (is_webauthn) made.string(origin).string(client).string(extensions);
    made.raw(trailing);
    return made.bytes;
  }

 private:
  std::string_view inner_type() const { return type_ == sk_ed25519 ? "ssh-ed25519" : "ecdsa-sha2-nistp256"; }
  PublicKey made_public_key() const {
    const Bytes inner = key_.public_key().blob();
    wire::Reader in(inner);
    in.string();
    return PublicKey::from_blob(Fields().string(type_).raw(in.rest()).string("ssh:"));
  }
  std::string client_data(ByteView data) const {
    std::string text =
        challenge.empty() ? support::base64_encode(data, support::Base64Padding::unpadded) : challenge;
    for (char& c : text)
      c = c == '+' ? '-' : c == '/' ? '_' : c;
    return R"({"type":"webauthn.get","challenge":")" + text + R"(","origin":")" + origin + '"' +
           client_data_end;
  }

  std::string type_;
  PrivateKey key_ = PrivateKey::generate(inner_type());
  PublicKey public_key_ = made_public_key();
};

}  // namespace amiko::test
