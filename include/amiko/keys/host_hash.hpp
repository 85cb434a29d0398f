// amiko - host names hashed as known_hosts files hash them
#pragma once

#include <amiko/base/bytes.hpp>
#include <amiko/base/config.hpp>

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace amiko {

/// A hashed host name, "|1|salt|hash": HMAC-SHA1 of the name, keyed with a salt of 20 bytes, both in base64
/// (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT; ssh-keygen -H).  It hides which hosts a file is about from somebody
/// who reads it, as far as names cannot be guessed.  A value; any thread.
class AMIKO_DECL HostHash {
 public:
  /// Nothing unless `text` is in that form, with salt and hash of 20 bytes each.
  static std::optional<HostHash> parse(std::string_view text);
  /// Hashes `name`, which is taken as it is: OpenSSH hashes names in lower case, and "[name]:port" when the
  /// port is not 22. The first form makes a new salt.
  static HostHash of(std::string_view name);
  /// Throws errc::invalid_argument unless `salt` has 20 bytes.
  static HostHash of(std::string_view name, ByteView salt);

  bool matches(std::string_view name) const;
  /// "|1|salt|hash".
  std::string str() const;

 private:
  using Digest = std::array<std::uint8_t, 20>;

  Digest salt_{};
  Digest hash_{};
};

}  // namespace amiko
