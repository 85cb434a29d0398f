// amiko - a packet's MAC (RFC 4253 section 6.4)
#pragma once

#include <amiko/base/bytes.hpp>

#include <array>
#include <cstdint>

namespace amiko::crypto {

/// Authenticates a packet's sequence number and bytes.  Not synchronised.
class Mac {
 public:
  virtual ~Mac() = default;

  /// Fills `tag`, which has the size that the MAC was made with.
  void sign(std::uint32_t sequence, ByteView data, MutableBytes tag);
  /// In the same time wherever the first wrong byte is.
  bool verify(std::uint32_t sequence, ByteView data, ByteView tag);

 protected:
  using Digest = std::array<std::uint8_t, 64>;

  Mac() = default;
  Mac(const Mac&) = delete;
  Mac& operator=(const Mac&) = delete;

 private:
  /// Puts at least as many bytes at the front of `digest` as a tag has.
  virtual void compute(std::uint32_t sequence, ByteView data, Digest& digest) = 0;
};

}  // namespace amiko::crypto
