// amiko - moduli files: groups for Diffie-Hellman group exchange
#include <amiko/protocol/moduli.hpp>

#include "kex_method.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <system_error>
#include <utility>

namespace amiko::protocol {
namespace {

constexpr std::size_t max_diagnostics = 100;
constexpr unsigned safe_prime = 2;  // the types of moduli(5)
constexpr unsigned composite = 1;   // a bit among the tests
constexpr unsigned min_bits = 1024;
constexpr unsigned max_bits = 8192;
constexpr std::size_t field_count = 7;
constexpr std::string_view blanks = " \t";

std::optional<unsigned> parse_number(std::string_view text) {
  unsigned number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end) return std::nullopt;
  return number;
}

int digit_value(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// A magnitude without leading zeros; nothing if a character is no digit.
std::optional<Bytes> parse_hex(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of('0'), text.size()));
  Bytes magnitude((text.size() + 1) / 2);
  std::size_t nibble = text.size() % 2;
  for (const char c : text) {
    const int value = digit_value(c);
    if (value < 0) return std::nullopt;
    std::uint8_t& byte = magnitude[nibble++ / 2];
    byte = static_cast<std::uint8_t>(byte << 4 | value);
  }
  return magnitude;
}

// As many fields as a record has, and one more if there are more.
std::vector<std::string_view> split_fields(std::string_view line) {
  std::vector<std::string_view> fields;
  while (fields.size() <= field_count) {
    line.remove_prefix(std::min(line.find_first_not_of(blanks), line.size()));
    if (line.empty()) break;
    fields.push_back(line.substr(0, line.find_first_of(blanks)));
    line.remove_prefix(fields.back().size());
  }
  return fields;
}

// Time, type, tests, trials, size, generator, modulus.  Gives nothing for a line that cannot be used, and
// then `problem` says why.
std::optional<ModuliGroup> parse_record(std::string_view line, std::string& problem) {
  const auto refuse = [&problem](std::string what) {
    problem = std::move(what);
    return std::nullopt;
  };
  const auto fields = split_fields(line);
  if (fields.size() != field_count) return refuse("it has not seven fields");
  const auto type = parse_number(fields[1]);
  const auto tests = parse_number(fields[2]);
  const auto trials = parse_number(fields[3]);
  const auto size = parse_number(fields[4]);
  if (!type || !tests || !trials || !size) return refuse("a field is no number");
  if (*type != safe_prime) return refuse("the type is not 2, a safe prime");
  if ((*tests & composite) != 0 || *tests == 0) return refuse("the modulus is not tested, or is composite");
  if (*size < min_bits - 1 || *size >= max_bits) return refuse("the size is not between 1024 and 8192 bits");
  auto g = parse_hex(fields[5]);
  auto p = parse_hex(fields[6]);
  if (!g || !p) return refuse("a field is not hexadecimal");
  if (bits_of(*p) != *size + 1) return refuse("the modulus has not the size that the line says");
  if (!may_be_safe_prime(*p)) return refuse("the modulus is no safe prime");
  if (!generator_in_range(*g, *p)) return refuse("the generator is out of range");
  return ModuliGroup{*size + 1, {*std::move(p), *std::move(g)}};
}

// Every number below `limit`, which is not 0, is as likely as any other.
std::uint32_t random_below(std::uint32_t limit, crypto::Random& random) {
  const std::uint32_t end = UINT32_MAX - UINT32_MAX % limit;
  for (;;) {
    std::array<std::uint8_t, 4> bytes{};
    random.fill(bytes);
    std::uint32_t number = 0;
    for (const std::uint8_t byte : bytes)
      number = number << 8 | byte;
    if (number < end) return number % limit;
  }
}

}  // namespace

Moduli parse_moduli(std::string_view text) {
  Moduli result;
  for (std::size_t number = 1; !text.empty(); ++number) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    while (line.ends_with('\r'))
      line.remove_suffix(1);
    line.remove_prefix(std::min(line.find_first_not_of(blanks), line.size()));
    if (line.empty() || line.starts_with('#')) continue;
    std::string problem;
    if (auto group = parse_record(line, problem)) {
      result.groups.push_back(*std::move(group));
      continue;
    }
    ++result.lines_left_out;
    if (result.diagnostics.size() < max_diagnostics)
      result.diagnostics.push_back({number, std::move(problem)});
  }
  std::ranges::stable_sort(result.groups, {}, &ModuliGroup::bits);
  return result;
}

const ModuliGroup* choose(const std::vector<ModuliGroup>& groups, unsigned min, unsigned preferred,
                          unsigned max, crypto::Random& random) {
  unsigned best = 0;
  for (const ModuliGroup& group : groups) {
    if (group.bits < min || group.bits > max) continue;
    const bool enough = group.bits >= preferred;
    if (best == 0 || (best < preferred ? group.bits > best : enough && group.bits < best)) best = group.bits;
  }
  std::vector<const ModuliGroup*> equals;
  for (const ModuliGroup& group : groups)
    if (best != 0 && group.bits == best) equals.push_back(&group);
  if (equals.empty()) return nullptr;
  return equals[random_below(static_cast<std::uint32_t>(equals.size()), random)];
}

}  // namespace amiko::protocol
