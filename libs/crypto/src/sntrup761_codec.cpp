// amiko - Encode and Decode of the NTRU Prime submission: digits of mixed bases, joined two by two
#include "sntrup761_codec.hpp"

#include <utility>
#include <vector>

namespace amiko::crypto::sntrup761_ring {
namespace {

using Digits = Botan::secure_vector<std::uint16_t>;
using Bases = std::vector<std::uint16_t>;

constexpr std::uint32_t limit = 16384;  // a base from here on gives up bytes
constexpr int shift = (modulus - 1) / 2;
constexpr std::uint16_t rounded_base = (modulus + 2) / 3;

// What happens depends on the bases only.
Encoded encode_digits(Digits digits, Bases bases) {
  Encoded out;
  const auto put_byte = [&out](std::uint32_t& digit, std::uint32_t& base) {
    out.push_back(static_cast<std::uint8_t>(digit));
    digit >>= 8;
    base = (base + 255) >> 8;
  };
  while (digits.size() > 1) {
    std::size_t n = 0;
    for (std::size_t i = 0; i + 1 < digits.size(); i += 2, ++n) {
      std::uint32_t digit = digits[i] + static_cast<std::uint32_t>(bases[i]) * digits[i + 1];
      std::uint32_t base = static_cast<std::uint32_t>(bases[i]) * bases[i + 1];
      while (base >= limit)
        put_byte(digit, base);
      digits[n] = static_cast<std::uint16_t>(digit);
      bases[n] = static_cast<std::uint16_t>(base);
    }
    if (digits.size() % 2 != 0) {
      digits[n] = digits.back();
      bases[n++] = bases.back();
    }
    digits.resize(n);
    bases.resize(n);
  }
  std::uint32_t digit = digits[0], base = bases[0];
  while (base > 1)
    put_byte(digit, base);
  return out;
}

/// The bytes that a pair of digits has given up, and what remains to be decoded.
struct Pair {
  std::uint32_t bottom = 0;
  std::uint32_t factor = 1;
  std::uint16_t base = 0;
};

Pair take_pair(std::uint32_t base, ByteView& bytes) {
  Pair pair;
  while (base >= limit) {
    pair.bottom += pair.factor * bytes[0];
    pair.factor <<= 8;
    bytes = bytes.from(1);
    base = (base + 255) >> 8;
  }
  pair.base = static_cast<std::uint16_t>(base);
  return pair;
}

std::vector<std::uint16_t> decode_digits(ByteView bytes, const Bases& bases) {
  if (bases.size() == 1) {
    std::uint32_t digit = 0;
    for (std::size_t i = bytes.size(); i > 0; --i)
      digit = digit << 8 | bytes[i - 1];
    return {static_cast<std::uint16_t>(digit % bases[0])};
  }
  std::vector<Pair> pairs;
  Bases joined;
  for (std::size_t i = 0; i + 1 < bases.size(); i += 2) {
    pairs.push_back(take_pair(static_cast<std::uint32_t>(bases[i]) * bases[i + 1], bytes));
    joined.push_back(pairs.back().base);
  }
  if (bases.size() % 2 != 0) joined.push_back(bases.back());
  const auto upper = decode_digits(bytes, joined);
  std::vector<std::uint16_t> digits;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const std::uint32_t digit = pairs[i].bottom + pairs[i].factor * upper[i];
    digits.push_back(static_cast<std::uint16_t>(digit % bases[2 * i]));
    digits.push_back(static_cast<std::uint16_t>(digit / bases[2 * i] % bases[2 * i + 1]));
  }
  if (bases.size() % 2 != 0) digits.push_back(upper.back());
  return digits;
}

}  // namespace

Encoded encode(const Small& a) {
  Encoded out(small_size);
  for (std::size_t i = 0; i < degree; ++i)
    out[i / 4] = static_cast<std::uint8_t>(out[i / 4] | (a[i] + 1) << (2 * (i % 4)));
  return out;
}

Small decode_small(ByteView bytes) {
  Small a;
  for (std::size_t i = 0; i < degree; ++i)
    a[i] = static_cast<std::int8_t>((bytes[i / 4] >> (2 * (i % 4)) & 3) - 1);
  return a;
}

Encoded encode(const Large& a) {
  Digits digits(degree);
  for (std::size_t i = 0; i < degree; ++i)
    digits[i] = static_cast<std::uint16_t>(a[i] + shift);
  return encode_digits(std::move(digits), Bases(degree, modulus));
}

Large decode_large(ByteView bytes) {
  const auto digits = decode_digits(bytes, Bases(degree, modulus));
  Large a;
  for (std::size_t i = 0; i < degree; ++i)
    a[i] = static_cast<std::int16_t>(digits[i] - shift);
  return a;
}

// 10923 is a third of 2^15.
Encoded encode_rounded(const Large& a) {
  Digits digits(degree);
  for (std::size_t i = 0; i < degree; ++i)
    digits[i] = static_cast<std::uint16_t>((a[i] + shift) * 10923 >> 15);
  return encode_digits(std::move(digits), Bases(degree, rounded_base));
}

Large decode_rounded(ByteView bytes) {
  const auto digits = decode_digits(bytes, Bases(degree, rounded_base));
  Large a;
  for (std::size_t i = 0; i < degree; ++i)
    a[i] = static_cast<std::int16_t>(3 * digits[i] - shift);
  return a;
}

}  // namespace amiko::crypto::sntrup761_ring
