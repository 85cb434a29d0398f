// amiko - names of algorithms: lists, patterns, and the nearest to a misspelt one
#include "algorithm_names.hpp"

#include <amiko/base/error.hpp>
#include <amiko/base/printable.hpp>

#include <algorithm>
#include <numeric>
#include <utility>

namespace amiko::protocol {
namespace {

// No name that exists is longer; the distance takes the product of both lengths.
constexpr std::size_t longest_name = 64;

// How many letters have to be added, taken away or exchanged.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t changed = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({changed, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

}  // namespace

// On a mismatch only the latest '*' takes one more, so that no pattern is slow.  (support has patterns too,
// but this module is pure.)
bool matches(std::string_view pattern, std::string_view name) noexcept {
  std::size_t p = 0, n = 0, star = pattern.npos, retry = 0;
  while (n < name.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      retry = n;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == name[n])) {
      ++p, ++n;
    } else if (star != pattern.npos) {
      p = star + 1;
      n = ++retry;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == pattern.npos;
}

bool is_pattern(std::string_view name) noexcept {
  return name.find_first_of("*?") != name.npos;
}

AlgorithmSpec parse_spec(AlgorithmKind kind, std::string_view text) {
  AlgorithmSpec spec;
  if (!text.empty() && (text.front() == '+' || text.front() == '-' || text.front() == '^')) {
    spec.mode = text.front();
    text.remove_prefix(1);
  }
  for (;;) {
    const std::size_t comma = text.find(',');
    const std::string_view name = text.substr(0, comma);
    if (name.empty()) throw_bad_list(kind, "an empty name in the list");
    if (std::ranges::any_of(name, [](char c) { return c <= ' ' || c > '~'; }))
      throw_bad_list(
          kind, "\"" + printable(name, false, 64) + "\" has blanks or other characters that no name has");
    spec.names.push_back(name);
    if (comma == text.npos) return spec;
    text.remove_prefix(comma + 1);
  }
}

std::string_view nearest(std::string_view name, const std::vector<std::string>& known) {
  if (name.size() > longest_name) return {};
  std::string_view best;
  std::size_t least = name.size() / 2 + 2;
  for (const std::string& other : known) {
    // The domain is what people leave out.
    const std::string_view local = std::string_view(other).substr(0, other.find('@'));
    const std::size_t changes = std::min(distance(name, other), distance(name, local));
    if (changes < least) {
      least = changes;
      best = other;
    }
  }
  return best;
}

void throw_bad_list(AlgorithmKind kind, const std::string& text, std::string hint) {
  throw_failure({.code = errc::bad_config,
                 .text = std::string(option_of(kind)) + ": " + text,
                 .hint = std::move(hint)});
}

}  // namespace amiko::protocol
