// amiko - wildcard patterns and pattern lists
#include <amiko/support/pattern.hpp>

#include <amiko/base/error.hpp>
#include <amiko/base/printable.hpp>
#include <amiko/support/text.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include <arpa/inet.h>

namespace amiko::support {
namespace {

struct Address {
  std::array<std::uint8_t, 16> bytes{};
  unsigned bits = 0;  // 32 or 128
};

struct Block {
  Address address;
  unsigned mask = 0;
};

std::optional<Address> parse_address(std::string_view text) {
  const std::string z(text);
  Address address;
  if (z.find('\0') != std::string::npos) return std::nullopt;
  if (::inet_pton(AF_INET, z.c_str(), address.bytes.data()) == 1) {
    address.bits = 32;
    return address;
  }
  if (::inet_pton(AF_INET6, z.c_str(), address.bytes.data()) != 1) return std::nullopt;
  address.bits = 128;
  return address;
}

// IPv4 in IPv6 form (::ffff:10.0.0.1, ::ffff:10.0.0.0/104) as plain IPv4.
Block unmapped(const Block& block) {
  constexpr std::array<std::uint8_t, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  const auto& bytes = block.address.bytes;
  if (block.address.bits != 128 || block.mask < 96 ||
      !std::equal(mapped.begin(), mapped.end(), bytes.begin()))
    return block;
  Block v4{{{}, 32}, block.mask - 96};
  std::copy_n(bytes.begin() + mapped.size(), 4, v4.address.bytes.begin());
  return v4;
}

// A peer's address may carry a scope ("fe80::1%eth0").
std::optional<Address> parse_peer_address(std::string_view text) {
  const auto address = parse_address(text.substr(0, text.find('%')));
  if (!address) return std::nullopt;
  return unmapped({*address, address->bits}).address;
}

// Whether bits [from, to) of a and b are the same.
bool same_bits(const Address& a, const Address& b, unsigned from, unsigned to) {
  for (unsigned i = from; i < to; ++i) {
    const unsigned difference = static_cast<unsigned>(a.bytes[i / 8] ^ b.bytes[i / 8]);
    if ((difference >> (7 - i % 8) & 1) != 0) return false;
  }
  return true;
}

// Nothing if `text` is no address or block at all: then it is a wildcard pattern.
std::optional<Block> parse_block(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto address = parse_address(text.substr(0, slash));
  if (!address) return std::nullopt;
  if (slash == std::string_view::npos) return unmapped({*address, address->bits});
  const auto mask = parse_number<unsigned>(text.substr(slash + 1));
  if (!mask || *mask > address->bits || !same_bits(*address, Address{}, *mask, address->bits))
    throw_error(errc::invalid_argument, "\"" + printable(text) + "\" is no valid address block");
  return unmapped({*address, *mask});
}

bool in_block(const Address& address, const Block& block) {
  return address.bits == block.address.bits && same_bits(address, block.address, 0, block.mask);
}

// Calls matches(pattern) for each element and combines the answers.
template <class Matches>
ListMatch match_each(std::string_view list, Matches matches) {
  bool positive = false;
  bool negated = false;
  for (;;) {
    const std::size_t comma = list.find(',');
    std::string_view pattern = list.substr(0, comma);
    const bool negation = consume_prefix(pattern, "!");
    if (!pattern.empty() && matches(pattern)) (negation ? negated : positive) = true;
    if (comma == std::string_view::npos) break;
    list.remove_prefix(comma + 1);
  }
  if (negated) return ListMatch::negated;
  return positive ? ListMatch::positive : ListMatch::none;
}

}  // namespace

bool match_wildcard(std::string_view text, std::string_view pattern, Case letters) noexcept {
  const auto same = [letters](char a, char b) {
    return b == '?' || a == b || (letters == Case::insensitive && to_lower_ascii(a) == to_lower_ascii(b));
  };
  std::size_t t = 0;
  std::size_t p = 0;
  // Only the last '*' need ever be widened, since an earlier one could gain nothing from it.
  std::size_t star = std::string_view::npos;
  std::size_t star_text = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_text = t;
    } else if (p < pattern.size() && same(text[t], pattern[p])) {
      ++t;
      ++p;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++star_text;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

ListMatch match_list(std::string_view text, std::string_view list, Case letters) noexcept {
  return match_each(list, [&](std::string_view pattern) { return match_wildcard(text, pattern, letters); });
}

ListMatch match_host_list(std::string_view host, std::string_view address, std::string_view list) {
  const auto peer = parse_peer_address(address);
  return match_each(list, [&](std::string_view pattern) {
    if (const auto block = parse_block(pattern); block && peer && in_block(*peer, *block)) return true;
    return (!host.empty() && match_wildcard(host, pattern, Case::insensitive)) ||
           (!address.empty() && match_wildcard(address, pattern, Case::insensitive));
  });
}

}  // namespace amiko::support
