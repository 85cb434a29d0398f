// amiko - AES-GCM packets: the length in clear as associated data, the rest encrypted in place
#include "ciphers.hpp"
#include "packet_parts.hpp"

#include <amiko/wire/reader.hpp>

#include <botan/aead.h>

#include <algorithm>
#include <array>

namespace amiko::crypto {
namespace {

constexpr std::size_t length_size = 4;
constexpr std::size_t gcm_tag_size = 16;
constexpr std::size_t gcm_nonce_size = 12;

class GcmCipher final : public PacketCipher {
 public:
  GcmCipher(const CipherInfo& info, const DirectionKeys& keys, Direction direction)
      : PacketCipher({.block_size = info.block_size, .tag_size = gcm_tag_size, .length_is_padded = false}),
        mode_(Botan::AEAD_Mode::create_or_throw(info.algorithm, direction == Direction::seal
                                                                    ? Botan::Cipher_Dir::Encryption
                                                                    : Botan::Cipher_Dir::Decryption)) {
    mode_->set_key(keys.key);
    std::ranges::copy(keys.iv, nonce_.begin());
    tail_.reserve(gcm_tag_size);
  }

  void seal(std::uint32_t, MutableBytes packet) override {
    const auto [covered, tag] = split_packet(packet, length_size, gcm_tag_size);
    tail_.clear();
    process(covered);
    std::ranges::copy(tail_, tag.begin());
  }

  std::uint32_t open_length(std::uint32_t, MutableBytes header) override {
    return wire::Reader(header).uint32();
  }

  bool open(std::uint32_t, MutableBytes packet) override {
    const auto [covered, tag] = split_packet(packet, length_size, gcm_tag_size);
    tail_.assign(tag.begin(), tag.end());
    try {
      process(covered);
    } catch (const Botan::Invalid_Authentication_Tag&) {
      return false;
    }
    return true;
  }

 private:
  void process(MutableBytes covered) {
    mode_->set_associated_data(covered.first(length_size));
    mode_->start(nonce_);
    mode_->process(covered.subspan(length_size));
    // finish() works without a copy only on a secure_vector; this one keeps its memory from packet to packet.
    mode_->finish(tail_);
    increment_invocation_counter();
  }

  // RFC 5647 section 7.1: 4 fixed bytes, then a 64-bit counter, big-endian.
  void increment_invocation_counter() noexcept {
    for (std::size_t i = gcm_nonce_size; i > gcm_nonce_size - 8; --i) {
      if (++nonce_[i - 1] != 0) break;
    }
  }

  std::unique_ptr<Botan::AEAD_Mode> mode_;
  std::array<std::uint8_t, gcm_nonce_size> nonce_{};
  Botan::secure_vector<std::uint8_t> tail_;
};

}  // namespace

std::unique_ptr<PacketCipher> make_gcm(const CipherInfo& info, const MacInfo*, const DirectionKeys& keys,
                                       Direction direction) {
  require_size(keys.key, info.key_size, "cipher key");
  require_size(keys.iv, gcm_nonce_size, "initial IV");
  return std::make_unique<GcmCipher>(info, keys, direction);
}

}  // namespace amiko::crypto
