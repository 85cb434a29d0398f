// amiko - the lobby as a caller sees it
#pragma once

#include "session.hpp"

namespace bbs {

/// Until the caller leaves.
void enter_lobby(Session& session);

}  // namespace bbs
