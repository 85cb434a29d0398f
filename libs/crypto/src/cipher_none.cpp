// amiko - packets in clear, before the first NEWKEYS
#include <amiko/crypto/packet_cipher.hpp>
#include <amiko/wire/reader.hpp>

namespace amiko::crypto {
namespace {

class NullCipher final : public PacketCipher {
 public:
  NullCipher() : PacketCipher(Shape{}) {}

  void seal(std::uint32_t, MutableBytes) override {}
  std::uint32_t open_length(std::uint32_t, MutableBytes header) override {
    return wire::Reader(header).uint32();
  }
  bool open(std::uint32_t, MutableBytes) override { return true; }
};

}  // namespace

std::unique_ptr<PacketCipher> make_null_cipher() {
  return std::make_unique<NullCipher>();
}

}  // namespace amiko::crypto
