// amiko - text from a peer made safe to show
#include <amiko/base/printable.hpp>

#include <array>
#include <cstddef>
#include <cstdint>

namespace amiko {
namespace {

void escape(std::string& out, std::uint8_t c) {
  const std::array<char, 4> text{'\\', static_cast<char>('0' + (c >> 6)),
                                 static_cast<char>('0' + ((c >> 3) & 7)), static_cast<char>('0' + (c & 7))};
  out.append(text.data(), text.size());
}

std::size_t sequence_length(std::uint8_t lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead <= 0xdf) return 2;
  if (lead >= 0xe0 && lead <= 0xef) return 3;
  if (lead >= 0xf0 && lead <= 0xf4) return 4;
  return 0;
}

// The bytes of one well-formed code point at the start of `text` that is no control character; 0 for anything
// else.
std::size_t printable_sequence(std::string_view text) {
  const auto at = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::size_t n = sequence_length(at(0));
  if (n == 0 || n > text.size()) return 0;
  if (n == 1) return at(0) >= 0x20 && at(0) != 0x7f ? 1 : 0;
  for (std::size_t i = 1; i < n; ++i)
    if ((at(i) & 0xc0) != 0x80) return 0;
  const bool c1 = at(0) == 0xc2 && at(1) < 0xa0;
  const bool overlong = (at(0) == 0xe0 && at(1) < 0xa0) || (at(0) == 0xf0 && at(1) < 0x90);
  const bool surrogate = at(0) == 0xed && at(1) >= 0xa0;
  const bool too_large = at(0) == 0xf4 && at(1) >= 0x90;
  // U+202A..E and U+2066..9 turn the direction of the text around them.
  const bool direction = at(0) == 0xe2 && ((at(1) == 0x80 && n == 3 && at(2) >= 0xaa && at(2) <= 0xae) ||
                                           (at(1) == 0x81 && n == 3 && at(2) >= 0xa6 && at(2) <= 0xa9));
  return c1 || overlong || surrogate || too_large || direction ? 0 : n;
}

}  // namespace

std::string printable(std::string_view text, bool keep_newlines, std::size_t limit) {
  const bool cut = text.size() > limit;
  if (cut) text = text.substr(0, limit);
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const char c = text.front();
    const std::size_t n = keep_newlines && (c == '\n' || c == '\t') ? 1 : printable_sequence(text);
    if (n == 0)
      escape(out, static_cast<std::uint8_t>(c));
    else
      out.append(text.substr(0, n));
    text.remove_prefix(n == 0 ? 1 : n);
  }
  if (cut) out += "...";
  return out;
}

}  // namespace amiko
