// amiko - text of the board: cleaning, measuring, wrapping, dates
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bbs {

/// What somebody typed, fit to be shown to others: UTF-8 without control characters and escape sequences, no
/// more than `limit` characters, without blanks at either end.
std::string clean(std::string_view text, std::size_t limit);
/// Code points in it; `text` is UTF-8.
std::size_t characters(std::string_view text);

/// Columns of a terminal that it takes; colour sequences take none.
std::size_t columns(std::string_view text);
/// Cut to `width` columns (`ellipsis` shows where) or filled up with blanks.  What is cut loses its colours.
std::string fit(std::string_view text, std::size_t width, std::string_view ellipsis = "...");
/// The same without filling up.
std::string cut(std::string_view text, std::size_t width, std::string_view ellipsis = "...");
/// `text`, which may have colour sequences, filled up with blanks.
std::string pad(std::string text, std::size_t width);
/// Lines of at most `width` columns, broken at blanks where there are some; LF begins a new one.  No colour
/// sequences.
std::vector<std::string> wrap(std::string_view text, std::size_t width);
/// Code points beyond ASCII become '?'.
std::string to_ascii(std::string_view text);
std::string to_lower(std::string_view ascii);

/// "3 posts", "1 post", "no posts".
std::string count(std::int64_t number, const std::string& noun);

std::int64_t now_seconds();
/// strftime() in the server's own zone.
std::string date(std::int64_t seconds, const char* format = "%d %b %Y %H:%M");
/// "12 s", "5 min", "2:05 h", "3 days".
std::string duration(std::int64_t seconds);

}  // namespace bbs
