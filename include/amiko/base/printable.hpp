// amiko - text from a peer made safe to show
#pragma once

#include <amiko/base/config.hpp>

#include <string>
#include <string_view>

namespace amiko {

/// `text` with everything that could steer a terminal replaced: control characters (C0, DEL, C1 in UTF-8) and
/// bytes that are no valid UTF-8 become \ooo.  With `keep_newlines`, LF and tab stay.  At most `limit` bytes
/// of input are used; what is cut is marked with "...".  (RFC 4251 section 9.2)
AMIKO_DECL std::string printable(std::string_view text, bool keep_newlines = false, std::size_t limit = 8192);

}  // namespace amiko
