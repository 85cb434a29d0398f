// amiko - computing and comparing HMACs
#include "mac.hpp"

#include "packet_parts.hpp"

#include <botan/mac.h>
#include <botan/mem_ops.h>

#include <algorithm>
#include <array>
#include <string>

namespace amiko::crypto {

Mac::Mac(const MacInfo& info, ByteView key)
    : hmac_(Botan::MessageAuthenticationCode::create_or_throw("HMAC(" + std::string(info.hash) + ")")),
      tag_size_(info.tag_size) {
  require_size(key, info.key_size, "MAC key");
  hmac_->set_key(key);
}

Mac::~Mac() = default;

void Mac::sign(std::uint32_t sequence, ByteView data, MutableBytes tag) {
  std::array<std::uint8_t, max_digest_size> room;
  std::ranges::copy(digest(sequence, data, room), tag.begin());
}

bool Mac::verify(std::uint32_t sequence, ByteView data, ByteView tag) {
  std::array<std::uint8_t, max_digest_size> room;
  return Botan::constant_time_compare(digest(sequence, data, room), tag);
}

ByteView Mac::digest(std::uint32_t sequence, ByteView data, MutableBytes room) {
  hmac_->update_be(sequence);
  hmac_->update(data);
  hmac_->final(room.first(hmac_->output_length()));
  return ByteView(room).first(tag_size_);
}

}  // namespace amiko::crypto
