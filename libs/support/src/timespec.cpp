// amiko - times and sizes as configuration files write them
#include <amiko/support/timespec.hpp>

#include <amiko/base/error.hpp>
#include <amiko/base/printable.hpp>
#include <amiko/support/text.hpp>

#include <algorithm>
#include <string>
#include <utility>

namespace amiko::support {
namespace {

[[noreturn]] void throw_bad(const char* what, std::string_view text) {
  std::string message = "\"";
  message.append(printable(text)).append("\" is no ").append(what);
  throw_error(errc::invalid_argument, std::move(message));
}

std::optional<std::int64_t> seconds_in(char unit) {
  switch (to_lower_ascii(unit)) {
    case 's':
      return 1;
    case 'm':
      return 60;
    case 'h':
      return 3600;
    case 'd':
      return 86400;
    case 'w':
      return 604800;
    default:
      return std::nullopt;
  }
}

std::optional<int> shift_of(char unit) {
  switch (to_lower_ascii(unit)) {
    case 'k':
      return 10;
    case 'm':
      return 20;
    case 'g':
      return 30;
    default:
      return std::nullopt;
  }
}

// Takes the digits at the start of `text`.
template <class T>
std::optional<T> take_number(std::string_view& text) {
  const std::size_t end = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto number = parse_number<T>(text.substr(0, end));
  text.remove_prefix(end);
  return number;
}

}  // namespace

std::optional<std::chrono::seconds> parse_time(std::string_view text) {
  if (equal_ignoring_case(text, "none")) return std::nullopt;
  std::int64_t total = 0;
  std::string_view left = text;
  do {
    const auto number = take_number<std::int64_t>(left);
    const auto unit = left.empty() ? 1 : seconds_in(left.front());
    std::int64_t part = 0;
    if (!number || !unit || __builtin_mul_overflow(*number, *unit, &part) ||
        __builtin_add_overflow(total, part, &total))
      throw_bad("time", text);
    if (!left.empty()) left.remove_prefix(1);
  } while (!left.empty());
  return std::chrono::seconds(total);
}

std::uint64_t parse_size(std::string_view text) {
  std::string_view left = text;
  const auto number = take_number<std::uint64_t>(left);
  const auto shift = left.empty() ? 0 : shift_of(left.front());
  if (!number || !shift || left.size() > 1 || *number > (UINT64_MAX >> *shift)) throw_bad("size", text);
  return *number << *shift;
}

}  // namespace amiko::support
