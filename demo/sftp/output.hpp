// amiko - what is printed, and how wide
#pragma once

#include <string_view>

namespace demo {

/// To standard output, at once.
void print(std::string_view text);
/// A line on standard error, below what standard output has.
void complain(std::string_view text);

/// Of standard output's terminal; 80 where it does not say or is none.
std::size_t terminal_width();

}  // namespace demo
