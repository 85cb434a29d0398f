// amiko - comma-separated lists of names (RFC 4251 section 5)
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace amiko::wire {

using NameList = std::vector<std::string>;

/// Splits a name-list.  The empty string is the empty list, and one comma at the end is passed over, since
/// libssh 0.10 sends it.  Throws errc::malformed_packet for other empty names, names of more than 256
/// characters, more than `max_names` names and characters outside printable US-ASCII.
NameList parse_name_list(std::string_view text, std::size_t max_names = 512);

std::string join_names(const NameList& names, std::string_view separator = ",");

bool contains(const NameList& names, std::string_view name) noexcept;

}  // namespace amiko::wire
