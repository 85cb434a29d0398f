// amiko - HMAC over the sequence number and the packet (RFC 4253 section 6.4, RFC 6668)
#include <amiko/crypto/cipher_table.hpp>

#include "packet_parts.hpp"

#include <botan/mac.h>

#include <string>

namespace amiko::crypto {
namespace {

class HmacMac final : public Mac {
 public:
  HmacMac(const MacInfo& info, ByteView key)
      : hmac_(Botan::MessageAuthenticationCode::create_or_throw("HMAC(" + std::string(info.hash) + ")")) {
    hmac_->set_key(key);
  }

 private:
  void compute(std::uint32_t sequence, ByteView data, Digest& digest) override {
    hmac_->update_be(sequence);
    hmac_->update(data);
    hmac_->final(MutableBytes(digest).first(hmac_->output_length()));
  }

  std::unique_ptr<Botan::MessageAuthenticationCode> hmac_;
};

}  // namespace

std::unique_ptr<Mac> make_hmac(const MacInfo& info, ByteView key) {
  require_size(key, info.key_size, "MAC key");
  return std::make_unique<HmacMac>(info, key);
}

}  // namespace amiko::crypto
