// amiko - a key stream that runs on from packet to packet, with a MAC (RFC 4344 section 4, RFC 4345)
#include "ciphers.hpp"
#include "mac_framing.hpp"
#include "packet_parts.hpp"

#include <botan/stream_cipher.h>

namespace amiko::crypto {
namespace {

class KeyStream final : public Transform {
 public:
  KeyStream(const CipherInfo& info, const DirectionKeys& keys)
      : stream_(Botan::StreamCipher::create_or_throw(info.algorithm)) {
    stream_->set_key(keys.key);
    if (!keys.iv.empty()) stream_->set_iv(keys.iv);
  }

  void apply(MutableBytes bytes) override { stream_->cipher1(bytes); }

 private:
  std::unique_ptr<Botan::StreamCipher> stream_;
};

}  // namespace

std::unique_ptr<PacketCipher> make_stream(const CipherInfo& info, const MacInfo* mac,
                                          const DirectionKeys& keys, Direction) {
  require_size(keys.key, info.key_size, "cipher key");
  require_size(keys.iv, info.iv_size, "initial IV");
  return frame_with_mac(info, mac, keys.mac_key, std::make_unique<KeyStream>(info, keys), false);
}

}  // namespace amiko::crypto
