// amiko - the options field of an authorized_keys line
#pragma once

#include <amiko/config/authorized_keys.hpp>

#include <cstddef>
#include <string_view>

namespace amiko::config {

/// Where the options at the start of `line` end: at the first blank outside of quotes, or the line's end.
/// std::string_view::npos when a quote is not closed.
std::size_t end_of_options(std::string_view line) noexcept;

/// Reads a whole options field.  Throws errc::bad_config; the failure's text tells what is wrong with it.
KeyOptions parse_key_options(std::string_view text);

}  // namespace amiko::config
