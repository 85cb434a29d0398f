// amiko - newcomers
#pragma once

#include "session.hpp"

namespace bbs {

/// Asks for a name and a password and makes the account.  Throws HungUp when the newcomer gives up.
Account sign_up(Session& session);

/// A password, asked for twice; nothing when the caller gives up.
std::optional<amiko::Secret> ask_new_password(Session& session, const std::string& name);

}  // namespace bbs
