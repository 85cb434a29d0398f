// amiko - base64 and hexadecimal
#include <amiko/support/encoding.hpp>

#include <amiko/base/error.hpp>

#include <algorithm>
#include <cstdint>

namespace amiko::support {
namespace {

// Arithmetic in place of tables and branches: a negative difference shifted right is all ones, any other is
// zero.
char base64_digit(int value) {
  int c = value + 'A';
  c += ((25 - value) >> 8) & 6;
  c -= ((51 - value) >> 8) & 75;
  c -= ((61 - value) >> 8) & 15;
  c += ((62 - value) >> 8) & 3;
  return static_cast<char>(c);
}

// -1 for a character outside the alphabet.
int base64_value(char digit) {
  const int c = static_cast<unsigned char>(digit);
  int value = -1;
  value += (((0x40 - c) & (c - 0x5b)) >> 8) & (c - 64);
  value += (((0x60 - c) & (c - 0x7b)) >> 8) & (c - 70);
  value += (((0x2f - c) & (c - 0x3a)) >> 8) & (c + 5);
  value += (((0x2a - c) & (c - 0x2c)) >> 8) & 63;
  value += (((0x2e - c) & (c - 0x30)) >> 8) & 64;
  return value;
}

[[noreturn]] void throw_bad(const char* what) {
  throw_error(errc::invalid_argument, what);
}

std::string_view without_padding(std::string_view text, Base64Padding padding) {
  if (padding == Base64Padding::unpadded) return text;
  if (text.size() % 4 != 0) throw_bad("base64: the length is no multiple of 4");
  if (text.ends_with("==")) return text.substr(0, text.size() - 2);
  if (text.ends_with('=')) return text.substr(0, text.size() - 1);
  return text;
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::string base64_encode(ByteView data, Base64Padding padding) {
  std::string text;
  text.reserve((data.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < data.size(); i += 3) {
    const std::size_t n = std::min<std::size_t>(data.size() - i, 3);
    int group = data[i] << 16;
    if (n > 1) group |= data[i + 1] << 8;
    if (n > 2) group |= data[i + 2];
    for (std::size_t digit = 0; digit <= n; ++digit)
      text += base64_digit((group >> (18 - 6 * static_cast<int>(digit))) & 63);
    if (padding == Base64Padding::padded) text.append(3 - n, '=');
  }
  return text;
}

Bytes base64_decode(std::string_view text, Base64Padding padding) {
  text = without_padding(text, padding);
  if (text.size() % 4 == 1) throw_bad("base64: a single digit is left over");
  Bytes data;
  data.reserve(text.size() / 4 * 3 + 2);
  std::uint32_t group = 0;
  int bits = 0;
  int bad = 0;
  for (const char c : text) {
    const int value = base64_value(c);
    bad |= value;
    group = (group << 6 | (static_cast<std::uint32_t>(value) & 63)) & 0xffffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    data.push_back(static_cast<std::uint8_t>(group >> bits));
  }
  if (bad < 0) throw_bad("base64: a character outside the alphabet");
  if ((group & ((1U << bits) - 1)) != 0) throw_bad("base64: bits are left over");
  return data;
}

std::string hex_encode(ByteView data) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  text.reserve(data.size() * 2);
  for (const std::uint8_t byte : data) {
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

Bytes hex_decode(std::string_view text) {
  if (text.size() % 2 != 0) throw_bad("hex: an odd number of digits");
  Bytes data;
  data.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = hex_value(text[i]);
    const int low = hex_value(text[i + 1]);
    if (high < 0 || low < 0) throw_bad("hex: a character that is no digit");
    data.push_back(static_cast<std::uint8_t>(high << 4 | low));
  }
  return data;
}

}  // namespace amiko::support
