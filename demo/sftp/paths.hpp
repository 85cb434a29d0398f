// amiko - paths as text, and how names are shown
#pragma once

#include <string>
#include <string_view>

namespace demo {

/// `path` counted from `directory`, unless it is absolute.
std::string absolute(std::string_view path, std::string_view directory);
/// The last name in a path, without slashes at the end; empty for "" and "/".
std::string last_name(std::string_view path);
std::string join_path(std::string_view directory, std::string_view name);
/// `path` as seen from `directory`: without it where it lies below.
std::string relative_to(std::string_view path, std::string_view directory);

/// Fit for a terminal and for one line: control characters and what is no UTF-8 become "\ooo".
std::string printable(std::string_view bytes);
/// How many columns printable text takes; 0 for no text.
std::size_t columns_of(std::string_view text);
/// `text` cut or filled up to `columns`.
std::string fitted(std::string_view text, std::size_t columns);

}  // namespace demo
