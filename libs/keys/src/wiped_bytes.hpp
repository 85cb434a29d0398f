// amiko - a work buffer for key material
#pragma once

#include <amiko/base/secret.hpp>

namespace amiko::keys {

/// Bytes that are overwritten at the end.  Growing beyond the reserved size would leave a copy behind, so
/// reserve enough.
class WipedBytes {
 public:
  explicit WipedBytes(std::size_t reserve) { bytes_.reserve(reserve); }
  explicit WipedBytes(Bytes&& bytes) noexcept : bytes_(std::move(bytes)) {}
  WipedBytes(const WipedBytes&) = delete;
  WipedBytes& operator=(const WipedBytes&) = delete;
  ~WipedBytes() { wipe(bytes_.data(), bytes_.size()); }

  Bytes& bytes() noexcept { return bytes_; }
  ByteView view() const noexcept { return bytes_; }

 private:
  Bytes bytes_;
};

}  // namespace amiko::keys
