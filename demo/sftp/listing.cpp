// amiko - what `ls` prints
#include "listing.hpp"

#include "amounts.hpp"
#include "paths.hpp"

#include <algorithm>
#include <array>
#include <tuple>

#include <sys/stat.h>

namespace demo {
namespace {

char type_letter(std::uint32_t permissions) {
  switch (permissions & S_IFMT) {
    case S_IFREG:
      return '-';
    case S_IFDIR:
      return 'd';
    case S_IFLNK:
      return 'l';
    case S_IFSOCK:
      return 's';
    case S_IFCHR:
      return 'c';
    case S_IFBLK:
      return 'b';
    case S_IFIFO:
      return 'p';
    default:
      return '?';
  }
}

std::string mode_text(const amiko::SftpAttributes& attributes) {
  if (!attributes.permissions) return "??????????";
  const std::uint32_t mode = *attributes.permissions;
  std::string text = "?rwxrwxrwx";
  text[0] = type_letter(mode);
  for (unsigned i = 0; i < 9; ++i)
    if ((mode & (0400U >> i)) == 0) text[i + 1] = '-';
  const auto special = [&](std::uint32_t bit, std::size_t place, char set, char unset) {
    if ((mode & bit) != 0) text[place] = text[place] == 'x' ? set : unset;
  };
  special(S_ISUID, 3, 's', 'S');
  special(S_ISGID, 6, 's', 'S');
  special(S_ISVTX, 9, 't', 'T');
  return text;
}

std::string owner_text(std::optional<std::uint32_t> number, const std::map<std::uint32_t, std::string>& names,
                       bool numbers) {
  if (!number) return "?";
  const auto found = names.find(*number);
  if (numbers || found == names.end() || found->second.empty()) return std::to_string(*number);
  return printable(found->second);
}

// As ls(1): the year where the time of day would mislead.
std::string time_text(std::optional<amiko::FileTime> time, std::time_t now) {
  if (!time) return std::string(12, '?');
  const std::time_t seconds = static_cast<std::time_t>(time->seconds);
  constexpr std::time_t half_a_year = 365 * 24 * 60 * 60 / 2;
  std::tm parts{};
  if (::localtime_r(&seconds, &parts) == nullptr) return std::string(12, '?');
  const bool recent = seconds > now - half_a_year && seconds <= now + 24 * 60 * 60;
  std::array<char, 64> text{};
  std::strftime(text.data(), text.size(), recent ? "%b %e %H:%M" : "%b %e  %Y", &parts);
  return text.data();
}

std::string padded(std::string text, std::size_t width, bool to_the_right = false) {
  const std::size_t columns = columns_of(text);
  const std::string space(columns < width ? width - columns : 0, ' ');
  return to_the_right ? space + text : text + space;
}

}  // namespace

ListFlags ListFlags::from(const std::string& letters) {
  const auto has = [&](char letter) { return letters.find(letter) != std::string::npos; };
  ListFlags flags;
  flags.one_column = has('1');
  flags.hidden = has('a');
  flags.unsorted = has('f');
  flags.short_sizes = has('h');
  flags.numbers = has('n');
  flags.long_lines = has('l') || has('n');
  flags.reverse = has('r');
  flags.by_size = has('S');
  flags.by_time = has('t');
  return flags;
}

void sort_listing(std::vector<Listed>& list, const ListFlags& flags) {
  if (flags.unsorted) return;
  const auto before = [&](const Listed& a, const Listed& b) {
    if (flags.by_time && a.attributes.mtime != b.attributes.mtime)
      return a.attributes.mtime > b.attributes.mtime;
    if (flags.by_size && a.attributes.size != b.attributes.size) return a.attributes.size > b.attributes.size;
    return a.name < b.name;
  };
  std::ranges::stable_sort(list, before);
  if (flags.reverse) std::ranges::reverse(list);
}

std::string long_line(const Listed& file, const ListFlags& flags, const Owners& owners, std::time_t now) {
  const amiko::SftpAttributes& a = file.attributes;
  const std::string size = !a.size ? "?" : flags.short_sizes ? short_size(*a.size) : std::to_string(*a.size);
  return mode_text(a) + "    ? " + padded(owner_text(a.uid, owners.users, flags.numbers), 8) + " " +
         padded(owner_text(a.gid, owners.groups, flags.numbers), 8) + " " + padded(size, 8, true) + " " +
         time_text(a.mtime, now) + " " + printable(file.name) + "\n";
}

std::string in_columns(const std::vector<Listed>& list, std::size_t width) {
  std::vector<std::string> names;
  std::size_t longest = 0;
  for (const Listed& file : list) {
    names.push_back(printable(file.name));
    longest = std::max(longest, columns_of(names.back()));
  }
  const std::size_t count = std::max<std::size_t>(1, width / (longest + 2));
  const std::size_t column = width / count;
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const bool last = (i + 1) % count == 0 || i + 1 == names.size();
    text += last ? names[i] + "\n" : padded(names[i], column);
  }
  return text;
}

}  // namespace demo
