// amiko - umac-64 and umac-128 as OpenSSH uses them: the nonce is the packet's sequence number
#include "macs.hpp"
#include "umac.hpp"

#include <amiko/crypto/mac.hpp>

namespace amiko::crypto {
namespace {

class UmacMac final : public Mac {
 public:
  UmacMac(ByteView key, std::size_t tag_size) : umac_(key, tag_size) {}

 private:
  void compute(std::uint32_t sequence, ByteView data, Digest& digest) override {
    umac_.tag(sequence, data, digest);
  }

  Umac umac_;
};

}  // namespace

std::unique_ptr<Mac> make_umac(const MacInfo& info, ByteView key) {
  return std::make_unique<UmacMac>(key, info.tag_size);
}

}  // namespace amiko::crypto
