// amiko - the public key file format of RFC 4716
#include "rfc4716.hpp"

#include <amiko/base/error.hpp>
#include <amiko/support/encoding.hpp>
#include <amiko/support/text.hpp>

#include <botan/base64.h>

#include <algorithm>

namespace amiko::keys {
namespace {

constexpr std::string_view begin_marker = "---- BEGIN SSH2 PUBLIC KEY ----";
constexpr std::string_view end_marker = "---- END SSH2 PUBLIC KEY ----";
constexpr std::size_t line_width = 70;
// A header's line, its name and the quotes not counted, so that no continuation is needed.
constexpr std::size_t comment_width = 60;

std::string_view take_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = support::trim(text.substr(0, end));
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

// A header's value goes on in the next line where the line ends in a backslash.
std::string take_value(std::string_view first, std::string_view& rest) {
  std::string value(first);
  while (value.ends_with('\\')) {
    if (rest.empty()) throw_error(errc::malformed_key, "a header ends in the middle");
    value.pop_back();
    value += take_line(rest);
  }
  if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
    value = value.substr(1, value.size() - 2);
  return value;
}

}  // namespace

std::optional<std::string_view> find_rfc4716(std::string_view text) {
  text = support::trim(text);
  if (!text.starts_with(begin_marker)) return std::nullopt;
  return text;
}

Rfc4716 parse_rfc4716(std::string_view text) {
  take_line(text);
  Rfc4716 key;
  std::string base64;
  for (;;) {
    if (text.empty()) throw_error(errc::malformed_key, "the end line is missing");
    const std::string_view line = take_line(text);
    if (line == end_marker) break;
    const std::size_t colon = line.find(':');
    if (colon == line.npos) {
      base64 += line;
      continue;
    }
    if (!base64.empty()) throw_error(errc::malformed_key, "a header behind the key");
    const std::string value = take_value(support::trim(line.substr(colon + 1)), text);
    if (support::to_lower_ascii(line.substr(0, colon)) == "comment") key.comment = value;
  }
  if (!support::trim(text).empty()) throw_error(errc::malformed_key, "there is more than one key");
  const auto blob = Botan::base64_decode(base64, false);
  key.blob.assign(blob.begin(), blob.end());
  return key;
}

std::string format_rfc4716(const Rfc4716& key) {
  std::string text = std::string(begin_marker) + "\n";
  if (!key.comment.empty()) text += "Comment: \"" + key.comment.substr(0, comment_width) + "\"\n";
  const std::string base64 = support::base64_encode(key.blob);
  for (std::size_t i = 0; i < base64.size(); i += line_width)
    text += base64.substr(i, line_width) + "\n";
  return text + std::string(end_marker) + "\n";
}

}  // namespace amiko::keys
