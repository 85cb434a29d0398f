// amiko - the main menu
#pragma once

#include "session.hpp"

namespace bbs {

/// Until the caller says goodbye.
void main_menu(Session& session);

}  // namespace bbs
