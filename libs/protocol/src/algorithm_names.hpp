// amiko - names of algorithms: lists, patterns, and the nearest to a misspelt one
#pragma once

#include <amiko/protocol/algorithms.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace amiko::protocol {

/// '*' stands for any characters, '?' for one.
bool matches(std::string_view pattern, std::string_view name) noexcept;
bool is_pattern(std::string_view name) noexcept;

/// A list taken apart.
struct AlgorithmSpec {
  char mode = '\0';  ///< '+', '-', '^', or nothing: the list replaces
  std::vector<std::string_view> names{};
};

/// Throws ConfigError (errc::bad_config) for an empty name and for characters that no name has.
AlgorithmSpec parse_spec(AlgorithmKind kind, std::string_view text);

/// The name of `known` that takes the fewest changes of a letter; empty when all are far off.
std::string_view nearest(std::string_view name, const std::vector<std::string>& known);

/// ConfigError (errc::bad_config) with the option's name in front of `text`.
[[noreturn]] void throw_bad_list(AlgorithmKind kind, const std::string& text, std::string hint = {});

}  // namespace amiko::protocol
