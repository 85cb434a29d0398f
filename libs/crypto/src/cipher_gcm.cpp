// amiko - AES-GCM packets: the length in clear as associated data, the rest encrypted in place
#include "ciphers.hpp"
#include "packet_parts.hpp"
#include "primitives.hpp"

#include <amiko/wire/reader.hpp>

#include <algorithm>
#include <array>

namespace amiko::crypto {
namespace {

constexpr std::size_t length_size = 4;

class GcmCipher final : public PacketCipher {
 public:
  GcmCipher(const CipherInfo& info, const DirectionKeys& keys, Direction direction)
      : PacketCipher(
            {.block_size = info.block_size, .tag_size = AesGcm::tag_size, .length_is_padded = false}),
        gcm_(make_fastest(aes_gcm_makers(), keys.key, direction)) {
    std::ranges::copy(keys.iv, nonce_.begin());
  }

  void seal(std::uint32_t, MutableBytes packet) override {
    const auto [covered, tag] = split_packet(packet, length_size, AesGcm::tag_size);
    gcm_->seal(nonce_, covered.first(length_size), covered.subspan(length_size), tag);
    increment_invocation_counter();
  }

  std::uint32_t open_length(std::uint32_t, MutableBytes header) override {
    return wire::Reader(header).uint32();
  }

  bool open(std::uint32_t, MutableBytes packet) override {
    const auto [covered, tag] = split_packet(packet, length_size, AesGcm::tag_size);
    if (!gcm_->open(nonce_, covered.first(length_size), covered.subspan(length_size), tag)) return false;
    increment_invocation_counter();
    return true;
  }

 private:
  // RFC 5647 section 7.1: 4 fixed bytes, then a 64-bit counter, big-endian.
  void increment_invocation_counter() noexcept {
    for (std::size_t i = AesGcm::nonce_size; i > AesGcm::nonce_size - 8; --i) {
      if (++nonce_[i - 1] != 0) break;
    }
  }

  std::unique_ptr<AesGcm> gcm_;
  std::array<std::uint8_t, AesGcm::nonce_size> nonce_{};
};

}  // namespace

std::unique_ptr<PacketCipher> make_gcm(const CipherInfo& info, const MacInfo*, const DirectionKeys& keys,
                                       Direction direction) {
  require_size(keys.key, info.key_size, "cipher key");
  require_size(keys.iv, AesGcm::nonce_size, "initial IV");
  return std::make_unique<GcmCipher>(info, keys, direction);
}

}  // namespace amiko::crypto
