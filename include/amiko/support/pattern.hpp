// amiko - wildcard patterns and pattern lists
#pragma once

#include <string_view>

namespace amiko::support {

// PATTERNS of ssh_config(5).  Pure functions; any thread.  They take at most text size times pattern size
// steps.

enum class Case { sensitive, insensitive };

/// Whether all of `text` matches `pattern`: '*' stands for any characters, none included, '?' for exactly
/// one.
bool match_wildcard(std::string_view text, std::string_view pattern, Case letters = Case::sensitive) noexcept;

enum class ListMatch {
  none,      ///< no pattern matches
  positive,  ///< one matches, and none of the negated ones does
  negated,   ///< a pattern with '!' matches, whatever the others say
};

/// A comma-separated list of patterns, each of which '!' may negate: "*.example.org,!bad.example.org".
ListMatch match_list(std::string_view text, std::string_view list, Case letters = Case::sensitive) noexcept;

/// As match_list without regard to case, of a host by name and by address.  Elements may also be addresses
/// and CIDR blocks
/// ("10.0.0.0/8", "fd00::/8"), which are compared with `address` as numbers; IPv4 in IPv6 form
/// (::ffff:10.0.0.1) counts as IPv4.  An empty `host` or `address`, or an `address` that does not parse,
/// matches no element of its kind. Throws errc::invalid_argument for a block whose mask is too long or does
/// not cover its host bits ("10.0.0.1/8"), wherever it stands in the list: a list that restricts access must
/// not lose an element by a slip.
ListMatch match_host_list(std::string_view host, std::string_view address, std::string_view list);

}  // namespace amiko::support
