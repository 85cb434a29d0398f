// amiko - comma-separated lists of names
#include <amiko/wire/name_list.hpp>

#include <amiko/base/error.hpp>

#include <algorithm>

namespace amiko::wire {
namespace {

// RFC 4251 section 6 sets 64; peers in the field send a few longer private names, which do no harm.
constexpr std::size_t max_name_size = 256;

void check_name(std::string_view name) {
  if (name.empty()) throw_error(errc::malformed_packet, "empty name in a name-list");
  if (name.size() > max_name_size) throw_error(errc::malformed_packet, "over-long name in a name-list");
  const auto printable = [](char c) { return c > 0x20 && c < 0x7f; };
  if (!std::all_of(name.begin(), name.end(), printable))
    throw_error(errc::malformed_packet, "a name-list has characters outside printable US-ASCII");
}

}  // namespace

NameList parse_name_list(std::string_view text, std::size_t max_names) {
  NameList names;
  if (text.empty()) return names;
  for (;;) {
    if (names.size() == max_names) throw_error(errc::malformed_packet, "too many names in a name-list");
    const std::size_t comma = text.find(',');
    const std::string_view name = text.substr(0, comma);
    check_name(name);
    names.emplace_back(name);
    if (comma == std::string_view::npos) return names;
    text.remove_prefix(comma + 1);
    if (text.empty()) return names;  // libssh 0.10 ends its list of ciphers with a comma
  }
}

std::string join_names(const NameList& names, std::string_view separator) {
  std::string text;
  for (const std::string& name : names) {
    if (!text.empty()) text += separator;
    text += name;
  }
  return text;
}

bool contains(const NameList& names, std::string_view name) noexcept {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace amiko::wire
