// amiko - the address that a connection comes from, as a number
#include "source_address.hpp"

#include <amiko/base/error.hpp>

#include <algorithm>

#include <arpa/inet.h>

namespace amiko {

std::optional<SourceAddress> SourceAddress::parse(std::string_view text) noexcept {
  constexpr std::array<std::uint8_t, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  text = text.substr(0, text.find('%'));
  std::array<char, INET6_ADDRSTRLEN> z{};
  if (text.size() >= z.size() || text.find('\0') != std::string_view::npos) return std::nullopt;
  std::copy(text.begin(), text.end(), z.begin());
  SourceAddress result;
  if (::inet_pton(AF_INET, z.data(), result.bytes_.data()) == 1) return result;
  if (::inet_pton(AF_INET6, z.data(), result.bytes_.data()) != 1) return std::nullopt;
  result.ipv6_ = !std::equal(mapped.begin(), mapped.end(), result.bytes_.begin());
  if (!result.ipv6_) {
    std::copy_n(result.bytes_.begin() + mapped.size(), 4, result.bytes_.begin());
    std::fill(result.bytes_.begin() + 4, result.bytes_.end(), std::uint8_t{0});
  }
  return result;
}

SourceAddress SourceAddress::block(const SourceBlocks& sizes) const noexcept {
  const unsigned prefix = ipv6_ ? sizes.ipv6 : sizes.ipv4;
  SourceAddress result = *this;
  for (unsigned bit = prefix; bit < 8 * bytes_.size(); ++bit)
    result.bytes_[bit / 8] = static_cast<std::uint8_t>(result.bytes_[bit / 8] & ~(0x80U >> bit % 8));
  return result;
}

std::string SourceAddress::text() const {
  std::array<char, INET6_ADDRSTRLEN> out{};
  return ::inet_ntop(ipv6_ ? AF_INET6 : AF_INET, bytes_.data(), out.data(), out.size()) != nullptr
             ? out.data()
             : std::string();
}

void check_blocks(const SourceBlocks& sizes) {
  if (sizes.ipv4 > 32 || sizes.ipv6 > 128)
    throw_error(errc::bad_config, "a network block is at most 32 bits of IPv4 and 128 of IPv6");
}

}  // namespace amiko
