// amiko - times and sizes as configuration files write them
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace amiko::support {

/// A time of ssh_config(5) and sshd_config(5), section TIME FORMATS: numbers with a unit (s, m, h, d, w; none
/// means seconds; either case) in a row, whose sum counts: "90", "1h30m", "2w".  "none" gives nothing. Throws
/// errc::invalid_argument for anything else and for a sum that the type cannot hold.
std::optional<std::chrono::seconds> parse_time(std::string_view text);

/// A number of bytes: digits, then nothing, K, M or G (powers of 1024, either case).  Throws
/// errc::invalid_argument.
std::uint64_t parse_size(std::string_view text);

}  // namespace amiko::support
