// amiko - a cipher of the application's own
#pragma once

#include <amiko/base/bytes.hpp>
#include <amiko/base/config.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace amiko {

/// One direction of one connection between two key exchanges.  A packet comes in three parts: its length, 4
/// bytes that stay readable but must be authenticated, as with AES-GCM (RFC 5647); its body, encrypted in
/// place; its tag.
///
/// Called on the connection's threads in the middle of reading and writing, one call at a time: compute, do
/// not wait, do not throw, do not call the connection.
class AMIKO_DECL OwnCipherState {
 public:
  virtual ~OwnCipherState();

  /// `sequence` is the packet's sequence number, which starts at 0 again after 2^32 packets and, with strict
  /// key exchange, after each key exchange.
  virtual void seal(std::uint32_t sequence, ByteView length, MutableBytes body, MutableBytes tag) = 0;
  /// False when the tag is wrong.  Compare in constant time.
  [[nodiscard]] virtual bool open(std::uint32_t sequence, ByteView length, MutableBytes body,
                                  ByteView tag) = 0;
};

/// An authenticated cipher that this connection has and the library has not.  A value.
struct OwnCipher {
  std::string name{};          ///< "name@domain" (RFC 4251 section 6)
  std::size_t key_size = 0;    ///< bytes, 1 to 64
  std::size_t iv_size = 0;     ///< bytes, up to 64
  std::size_t block_size = 8;  ///< bytes that the body is a multiple of: 8 to 128
  std::size_t tag_size = 0;    ///< bytes, 8 to 64
  /// Makes the state for one direction.  Key and IV come out of the key exchange (RFC 4253 section 7.2), are
  /// new for each and are wiped after the call.
  std::function<std::unique_ptr<OwnCipherState>(ByteView key, ByteView iv)> make{};
};

}  // namespace amiko
