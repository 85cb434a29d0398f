// amiko - a security key in software, for tests
#pragma once

#include <amiko/crypto/hash.hpp>
#include <amiko/keys/private_key.hpp>
#include <amiko/support/encoding.hpp>
#include <amiko/wire/reader.hpp>
#include <amiko/wire/writer.hpp>

#include <string>
#include <string_view>
#include <vector>

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
    Bytes covered;
    wire::Writer cover(covered);
    cover.raw(crypto::hash("SHA-256", ByteView(application)));
    cover.byte(flags);
    cover.uint32(counter);
    if (is_webauthn) cover.raw(extensions);
    cover.raw(crypto::hash("SHA-256", is_webauthn ? ByteView(client) : data));
    return wire_form(algorithm, covered, client);
  }

 private:
  std::string_view inner_type() const { return type_ == sk_ed25519 ? "ssh-ed25519" : "ecdsa-sha2-nistp256"; }
  PublicKey made_public_key() const {
    const Bytes inner = key_.public_key().blob();
    wire::Reader in(inner);
    in.string();
    Bytes blob;
    wire::Writer out(blob);
    out.string(type_);
    out.raw(in.rest());
    out.string("ssh:");
    return PublicKey::from_blob(blob);
  }
  Bytes wire_form(std::string_view algorithm, ByteView covered, const std::string& client) const {
    const Bytes inner = key_.sign(inner_type(), covered);
    wire::Reader in(inner);
    in.string();
    Bytes made;
    wire::Writer out(made);
    out.string(algorithm);
    out.string(in.string());
    out.byte(flags);
    out.uint32(counter);
    if (algorithm == webauthn) {
      out.string(origin);
      out.string(client);
      out.string(extensions);
    }
    out.raw(trailing);
    return made;
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
