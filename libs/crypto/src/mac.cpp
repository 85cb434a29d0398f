// amiko - making and comparing tags
#include <amiko/crypto/mac.hpp>

#include <botan/mem_ops.h>

#include <algorithm>

namespace amiko::crypto {

void Mac::sign(std::uint32_t sequence, ByteView data, MutableBytes tag) {
  Digest digest;
  compute(sequence, data, digest);
  std::copy_n(digest.begin(), tag.size(), tag.begin());
}

bool Mac::verify(std::uint32_t sequence, ByteView data, ByteView tag) {
  Digest digest;
  compute(sequence, data, digest);
  return Botan::constant_time_compare(ByteView(digest).first(tag.size()), tag);
}

}  // namespace amiko::crypto
