// amiko - the random numbers behind NIST's known answers
#ifndef AMIKO_TEST_CRYPTO_NIST_RANDOM_HPP
#define AMIKO_TEST_CRYPTO_NIST_RANDOM_HPP

#include <amiko/base/bytes.hpp>
#include <amiko/crypto/random.hpp>

#include <botan/block_cipher.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace amiko::crypto::test {

/// The generator behind NIST's known answers: CTR_DRBG with AES-256, no derivation function, no reseeding.
class NistRandom final : public Random {
 public:
  explicit NistRandom(ByteView seed) : aes_(Botan::BlockCipher::create_or_throw("AES-256")) {
    aes_->set_key(Bytes(32));
    update(seed);
  }

  // The submission's code asks for each of 761 words by itself, and the generator counts requests.
  void fill(MutableBytes out) override {
    const std::size_t request = out.size() == 4 * 761 ? 4 : out.size();
    for (; !out.empty(); out = out.subspan(request))
      fill_one(out.first(request));
  }

 private:
  void fill_one(MutableBytes out) {
    for (std::size_t at = 0; at < out.size(); at += 16) {
      const Bytes block = next_block();
      std::copy_n(block.begin(), std::min<std::size_t>(16, out.size() - at),
                  out.begin() + static_cast<std::ptrdiff_t>(at));
    }
    update(Bytes(48));
  }

  Bytes next_block() {
    for (std::size_t i = 16; i > 0 && ++v_[i - 1] == 0; --i) {
    }
    Bytes block = v_;
    aes_->encrypt(block);
    return block;
  }

  void update(ByteView provided) {
    Bytes state;
    for (int i = 0; i < 3; ++i)
      append(state, next_block());
    for (std::size_t i = 0; i < state.size(); ++i)
      state[i] = static_cast<std::uint8_t>(state[i] ^ provided[i]);
    aes_->set_key(ByteView(state).first(32));
    v_ = ByteView(state).from(32).bytes();
  }

  std::unique_ptr<Botan::BlockCipher> aes_;
  Bytes v_ = Bytes(16);
};

}  // namespace amiko::crypto::test

#endif
