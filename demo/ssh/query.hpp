// amiko - the answers to -Q: what this build has
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace demo {

/// The names to print, one a line.  Throws OptionError for a question that is not understood.
std::vector<std::string> answer_query(std::string_view query);

}  // namespace demo
