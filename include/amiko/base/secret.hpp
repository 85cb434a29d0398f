// amiko - a string that wipes itself
#pragma once

#include <amiko/base/bytes.hpp>
#include <amiko/base/config.hpp>

namespace amiko {

/// A password, passphrase or key material.  The bytes are overwritten when they are replaced or destroyed. It
/// has no stream operator and no conversion to std::string, so it does not slip into logs; the comparison
/// takes the same time wherever the difference is.  A value type: copying copies the secret.  Not
/// synchronised.
class AMIKO_DECL Secret {
 public:
  Secret() noexcept = default;
  /// Copies `text`; wiping the original stays the caller's business.
  explicit Secret(ByteView text);
  Secret(const Secret& other);
  Secret(Secret&& other) noexcept;
  Secret& operator=(const Secret& other);
  Secret& operator=(Secret&& other) noexcept;
  ~Secret();

  /// The bytes; valid until the secret is changed or destroyed.
  ByteView view() const noexcept { return bytes_; }
  std::size_t size() const noexcept { return bytes_.size(); }
  bool empty() const noexcept { return bytes_.empty(); }

  /// Overwrites and empties.
  void clear() noexcept;

  friend AMIKO_DECL bool operator==(const Secret& a, const Secret& b) noexcept;

 private:
  Bytes bytes_;
};

/// Overwrites `size` bytes at `data` in a way that the compiler does not remove.
AMIKO_DECL void wipe(void* data, std::size_t size) noexcept;

}  // namespace amiko
