// amiko - methods of one message from each side: DH, ECDH, the hybrids, and the end of group exchange
#include "kex_method.hpp"

#include <amiko/wire/transport_messages.hpp>

#include <utility>

namespace amiko::protocol {
namespace {

using crypto::KexShape;
using wire::MessageNumber;

struct Reply {
  ByteView host_key{};
  ByteView value{};
  ByteView signature{};
};

Bytes encode_init(KexShape shape, ByteView value) {
  switch (shape) {
    case KexShape::dh:
      return wire::encoded(wire::KexDhInit{{value}});
    case KexShape::ecdh:
      return wire::encoded(wire::KexEcdhInit{value});
    case KexShape::gex:
      return wire::encoded(wire::KexGexInit{{value}});
    case KexShape::rsa:
      break;
  }
  return {};
}

ByteView decode_init(KexShape shape, ByteView payload) {
  switch (shape) {
    case KexShape::dh:
      return wire::decode<wire::KexDhInit>(payload).e.magnitude;
    case KexShape::ecdh:
      return wire::decode<wire::KexEcdhInit>(payload).client_public;
    case KexShape::gex:
      return wire::decode<wire::KexGexInit>(payload).e.magnitude;
    case KexShape::rsa:
      break;
  }
  return {};
}

Bytes encode_reply(KexShape shape, const Reply& reply) {
  const auto& [host_key, value, signature] = reply;
  switch (shape) {
    case KexShape::dh:
      return wire::encoded(wire::KexDhReply{host_key, {value}, signature});
    case KexShape::ecdh:
      return wire::encoded(wire::KexEcdhReply{host_key, value, signature});
    case KexShape::gex:
      return wire::encoded(wire::KexGexReply{host_key, {value}, signature});
    case KexShape::rsa:
      break;
  }
  return {};
}

template <class Message>
Reply decode_mpint_reply(ByteView payload) {
  const auto message = wire::decode<Message>(payload);
  return {message.host_key, message.f.magnitude, message.signature};
}

Reply decode_reply(KexShape shape, ByteView payload) {
  switch (shape) {
    case KexShape::dh:
      return decode_mpint_reply<wire::KexDhReply>(payload);
    case KexShape::gex:
      return decode_mpint_reply<wire::KexGexReply>(payload);
    case KexShape::ecdh:
    case KexShape::rsa:
      break;
  }
  const auto message = wire::decode<wire::KexEcdhReply>(payload);
  return {message.host_key, message.server_public, message.signature};
}

/// What the hash takes between K_S and K.
Bytes hash_values(KexShape shape, Bytes prefix, ByteView offer, ByteView reply) {
  wire::Writer writer(prefix);
  for (const ByteView value : {offer, reply}) {
    if (shape == KexShape::ecdh)
      writer.string(value);
    else
      writer.mpint(value);
  }
  return prefix;
}

class SimpleKex : public KexMethod {
 public:
  SimpleKex(KexShape shape, std::unique_ptr<crypto::KeyAgreement> agreement, Bytes prefix)
      : shape_(shape), agreement_(std::move(agreement)), prefix_(std::move(prefix)) {}

 protected:
  KexShape shape_;
  std::unique_ptr<crypto::KeyAgreement> agreement_;
  Bytes prefix_;
  Bytes ours_;  ///< the value that we sent or shall send
};

class SimpleClient final : public SimpleKex {
 public:
  using SimpleKex::SimpleKex;

  Bytes begin(crypto::Random& random) override {
    ours_ = agreement_->offer(random);
    return encode_init(shape_, ours_);
  }

  MessageNumber expected() const noexcept override {
    return shape_ == KexShape::gex ? MessageNumber::kex_dh_gex_reply : MessageNumber::kexdh_reply;
  }

  KexStep receive(ByteView payload, crypto::Random&) override {
    const Reply reply = decode_reply(shape_, payload);
    KexOutcome outcome;
    outcome.secret = agreement_->finish(reply.value);
    outcome.values = hash_values(shape_, std::move(prefix_), ours_, reply.value);
    outcome.host_key = reply.host_key.bytes();
    outcome.signature = reply.signature.bytes();
    return {{}, std::move(outcome)};
  }

  Bytes reply(ByteView, ByteView) const override { return {}; }
};

class SimpleServer final : public SimpleKex {
 public:
  using SimpleKex::SimpleKex;

  Bytes begin(crypto::Random&) override { return {}; }

  MessageNumber expected() const noexcept override {
    return shape_ == KexShape::gex ? MessageNumber::kex_dh_gex_init : MessageNumber::kexdh_init;
  }

  KexStep receive(ByteView payload, crypto::Random& random) override {
    const ByteView offer = decode_init(shape_, payload);
    auto response = agreement_->respond(offer, random);
    ours_ = std::move(response.reply);
    KexOutcome outcome;
    outcome.secret = std::move(response.secret);
    outcome.values = hash_values(shape_, std::move(prefix_), offer, ours_);
    return {{}, std::move(outcome)};
  }

  Bytes reply(ByteView host_key, ByteView signature) const override {
    return encode_reply(shape_, {host_key, ours_, signature});
  }
};

}  // namespace

std::unique_ptr<KexMethod> make_simple_kex(Role role, KexShape shape,
                                           std::unique_ptr<crypto::KeyAgreement> agreement, Bytes prefix) {
  if (role == Role::client)
    return std::make_unique<SimpleClient>(shape, std::move(agreement), std::move(prefix));
  return std::make_unique<SimpleServer>(shape, std::move(agreement), std::move(prefix));
}

std::unique_ptr<KexMethod> make_kex_method(Role role, const crypto::KexInfo& info, KexParameters parameters) {
  if (info.shape == KexShape::gex) return make_gex(role, info.name, parameters.gex);
  if (info.shape == KexShape::rsa) return make_rsa_kex(role, info, std::move(parameters.host_key));
  return make_simple_kex(role, info.shape, info.make());
}

}  // namespace amiko::protocol
