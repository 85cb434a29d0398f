// amiko - host names hashed as known_hosts files hash them
#include <amiko/keys/host_hash.hpp>

#include <amiko/base/error.hpp>
#include <amiko/crypto/random.hpp>
#include <amiko/support/encoding.hpp>
#include <amiko/support/text.hpp>

#include <botan/mac.h>

#include <algorithm>

namespace amiko {
namespace {

constexpr std::string_view magic = "|1|";

// SHA-1's weakness, that collisions can be made, does not matter here: the format protects privacy, not
// integrity.
void hmac_sha1(ByteView key, ByteView data, MutableBytes out) {
  const auto mac = Botan::MessageAuthenticationCode::create_or_throw("HMAC(SHA-1)");
  mac->set_key(key.data(), key.size());
  mac->update(data.data(), data.size());
  mac->final(out);
}

bool decode(std::string_view text, MutableBytes out) {
  Bytes bytes;
  try {
    bytes = support::base64_decode(text);
  } catch (const Error&) {
    return false;
  }
  if (bytes.size() != out.size()) return false;
  std::copy(bytes.begin(), bytes.end(), out.begin());
  return true;
}

}  // namespace

std::optional<HostHash> HostHash::parse(std::string_view text) {
  if (!support::consume_prefix(text, magic)) return std::nullopt;
  const std::size_t bar = text.find('|');
  if (bar == std::string_view::npos) return std::nullopt;
  HostHash result;
  if (!decode(text.substr(0, bar), result.salt_) || !decode(text.substr(bar + 1), result.hash_))
    return std::nullopt;
  return result;
}

HostHash HostHash::of(std::string_view name) {
  Digest salt{};
  crypto::system_random().fill(salt);
  return of(name, salt);
}

HostHash HostHash::of(std::string_view name, ByteView salt) {
  HostHash result;
  if (salt.size() != result.salt_.size())
    throw_error(errc::invalid_argument, "the salt of a hashed host name has 20 bytes");
  std::copy(salt.begin(), salt.end(), result.salt_.begin());
  hmac_sha1(result.salt_, name, result.hash_);
  return result;
}

bool HostHash::matches(std::string_view name) const {
  Digest hash{};
  hmac_sha1(salt_, name, hash);
  return hash == hash_;
}

std::string HostHash::str() const {
  return std::string(magic) + support::base64_encode(salt_) + "|" + support::base64_encode(hash_);
}

}  // namespace amiko
