// amiko - a key stream that runs on from packet to packet, with a MAC
#include "ciphers.hpp"
#include "mac.hpp"
#include "packet_parts.hpp"

#include <amiko/wire/reader.hpp>

#include <botan/stream_cipher.h>

namespace amiko::crypto {
namespace {

constexpr std::size_t length_size = 4;

std::unique_ptr<Botan::StreamCipher> make_key_stream(const CipherInfo& info, const DirectionKeys& keys) {
  auto stream = Botan::StreamCipher::create_or_throw(info.algorithm);
  stream->set_key(keys.key);
  stream->set_iv(keys.iv);
  return stream;
}

/// Encrypt-and-MAC (RFC 4253 section 6): everything is encrypted, the MAC is over the plain packet.
class EncryptAndMac final : public PacketCipher {
 public:
  EncryptAndMac(const CipherInfo& info, const MacInfo& mac, const DirectionKeys& keys)
      : PacketCipher({.block_size = info.block_size,
                      .tag_size = mac.tag_size,
                      .length_is_padded = true,
                      .header_size = info.block_size}),
        stream_(make_key_stream(info, keys)),
        mac_(mac, keys.mac_key) {}

  void seal(std::uint32_t sequence, MutableBytes packet) override {
    const auto [covered, tag] = split_packet(packet, header_size(), tag_size());
    mac_.sign(sequence, covered, tag);
    stream_->cipher1(covered);
  }

  std::uint32_t open_length(std::uint32_t, MutableBytes header) override {
    stream_->cipher1(header.first(header_size()));
    return wire::Reader(header).uint32();
  }

  bool open(std::uint32_t sequence, MutableBytes packet) override {
    const auto [covered, tag] = split_packet(packet, header_size(), tag_size());
    stream_->cipher1(covered.subspan(header_size()));
    return mac_.verify(sequence, covered, tag);
  }

 private:
  std::unique_ptr<Botan::StreamCipher> stream_;
  Mac mac_;
};

/// Encrypt-then-MAC (OpenSSH PROTOCOL section 1.5): the length stays in clear, the MAC is over it and the
/// encrypted rest.
class EncryptThenMac final : public PacketCipher {
 public:
  EncryptThenMac(const CipherInfo& info, const MacInfo& mac, const DirectionKeys& keys)
      : PacketCipher({.block_size = info.block_size, .tag_size = mac.tag_size, .length_is_padded = false}),
        stream_(make_key_stream(info, keys)),
        mac_(mac, keys.mac_key) {}

  void seal(std::uint32_t sequence, MutableBytes packet) override {
    const auto [covered, tag] = split_packet(packet, length_size, tag_size());
    stream_->cipher1(covered.subspan(length_size));
    mac_.sign(sequence, covered, tag);
  }

  std::uint32_t open_length(std::uint32_t, MutableBytes header) override {
    return wire::Reader(header).uint32();
  }

  bool open(std::uint32_t sequence, MutableBytes packet) override {
    const auto [covered, tag] = split_packet(packet, length_size, tag_size());
    if (!mac_.verify(sequence, covered, tag)) return false;
    stream_->cipher1(covered.subspan(length_size));
    return true;
  }

 private:
  std::unique_ptr<Botan::StreamCipher> stream_;
  Mac mac_;
};

}  // namespace

std::unique_ptr<PacketCipher> make_stream(const CipherInfo& info, const MacInfo* mac,
                                          const DirectionKeys& keys, Direction) {
  if (mac == nullptr) throw_error(errc::invalid_argument, std::string(info.name) + " needs a MAC");
  require_size(keys.key, info.key_size, "cipher key");
  require_size(keys.iv, info.iv_size, "initial IV");
  if (mac->etm) return std::make_unique<EncryptThenMac>(info, *mac, keys);
  return std::make_unique<EncryptAndMac>(info, *mac, keys);
}

}  // namespace amiko::crypto
