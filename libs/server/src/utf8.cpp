// amiko - UTF-8, one code point at a time
#include "utf8.hpp"

#include <cstdint>

namespace amiko {
namespace {

struct Lead {
  std::size_t length = 0;  // of the whole code point; 0: no lead byte
  std::uint8_t bits = 0;   // that the lead byte contributes
  // Bounds of the second byte: they keep out overlong forms, surrogates and what is above U+10FFFF.
  std::uint8_t low = 0x80;
  std::uint8_t high = 0xbf;
};

Lead lead_of(std::uint8_t c) noexcept {
  const auto bits = [c](unsigned mask) { return static_cast<std::uint8_t>(c & mask); };
  if (c >= 0xc2 && c <= 0xdf) return {2, bits(0x1f)};
  if (c == 0xe0) return {3, bits(0x0f), 0xa0};
  if (c == 0xed) return {3, bits(0x0f), 0x80, 0x9f};
  if (c >= 0xe1 && c <= 0xef) return {3, bits(0x0f)};
  if (c == 0xf0) return {4, bits(0x07), 0x90};
  if (c == 0xf4) return {4, bits(0x07), 0x80, 0x8f};
  if (c >= 0xf1 && c <= 0xf3) return {4, bits(0x07)};
  return {};
}

}  // namespace

Decoded decode_utf8(std::string_view text) noexcept {
  const auto at = [text](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  if (at(0) < 0x80) return {Decoded::Kind::character, at(0), 1};
  const Lead lead = lead_of(at(0));
  if (lead.length == 0) return {};
  char32_t code = lead.bits;
  for (std::size_t i = 1; i < lead.length; ++i) {
    if (i == text.size()) return {Decoded::Kind::incomplete, 0, i};
    const std::uint8_t low = i == 1 ? lead.low : 0x80;
    const std::uint8_t high = i == 1 ? lead.high : 0xbf;
    if (at(i) < low || at(i) > high) return {Decoded::Kind::invalid, 0, i};
    code = (code << 6) | (at(i) & 0x3fU);
  }
  return {Decoded::Kind::character, code, lead.length};
}

}  // namespace amiko
