// amiko - the commands of amiko-sftp that show what is there: ls and df
#include "amounts.hpp"
#include "commands.hpp"
#include "listing.hpp"
#include "output.hpp"
#include "paths.hpp"
#include "reasons.hpp"

#include <algorithm>
#include <set>

namespace demo {
namespace {

std::map<std::uint32_t, std::string> by_number(const std::set<std::uint32_t>& numbers,
                                               const std::vector<std::string>& names) {
  std::map<std::uint32_t, std::string> result;
  std::size_t i = 0;
  for (const std::uint32_t number : numbers)
    if (i < names.size()) result[number] = names[i++];
  return result;
}

// Without that extension there are numbers only.
Owners owners_of(const std::vector<Listed>& list, amiko::SftpClient& client) {
  if (!client.supports("users-groups-by-id@openssh.com")) return {};
  std::set<std::uint32_t> users;
  std::set<std::uint32_t> groups;
  for (const Listed& file : list) {
    if (file.attributes.uid) users.insert(*file.attributes.uid);
    if (file.attributes.gid) groups.insert(*file.attributes.gid);
  }
  return {by_number(users, client.user_names({users.begin(), users.end()})),
          by_number(groups, client.group_names({groups.begin(), groups.end()}))};
}

bool is_hidden(const std::string& name) {
  return name.starts_with('.');
}

}  // namespace

void Commands::list(const Command& command) {
  const bool here = command.paths.empty() || command.paths[0].pattern.empty();
  if (here) return list_directory(directory_, command.flags, {});
  const std::string pattern = remote_pattern(command.paths[0]);
  const std::vector<Entry> matches = expand(pattern, remote_);
  if (matches.empty()) throw CommandError("Can't ls: \"" + printable(unescaped(pattern)) + "\" not found");
  // Names are shown as they were asked for.
  const bool relative = !command.paths[0].pattern.starts_with('/');
  const auto shown = [&](const std::string& path) { return relative ? relative_to(path, directory_) : path; };
  if (matches.size() == 1 && remote_.is_directory(matches[0].name))
    return list_directory(matches[0].name, command.flags, shown(matches[0].name));
  std::vector<Listed> list;
  for (const Entry& match : matches)
    list.push_back({shown(match.name), match.attributes, {}});
  print_list(list, command.flags);
}

void Commands::list_directory(const std::string& path, const std::string& letters,
                              const std::string& prefix) {
  const ListFlags flags = ListFlags::from(letters);
  std::vector<Listed> list;
  const auto shown = [&](const std::string& name) { return join_path(prefix, name); };
  try {
    if (flags.hidden)
      for (const char* name : {".", ".."})
        list.push_back({shown(name), client_.lstat(join_path(path, name)), {}});
    amiko::SftpDirectory directory = client_.scandir(path);
    while (auto entry = directory.next()) {
      if (is_hidden(entry->filename) && !flags.hidden) continue;
      list.push_back({shown(entry->filename), std::move(entry->attributes), std::move(entry->longname)});
    }
  } catch (const amiko::SftpError& e) {
    throw CommandError("remote readdir(\"" + printable(path) + "\"): " + reason_of(e));
  }
  print_list(list, letters);
}

void Commands::print_list(std::vector<Listed>& list, const std::string& letters) {
  const ListFlags flags = ListFlags::from(letters);
  sort_listing(list, flags);
  if (flags.long_lines) {
    const Owners owners = flags.numbers ? Owners{} : owners_of(list, client_);
    const bool own_lines = flags.numbers || flags.short_sizes || !owners.users.empty();
    const std::time_t now = std::time(nullptr);
    std::string text;
    for (const Listed& file : list)
      text += own_lines || file.longname.empty() ? long_line(file, flags, owners, now)
                                                 : printable(file.longname) + "\n";
    print(text);
  } else if (flags.one_column) {
    std::string text;
    for (const Listed& file : list)
      text += printable(file.name) + "\n";
    print(text);
  } else {
    print(in_columns(list, terminal_width()));
  }
}

void Commands::show_disk(const Command& command) {
  const std::string path = command.paths.empty() ? directory_ : remote_path(command.paths[0]);
  if (!client_.supports("statvfs@openssh.com"))
    throw CommandError("Server does not support statvfs@openssh.com extension");
  try {
    const DiskUnits units = command.has('i')   ? DiskUnits::files
                            : command.has('h') ? DiskUnits::short_sizes
                                               : DiskUnits::kilobytes;
    print(disk_table(client_.statvfs(path), units));
  } catch (const amiko::SftpError& e) {
    throw CommandError("remote statvfs(\"" + printable(path) + "\"): " + reason_of(e));
  }
}

}  // namespace demo
