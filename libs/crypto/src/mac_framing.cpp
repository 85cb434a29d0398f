// amiko - encrypt-and-MAC and encrypt-then-MAC
#include "mac_framing.hpp"

#include "packet_parts.hpp"

#include <amiko/wire/reader.hpp>

#include <string>
#include <utility>

namespace amiko::crypto {
namespace {

constexpr std::size_t length_size = 4;

/// Everything is encrypted, the MAC is over the plain packet.
class EncryptAndMac final : public PacketCipher {
 public:
  EncryptAndMac(const CipherInfo& info, const MacInfo& mac, ByteView mac_key,
                std::unique_ptr<Transform> transform, bool chained)
      : PacketCipher({.block_size = info.block_size,
                      .tag_size = mac.tag_size,
                      .length_is_padded = true,
                      .header_size = info.block_size,
                      .fails_late = chained}),
        transform_(std::move(transform)),
        mac_(mac.make(mac, mac_key)) {}

  void seal(std::uint32_t sequence, MutableBytes packet) override {
    const auto [covered, tag] = split_packet(packet, header_size(), tag_size());
    mac_->sign(sequence, covered, tag);
    transform_->apply(covered);
  }

  std::uint32_t open_length(std::uint32_t, MutableBytes header) override {
    transform_->apply(header.first(header_size()));
    return wire::Reader(header).uint32();
  }

  bool open(std::uint32_t sequence, MutableBytes packet) override {
    const auto [covered, tag] = split_packet(packet, header_size(), tag_size());
    transform_->apply(covered.subspan(header_size()));
    return mac_->verify(sequence, covered, tag);
  }

 private:
  std::unique_ptr<Transform> transform_;
  std::unique_ptr<Mac> mac_;
};

/// The length stays in clear, the MAC is over it and the encrypted rest.
class EncryptThenMac final : public PacketCipher {
 public:
  EncryptThenMac(const CipherInfo& info, const MacInfo& mac, ByteView mac_key,
                 std::unique_ptr<Transform> transform)
      : PacketCipher({.block_size = info.block_size, .tag_size = mac.tag_size, .length_is_padded = false}),
        transform_(std::move(transform)),
        mac_(mac.make(mac, mac_key)) {}

  void seal(std::uint32_t sequence, MutableBytes packet) override {
    const auto [covered, tag] = split_packet(packet, length_size, tag_size());
    transform_->apply(covered.subspan(length_size));
    mac_->sign(sequence, covered, tag);
  }

  std::uint32_t open_length(std::uint32_t, MutableBytes header) override {
    return wire::Reader(header).uint32();
  }

  bool open(std::uint32_t sequence, MutableBytes packet) override {
    const auto [covered, tag] = split_packet(packet, length_size, tag_size());
    if (!mac_->verify(sequence, covered, tag)) return false;
    transform_->apply(covered.subspan(length_size));
    return true;
  }

 private:
  std::unique_ptr<Transform> transform_;
  std::unique_ptr<Mac> mac_;
};

}  // namespace

std::unique_ptr<PacketCipher> frame_with_mac(const CipherInfo& info, const MacInfo* mac, ByteView mac_key,
                                             std::unique_ptr<Transform> transform, bool chained) {
  if (mac == nullptr) throw_error(errc::invalid_argument, std::string(info.name) + " needs a MAC");
  if (mac->etm) return std::make_unique<EncryptThenMac>(info, *mac, mac_key, std::move(transform));
  return std::make_unique<EncryptAndMac>(info, *mac, mac_key, std::move(transform), chained);
}

}  // namespace amiko::crypto
