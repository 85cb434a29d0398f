// amiko - the bulk ciphers' primitives by Botan
#include "primitives.hpp"

#include <botan/aead.h>
#include <botan/mac.h>
#include <botan/stream_cipher.h>

#include <algorithm>

namespace amiko::crypto {
namespace {

class BotanAesGcm final : public AesGcm {
 public:
  BotanAesGcm(ByteView key, Direction direction)
      : mode_(Botan::AEAD_Mode::create_or_throw(
            key.size() == 16 ? "AES-128/GCM(16)" : "AES-256/GCM(16)",
            direction == Direction::seal ? Botan::Cipher_Dir::Encryption : Botan::Cipher_Dir::Decryption)) {
    mode_->set_key(key);
    tail_.reserve(tag_size);
  }

  void seal(ByteView nonce, ByteView associated, MutableBytes text, MutableBytes tag) override {
    tail_.clear();
    process(nonce, associated, text);
    std::ranges::copy(tail_, tag.begin());
  }

  bool open(ByteView nonce, ByteView associated, MutableBytes text, ByteView tag) override {
    tail_.assign(tag.begin(), tag.end());
    try {
      process(nonce, associated, text);
    } catch (const Botan::Invalid_Authentication_Tag&) {
      return false;
    }
    return true;
  }

 private:
  void process(ByteView nonce, ByteView associated, MutableBytes text) {
    mode_->set_associated_data(associated);
    mode_->start(nonce);
    mode_->process(text);
    // finish() works without a copy only on a secure_vector; this one keeps its memory from packet to packet.
    mode_->finish(tail_);
  }

  std::unique_ptr<Botan::AEAD_Mode> mode_;
  Botan::secure_vector<std::uint8_t> tail_;
};

class BotanChacha20 final : public Chacha20 {
 public:
  explicit BotanChacha20(ByteView key) : stream_(Botan::StreamCipher::create_or_throw("ChaCha(20)")) {
    stream_->set_key(key);
  }

  void start(ByteView nonce) override { stream_->set_iv(nonce); }
  void cipher(MutableBytes text) override { stream_->cipher1(text); }

 private:
  std::unique_ptr<Botan::StreamCipher> stream_;
};

class BotanPoly1305 final : public Poly1305 {
 public:
  BotanPoly1305() : mac_(Botan::MessageAuthenticationCode::create_or_throw("Poly1305")) {}

  void compute(ByteView key, ByteView message, MutableBytes tag) override {
    mac_->set_key(key);
    mac_->update(message);
    mac_->final(tag);
  }

 private:
  std::unique_ptr<Botan::MessageAuthenticationCode> mac_;
};

}  // namespace

std::unique_ptr<AesGcm> botan_aes_gcm(ByteView key, Direction direction) {
  return std::make_unique<BotanAesGcm>(key, direction);
}

std::unique_ptr<Chacha20> botan_chacha20(ByteView key) {
  return std::make_unique<BotanChacha20>(key);
}

std::unique_ptr<Poly1305> botan_poly1305() {
  return std::make_unique<BotanPoly1305>();
}

}  // namespace amiko::crypto
