// amiko - RSA key exchange (RFC 4432)
#include "kex_method.hpp"

#include <amiko/crypto/rsa_transport.hpp>
#include <amiko/wire/transport_messages.hpp>

#include <optional>
#include <utility>

namespace amiko::protocol {
namespace {

using wire::MessageNumber;

/// What the hash takes between K_S and K.
Bytes hash_values(ByteView transient_key, ByteView encrypted) {
  Bytes values;
  wire::Writer writer(values);
  writer.string(transient_key);
  writer.string(encrypted);
  return values;
}

/// The server speaks first: its keys, our encrypted secret, its signature.
class RsaClient final : public KexMethod {
 public:
  RsaClient(std::string_view hash, unsigned min_bits) : hash_(hash), min_bits_(min_bits) {}

  Bytes begin(crypto::Random&) override { return {}; }

  MessageNumber expected() const noexcept override {
    return outcome_ ? MessageNumber::kexrsa_done : MessageNumber::kexrsa_pubkey;
  }

  KexStep receive(ByteView payload, crypto::Random& random) override {
    if (outcome_) {
      outcome_->signature = wire::decode<wire::KexRsaDone>(payload).signature.bytes();
      return {{}, std::move(outcome_)};
    }
    const auto keys = wire::decode<wire::KexRsaPubkey>(payload);
    auto transport = crypto::rsa_transport(keys.transient_key, min_bits_, hash_, random);
    outcome_.emplace();
    outcome_->secret = std::move(transport.secret);
    outcome_->values = hash_values(keys.transient_key, transport.ciphertext);
    outcome_->host_key = keys.host_key.bytes();
    return {wire::encoded(wire::KexRsaSecret{transport.ciphertext}), {}};
  }

  Bytes reply(ByteView, ByteView) const override { return {}; }

 private:
  std::string_view hash_;
  unsigned min_bits_;
  std::optional<KexOutcome> outcome_;  ///< once the secret is on its way
};

class RsaServer final : public KexMethod {
 public:
  RsaServer(std::string_view hash, unsigned bits, Bytes host_key)
      : hash_(hash), bits_(bits), host_key_(std::move(host_key)) {}

  Bytes begin(crypto::Random& random) override {
    key_ = std::make_unique<crypto::RsaTransportKey>(bits_, hash_, random);
    return wire::encoded(wire::KexRsaPubkey{host_key_, key_->public_blob()});
  }

  MessageNumber expected() const noexcept override { return MessageNumber::kexrsa_secret; }

  KexStep receive(ByteView payload, crypto::Random&) override {
    const auto message = wire::decode<wire::KexRsaSecret>(payload);
    KexOutcome outcome;
    outcome.secret = key_->decrypt(message.encrypted);
    outcome.values = hash_values(key_->public_blob(), message.encrypted);
    key_.reset();
    return {{}, std::move(outcome)};
  }

  Bytes reply(ByteView, ByteView signature) const override {
    return wire::encoded(wire::KexRsaDone{signature});
  }

 private:
  std::string_view hash_;
  unsigned bits_;
  Bytes host_key_;
  std::unique_ptr<crypto::RsaTransportKey> key_;
};

}  // namespace

std::unique_ptr<KexMethod> make_rsa_kex(Role role, const crypto::KexInfo& info, Bytes host_key) {
  if (role == Role::client) return std::make_unique<RsaClient>(info.hash, info.rsa_bits);
  return std::make_unique<RsaServer>(info.hash, info.rsa_bits, std::move(host_key));
}

}  // namespace amiko::protocol
