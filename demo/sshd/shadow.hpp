// amiko - the shadow database (shadow(5))
#pragma once

#include <amiko/base/secret.hpp>

#include <optional>
#include <string>

namespace demo::sshd {

/// Whether this process can read it.
bool shadow_readable();

/// Why the user may not log in although somebody knows the password or has a key: the account is locked or
/// has expired.  Empty if nothing is against it, or nothing is known.
std::string reason_by_shadow(const std::string& user);

/// The hash of the user's password; nothing for users without one.
std::optional<std::string> password_hash_of(const std::string& user);

/// Whether the password is too old, so that it has to be changed before anything else.
bool password_expired(const std::string& user);

/// Whether `password` has the crypt(5) hash; without one it takes the same time and says no.
bool crypt_matches(const amiko::Secret& password, const std::optional<std::string>& hash);

}  // namespace demo::sshd
