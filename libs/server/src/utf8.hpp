// amiko - UTF-8, one code point at a time
#pragma once

#include <cstddef>
#include <string_view>

namespace amiko {

/// What stands at the start of some bytes.
struct Decoded {
  enum class Kind {
    character,
    incomplete,  ///< all bytes are the beginning of a code point
    invalid,     ///< `length` bytes that are no part of a well-formed code point
  };
  Kind kind = Kind::invalid;
  char32_t code = 0;
  std::size_t length = 1;
};

/// `text` must not be empty.  Well-formed is what table 3-7 of the Unicode standard allows; bad bytes are
/// taken together as it recommends (section 3.9, maximal subparts).
Decoded decode_utf8(std::string_view text) noexcept;

}  // namespace amiko
