// amiko - block ciphers in CBC mode, chained from packet to packet (RFC 4253 section 6.3)
#include "ciphers.hpp"
#include "mac_framing.hpp"
#include "packet_parts.hpp"

#include <botan/cipher_mode.h>

namespace amiko::crypto {
namespace {

class Chain final : public Transform {
 public:
  Chain(const CipherInfo& info, const DirectionKeys& keys, Direction direction)
      : mode_(Botan::Cipher_Mode::create_or_throw(info.algorithm, direction == Direction::seal
                                                                      ? Botan::Cipher_Dir::Encryption
                                                                      : Botan::Cipher_Dir::Decryption)) {
    mode_->set_key(keys.key);
    mode_->start(keys.iv);
  }

  void apply(MutableBytes bytes) override { mode_->process(bytes); }

 private:
  std::unique_ptr<Botan::Cipher_Mode> mode_;
};

}  // namespace

std::unique_ptr<PacketCipher> make_cbc(const CipherInfo& info, const MacInfo* mac, const DirectionKeys& keys,
                                       Direction direction) {
  require_size(keys.key, info.key_size, "cipher key");
  require_size(keys.iv, info.iv_size, "initial IV");
  return frame_with_mac(info, mac, keys.mac_key, std::make_unique<Chain>(info, keys, direction), true);
}

}  // namespace amiko::crypto
