// amiko - ChaCha20 and Poly1305 by OpenSSL's libcrypto
#include "primitives.hpp"

#include <amiko/base/error.hpp>

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <limits>

namespace amiko::crypto {
namespace {

void require(bool worked, const char* what) {
  if (!worked) throw_error(errc::internal_error, std::string("libcrypto: ") + what + " failed");
}

struct Free {
  void operator()(EVP_CIPHER_CTX* context) const noexcept { EVP_CIPHER_CTX_free(context); }
  void operator()(EVP_MAC_CTX* context) const noexcept { EVP_MAC_CTX_free(context); }
  void operator()(EVP_MAC* mac) const noexcept { EVP_MAC_free(mac); }
};

class LibcryptoChacha20 final : public Chacha20 {
 public:
  explicit LibcryptoChacha20(std::unique_ptr<EVP_CIPHER_CTX, Free> context) noexcept
      : context_(std::move(context)) {}

  void start(ByteView nonce) override {
    // libcrypto's IV is the block counter, which it takes for 32 bits of counter and 96 of nonce, then the
    // nonce.
    std::array<std::uint8_t, 16> iv{};
    std::ranges::copy(nonce, iv.begin() + 8);
    require(EVP_EncryptInit_ex(context_.get(), nullptr, nullptr, nullptr, iv.data()) == 1,
            "EVP_EncryptInit_ex");
  }

  void cipher(MutableBytes text) override {
    int done = 0;
    require(text.size() <= std::numeric_limits<int>::max() &&
                EVP_EncryptUpdate(context_.get(), text.data(), &done, text.data(),
                                  static_cast<int>(text.size())) == 1,
            "EVP_EncryptUpdate");
  }

 private:
  std::unique_ptr<EVP_CIPHER_CTX, Free> context_;
};

class LibcryptoPoly1305 final : public Poly1305 {
 public:
  explicit LibcryptoPoly1305(std::unique_ptr<EVP_MAC_CTX, Free> context) noexcept
      : context_(std::move(context)) {}

  void compute(ByteView key, ByteView message, MutableBytes tag) override {
    std::size_t size = 0;
    require(EVP_MAC_init(context_.get(), key.data(), key.size(), nullptr) == 1 &&
                EVP_MAC_update(context_.get(), message.data(), message.size()) == 1 &&
                EVP_MAC_final(context_.get(), tag.data(), &size, tag.size()) == 1,
            "POLY1305");
  }

 private:
  std::unique_ptr<EVP_MAC_CTX, Free> context_;
};

}  // namespace

std::unique_ptr<Chacha20> libcrypto_chacha20(ByteView key) {
  std::unique_ptr<EVP_CIPHER_CTX, Free> context(EVP_CIPHER_CTX_new());
  if (!context || EVP_EncryptInit_ex(context.get(), EVP_chacha20(), nullptr, key.data(), nullptr) != 1)
    return nullptr;
  return std::make_unique<LibcryptoChacha20>(std::move(context));
}

std::unique_ptr<Poly1305> libcrypto_poly1305() {
  const std::unique_ptr<EVP_MAC, Free> mac(EVP_MAC_fetch(nullptr, "POLY1305", nullptr));
  if (!mac) return nullptr;
  std::unique_ptr<EVP_MAC_CTX, Free> context(EVP_MAC_CTX_new(mac.get()));
  if (!context) return nullptr;
  return std::make_unique<LibcryptoPoly1305>(std::move(context));
}

}  // namespace amiko::crypto
