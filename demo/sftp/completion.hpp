// amiko - what Tab does
#pragma once

#include "glob.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace demo {

/// What is to be done with the line that is being typed.
struct Completion {
  std::string insert{};                ///< at the cursor
  std::vector<std::string> choices{};  ///< to be shown, when there are several
};

/// Completes the word that ends at the end of `line`, which is what stands before the cursor: the name of a
/// command, or a path on the side that the command says.  `remote_directory` is where remote paths count
/// from. Throws nothing that a tree throws: what cannot be listed has no names.
Completion complete(std::string_view line, Tree& remote, const std::string& remote_directory, Tree& local);

/// Of commands, in alphabetical order, in columns.
std::string choices_in_columns(const std::vector<std::string>& choices, std::size_t width);

}  // namespace demo
