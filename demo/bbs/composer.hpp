// amiko - writing something of several lines
#pragma once

#include "session.hpp"

#include <optional>
#include <string>

namespace bbs {

/// A text of Boards::most_lines lines at most, cleaned; nothing when its author gives up.
std::optional<std::string> compose(Session& session, const std::string& title);

}  // namespace bbs
