// amiko - what is known about users
#pragma once

#include "session.hpp"

namespace bbs {

/// The caller's own, with keys and password to change.
void profile(Session& session);

/// Somebody else's.
void view_user(Session& session);

}  // namespace bbs
