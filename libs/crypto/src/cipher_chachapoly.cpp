// amiko - chacha20-poly1305@openssh.com (OpenSSH PROTOCOL.chacha20poly1305)
#include "ciphers.hpp"
#include "packet_parts.hpp"

#include <amiko/base/secret.hpp>
#include <amiko/wire/reader.hpp>

#include <botan/mac.h>
#include <botan/mem_ops.h>
#include <botan/stream_cipher.h>

#include <array>

namespace amiko::crypto {
namespace {

constexpr std::size_t length_size = 4;
constexpr std::size_t chacha_key_size = 32;
constexpr std::size_t chacha_block_size = 64;
constexpr std::size_t poly_key_size = 32;
constexpr std::size_t poly_tag_size = 16;

class ChachaPolyCipher final : public PacketCipher {
 public:
  ChachaPolyCipher(const CipherInfo& info, ByteView key)
      : PacketCipher({.block_size = info.block_size, .tag_size = poly_tag_size, .length_is_padded = false}),
        payload_stream_(Botan::StreamCipher::create_or_throw(info.algorithm)),
        length_stream_(Botan::StreamCipher::create_or_throw(info.algorithm)),
        poly_(Botan::MessageAuthenticationCode::create_or_throw("Poly1305")) {
    payload_stream_->set_key(key.first(chacha_key_size));
    length_stream_->set_key(key.from(chacha_key_size));
  }

  void seal(std::uint32_t sequence, MutableBytes packet) override {
    const auto [covered, tag] = split_packet(packet, length_size, poly_tag_size);
    const auto nonce = nonce_of(sequence);
    length_stream_->set_iv(nonce);
    length_stream_->cipher1(covered.first(length_size));
    start_payload(nonce);
    payload_stream_->cipher1(covered.subspan(length_size));
    poly_->update(covered);
    poly_->final(tag);
  }

  // Leaves the header as it is, because the tag covers the encrypted length.
  std::uint32_t open_length(std::uint32_t sequence, MutableBytes header) override {
    std::array<std::uint8_t, length_size> length{};
    length_stream_->set_iv(nonce_of(sequence));
    length_stream_->cipher(header.first(length_size), length);
    return wire::Reader(length).uint32();
  }

  bool open(std::uint32_t sequence, MutableBytes packet) override {
    const auto [covered, tag] = split_packet(packet, length_size, poly_tag_size);
    start_payload(nonce_of(sequence));
    std::array<std::uint8_t, poly_tag_size> expected{};
    poly_->update(covered);
    poly_->final(expected);
    if (!Botan::constant_time_compare(expected, tag)) return false;
    payload_stream_->cipher1(covered.subspan(length_size));
    return true;
  }

 private:
  using Nonce = std::array<std::uint8_t, 8>;

  static Nonce nonce_of(std::uint32_t sequence) noexcept {
    const auto byte = [sequence](int shift) { return static_cast<std::uint8_t>(sequence >> shift); };
    return {0, 0, 0, 0, byte(24), byte(16), byte(8), byte(0)};
  }

  // Taking the whole first block, half of it unused, leaves the stream at block 1: cheaper than seek(64).
  void start_payload(const Nonce& nonce) {
    std::array<std::uint8_t, chacha_block_size> block;
    payload_stream_->set_iv(nonce);
    payload_stream_->write_keystream(block);
    poly_->set_key(block.data(), poly_key_size);
    wipe(block.data(), block.size());
  }

  std::unique_ptr<Botan::StreamCipher> payload_stream_, length_stream_;
  std::unique_ptr<Botan::MessageAuthenticationCode> poly_;
};

}  // namespace

std::unique_ptr<PacketCipher> make_chachapoly(const CipherInfo& info, const MacInfo*,
                                              const DirectionKeys& keys, Direction) {
  require_size(keys.key, info.key_size, "cipher key");
  return std::make_unique<ChachaPolyCipher>(info, keys.key);
}

}  // namespace amiko::crypto
