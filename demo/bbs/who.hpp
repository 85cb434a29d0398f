// amiko - who is on line
#pragma once

#include "session.hpp"

#include <string>
#include <vector>

namespace bbs {

/// A table of all callers, for a terminal of so many columns; for a sysop with their addresses.
std::vector<std::string> who_list(const Bbs& bbs, const Style& style, std::size_t columns, bool for_sysop);
void show_who(Session& session);

}  // namespace bbs
