// amiko - wiping and constant-time comparison
#include <amiko/base/secret.hpp>

#include <string.h>

#include <utility>

namespace amiko {

void wipe(void* data, std::size_t size) noexcept {
  if (size != 0) ::explicit_bzero(data, size);
}

Secret::Secret(ByteView text) : bytes_(text.begin(), text.end()) {}

Secret::Secret(const Secret& other) = default;

Secret::Secret(Secret&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}

Secret& Secret::operator=(const Secret& other) {
  if (this != &other) {
    Secret copy(other);
    *this = std::move(copy);
  }
  return *this;
}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this != &other) {
    clear();
    bytes_ = std::exchange(other.bytes_, {});
  }
  return *this;
}

Secret::~Secret() {
  clear();
}

void Secret::clear() noexcept {
  wipe(bytes_.data(), bytes_.size());
  bytes_.clear();
}

bool operator==(const Secret& a, const Secret& b) noexcept {
  if (a.bytes_.size() != b.bytes_.size()) return false;
  volatile std::uint8_t difference = 0;
  for (std::size_t i = 0; i < a.bytes_.size(); ++i)
    difference = static_cast<std::uint8_t>(difference | (a.bytes_[i] ^ b.bytes_[i]));
  return difference == 0;
}

}  // namespace amiko
