// amiko - the keywords of ssh_config(5)
#pragma once

#include "options.hpp"

#include <string_view>

namespace demo {

/// Takes one "Keyword value" or "Keyword=value" (the argument of -o).  A keyword that OpenSSH has and this
/// program has not is noted in options.notes.  Throws OptionError: a bad value, a keyword that nobody has, or
/// one whose being passed over would weaken what the user asked for.
void apply_keyword(Options& options, std::string_view line);

}  // namespace demo
