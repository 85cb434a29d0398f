// amiko - chacha20-poly1305@openssh.com (OpenSSH PROTOCOL.chacha20poly1305)
#include "ciphers.hpp"
#include "packet_parts.hpp"
#include "primitives.hpp"

#include <amiko/base/secret.hpp>
#include <amiko/wire/reader.hpp>

#include <botan/mem_ops.h>

#include <algorithm>
#include <array>

namespace amiko::crypto {
namespace {

constexpr std::size_t length_size = 4;

class ChachaPolyCipher final : public PacketCipher {
 public:
  ChachaPolyCipher(const CipherInfo& info, ByteView key)
      : PacketCipher(
            {.block_size = info.block_size, .tag_size = Poly1305::tag_size, .length_is_padded = false}),
        payload_stream_(make_fastest(chacha20_makers(), key.first(Chacha20::key_size))),
        length_stream_(make_fastest(chacha20_makers(), key.from(Chacha20::key_size))),
        poly_(make_fastest(poly1305_makers())) {}

  void seal(std::uint32_t sequence, MutableBytes packet) override {
    const auto [covered, tag] = split_packet(packet, length_size, Poly1305::tag_size);
    const auto nonce = nonce_of(sequence);
    length_stream_->start(nonce);
    length_stream_->cipher(covered.first(length_size));
    const BlockZero block(*payload_stream_, nonce);
    payload_stream_->cipher(covered.subspan(length_size));
    poly_->compute(block.poly_key(), covered, tag);
  }

  // Leaves the header as it is, because the tag covers the encrypted length.
  std::uint32_t open_length(std::uint32_t sequence, MutableBytes header) override {
    std::array<std::uint8_t, length_size> length{};
    std::copy_n(header.begin(), length_size, length.begin());
    length_stream_->start(nonce_of(sequence));
    length_stream_->cipher(length);
    return wire::Reader(length).uint32();
  }

  bool open(std::uint32_t sequence, MutableBytes packet) override {
    const auto [covered, tag] = split_packet(packet, length_size, Poly1305::tag_size);
    const BlockZero block(*payload_stream_, nonce_of(sequence));
    std::array<std::uint8_t, Poly1305::tag_size> expected{};
    poly_->compute(block.poly_key(), covered, expected);
    if (!Botan::constant_time_compare(expected, tag)) return false;
    payload_stream_->cipher(covered.subspan(length_size));
    return true;
  }

 private:
  using Nonce = std::array<std::uint8_t, 8>;

  static Nonce nonce_of(std::uint32_t sequence) noexcept {
    const auto byte = [sequence](int shift) { return static_cast<std::uint8_t>(sequence >> shift); };
    return {0, 0, 0, 0, byte(24), byte(16), byte(8), byte(0)};
  }

  /// The key stream's first block; half of it is the key of Poly1305.
  struct BlockZero {
    std::array<std::uint8_t, Chacha20::block_size> bytes{};
    // Taking the whole block leaves the stream at block 1, where the payload starts.
    BlockZero(Chacha20& stream, const Nonce& nonce) {
      stream.start(nonce);
      stream.cipher(bytes);
    }
    BlockZero(const BlockZero&) = delete;
    ~BlockZero() { wipe(bytes.data(), bytes.size()); }
    ByteView poly_key() const noexcept { return ByteView(bytes).first(Poly1305::key_size); }
  };

  std::unique_ptr<Chacha20> payload_stream_, length_stream_;
  std::unique_ptr<Poly1305> poly_;
};

}  // namespace

std::unique_ptr<PacketCipher> make_chachapoly(const CipherInfo& info, const MacInfo*,
                                              const DirectionKeys& keys, Direction) {
  require_size(keys.key, info.key_size, "cipher key");
  return std::make_unique<ChachaPolyCipher>(info, keys.key);
}

}  // namespace amiko::crypto
