// amiko - passwords as they are kept: Argon2id
#pragma once

#include <amiko/base/secret.hpp>

#include <string>

namespace bbs {

/// Takes some 20 MiB and some tens of milliseconds; a few at a time run, others wait.  Any thread.
std::string hash_password(const amiko::Secret& password);

/// The same effort for every password.  False for a `hash` that is none.
bool check_password(const amiko::Secret& password, const std::string& hash);

/// Takes as long as check_password(): for users who do not exist.
void pretend_to_check(const amiko::Secret& password);

}  // namespace bbs
