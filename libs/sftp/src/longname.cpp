// amiko - a line as `ls -l` prints it
#include "longname.hpp"

#include <sys/stat.h>

#include <array>
#include <cstdio>

namespace amiko::sftp {
namespace {

constexpr std::time_t half_a_year = 365 * 24 * 60 * 60 / 2;
constexpr std::array<const char*, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

char type_letter(std::uint32_t mode) noexcept {
  switch (mode & S_IFMT) {
    case S_IFREG:
      return '-';
    case S_IFDIR:
      return 'd';
    case S_IFLNK:
      return 'l';
    case S_IFCHR:
      return 'c';
    case S_IFBLK:
      return 'b';
    case S_IFIFO:
      return 'p';
    case S_IFSOCK:
      return 's';
    default:
      return '?';
  }
}

// Upper case where the bit is set that the letter stands on, but nobody may execute.
char execute_letter(std::uint32_t mode, std::uint32_t execute, std::uint32_t special, char letter) noexcept {
  const bool may_execute = (mode & execute) != 0;
  if ((mode & special) == 0) return may_execute ? 'x' : '-';
  return may_execute ? letter : static_cast<char>(letter - 'a' + 'A');
}

std::string mode_text(std::uint32_t mode) {
  const auto bit = [mode](std::uint32_t mask, char letter) { return (mode & mask) != 0 ? letter : '-'; };
  return {type_letter(mode),
          bit(S_IRUSR, 'r'),
          bit(S_IWUSR, 'w'),
          execute_letter(mode, S_IXUSR, S_ISUID, 's'),
          bit(S_IRGRP, 'r'),
          bit(S_IWGRP, 'w'),
          execute_letter(mode, S_IXGRP, S_ISGID, 's'),
          bit(S_IROTH, 'r'),
          bit(S_IWOTH, 'w'),
          execute_letter(mode, S_IXOTH, S_ISVTX, 't'),
          ' '};
}

std::string time_text(const std::optional<FileTime>& mtime, std::time_t now) {
  const std::time_t when = mtime ? static_cast<std::time_t>(mtime->seconds) : 0;
  std::tm local{};
  if (::localtime_r(&when, &local) == nullptr) return "            ";
  std::array<char, 64> text{};
  const char* const month = months[static_cast<std::size_t>(local.tm_mon) % months.size()];
  if (now - when < half_a_year && when <= now)
    std::snprintf(text.data(), text.size(), "%s %2d %02d:%02d", month, local.tm_mday, local.tm_hour,
                  local.tm_min);
  else
    std::snprintf(text.data(), text.size(), "%s %2d  %d", month, local.tm_mday, 1900 + local.tm_year);
  return text.data();
}

std::string name_or_number(const std::string& name, const std::optional<std::uint32_t>& number) {
  if (!name.empty()) return name;
  return number ? std::to_string(*number) : "?";
}

}  // namespace

std::string longname(std::string_view name, const SftpAttributes& attributes, const LongnameParts& parts,
                     std::time_t now) {
  const std::string user = name_or_number(parts.user, attributes.uid);
  const std::string group = name_or_number(parts.group, attributes.gid);
  const std::string links = parts.links ? std::to_string(*parts.links) : "?";
  const std::string size = attributes.size ? std::to_string(*attributes.size) : "?";
  const std::string mode = attributes.permissions ? mode_text(*attributes.permissions) : "?????????? ";
  std::string line(mode.size() + user.size() + group.size() + size.size() + links.size() + 64, '\0');
  const int n =
      std::snprintf(line.data(), line.size(), "%s %3s %-8s %-8s %8s %s ", mode.c_str(), links.c_str(),
                    user.c_str(), group.c_str(), size.c_str(), time_text(attributes.mtime, now).c_str());
  line.resize(static_cast<std::size_t>(n));
  return line += name;
}

}  // namespace amiko::sftp
