// amiko - AES-GCM by libgcrypt
#include "primitives.hpp"

#include <amiko/base/error.hpp>

#include <gcrypt.h>

#include <new>
#include <string>
#include <type_traits>

namespace amiko::crypto {
namespace {

void check(gcry_error_t error) {
  if (error == 0) return;
  if (gcry_err_code(error) == GPG_ERR_ENOMEM) throw std::bad_alloc();
  throw_error(errc::internal_error, std::string("libgcrypt: ") + gcry_strerror(error));
}

// An application that uses libgcrypt, too, may have set it up to its own taste before: that stays.
bool is_ready() {
  static const bool ready = [] {
    if (gcry_control(GCRYCTL_INITIALIZATION_FINISHED_P)) return true;
    if (gcry_check_version("1.9.0") == nullptr) return false;
    gcry_control(GCRYCTL_DISABLE_SECMEM, 0);  // it would lock pages; handles are wiped when they are closed
    gcry_control(GCRYCTL_INITIALIZATION_FINISHED, 0);
    return true;
  }();
  return ready;
}

struct Close {
  void operator()(gcry_cipher_hd_t handle) const noexcept { gcry_cipher_close(handle); }
};
using Handle = std::unique_ptr<std::remove_pointer_t<gcry_cipher_hd_t>, Close>;

class GcryptAesGcm final : public AesGcm {
 public:
  explicit GcryptAesGcm(Handle handle) noexcept : handle_(std::move(handle)) {}

  void seal(ByteView nonce, ByteView associated, MutableBytes text, MutableBytes tag) override {
    start(nonce, associated);
    check(gcry_cipher_encrypt(handle_.get(), text.data(), text.size(), nullptr, 0));
    check(gcry_cipher_gettag(handle_.get(), tag.data(), tag.size()));
  }

  bool open(ByteView nonce, ByteView associated, MutableBytes text, ByteView tag) override {
    start(nonce, associated);
    check(gcry_cipher_decrypt(handle_.get(), text.data(), text.size(), nullptr, 0));
    const gcry_error_t error = gcry_cipher_checktag(handle_.get(), tag.data(), tag.size());
    if (gcry_err_code(error) == GPG_ERR_CHECKSUM) return false;
    check(error);
    return true;
  }

 private:
  void start(ByteView nonce, ByteView associated) {
    check(gcry_cipher_setiv(handle_.get(), nonce.data(), nonce.size()));
    check(gcry_cipher_authenticate(handle_.get(), associated.data(), associated.size()));
  }

  Handle handle_;
};

}  // namespace

std::unique_ptr<AesGcm> gcrypt_aes_gcm(ByteView key, Direction) {
  if (!is_ready()) return nullptr;
  gcry_cipher_hd_t raw = nullptr;
  const int algorithm = key.size() == 16 ? GCRY_CIPHER_AES128 : GCRY_CIPHER_AES256;
  if (gcry_cipher_open(&raw, algorithm, GCRY_CIPHER_MODE_GCM, 0) != 0) return nullptr;
  Handle handle(raw);
  check(gcry_cipher_setkey(handle.get(), key.data(), key.size()));
  return std::make_unique<GcryptAesGcm>(std::move(handle));
}

}  // namespace amiko::crypto
