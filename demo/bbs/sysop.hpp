// amiko - the sysop's own menu
#pragma once

#include "session.hpp"

namespace bbs {

/// Only for accounts with Account::sysop.
void sysop_menu(Session& session);

}  // namespace bbs
