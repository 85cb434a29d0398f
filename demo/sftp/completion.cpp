// amiko - what Tab does
#include "completion.hpp"

#include "command.hpp"
#include "listing.hpp"
#include "paths.hpp"

#include <algorithm>
#include <exception>

#include <strings.h>

namespace demo {
namespace {

std::string common_start(const std::vector<std::string>& names) {
  std::string start = names.front();
  for (const std::string& name : names) {
    const auto [end, other] = std::ranges::mismatch(start, name);
    start.erase(end, start.end());
  }
  // Not half a character.
  for (int i = 0; i < 3 && !start.empty() && static_cast<unsigned char>(start.back()) >= 0x80; ++i)
    if (printable(start) != start) start.pop_back();
  return start;
}

// As it has to be typed, within the quote that is open.
std::string typed(std::string_view text, char quote) {
  std::string result;
  for (const char c : text) {
    const std::string_view special = quote == '\0' ? "'\"\\ \t#*?[" : "\\";
    if (c == quote || special.find(c) != std::string_view::npos) result += '\\';
    result += c;
  }
  return result;
}

Completion complete_command(std::string_view start) {
  std::vector<std::string> names;
  for (const Syntax& syntax : all_commands()) {
    const std::string name(syntax.name);
    if (name.size() >= start.size() &&
        ::strncasecmp(name.c_str(), std::string(start).c_str(), start.size()) == 0)
      names.push_back(name);
  }
  if (names.empty()) return {};
  if (names.size() == 1) return {names.front().substr(start.size()) + " ", {}};
  return {common_start(names).substr(start.size()), start.empty() ? std::vector<std::string>{} : names};
}

// Which side the last of the words is on; `words` begins with the command.
Side side_of_last(const Words& words) {
  const Syntax* syntax = find_command(words.list.front().text());
  if (syntax == nullptr) return Side::none;
  std::size_t number = 0;  // of arguments up to the last that are no flags
  for (std::size_t i = 1; i < words.list.size(); ++i)
    if (!words.list[i].pattern.starts_with('-') || i + 1 == words.list.size()) ++number;
  if (syntax->verb == Verb::lls) return Side::local;
  if (syntax->number) {
    if (number < 2) return Side::none;
    --number;
  }
  return number == 1 ? syntax->first : number == 2 ? syntax->second : Side::none;
}

Completion complete_path(const std::string& typed_path, char quote, Tree& tree,
                         const std::string& directory) {
  const std::size_t slash = typed_path.rfind('/');
  const std::string above = slash == std::string::npos ? "" : typed_path.substr(0, slash + 1);
  const std::string start = typed_path.substr(above.size());
  const std::string place = directory.empty() ? (above.empty() ? "." : above) : absolute(above, directory);
  std::vector<Entry> entries;
  try {
    entries = tree.list(place);
  } catch (const std::exception&) {
    return {};
  }
  std::vector<std::string> names;
  for (const Entry& entry : entries)
    if (entry.name.starts_with(start) && (start.starts_with('.') || !entry.name.starts_with('.')))
      names.push_back(entry.name);
  if (names.empty()) return {};
  std::ranges::sort(names);
  const std::string common = common_start(names);
  const std::string more = common.substr(std::min(start.size(), common.size()));
  // A quoted line cannot hold a newline or the like, nor a terminal what is no text.
  if (printable(more) != more) return {};
  Completion result{typed(more, quote), {}};
  if (names.size() == 1) {
    const bool is_directory = tree.is_directory(join_path(place, names.front()));
    if (is_directory)
      result.insert += '/';
    else
      result.insert += quote == '\0' ? " " : std::string(1, quote) + " ";
  } else {
    for (const std::string& name : names)
      result.choices.push_back(printable(name));
  }
  return result;
}

}  // namespace

Completion complete(std::string_view line, Tree& remote, const std::string& remote_directory, Tree& local) {
  const std::string_view text = read_prefix(line).text;
  if (text.starts_with('!')) return {};
  Words words = split_words_of(text, true);
  if (words.list.empty() || !words.unfinished) words.list.emplace_back();
  if (words.list.size() == 1) {
    Completion result = complete_command(words.list.front().text());
    if (text.empty())
      for (const Syntax& syntax : all_commands())
        result.choices.emplace_back(syntax.name);
    return result;
  }
  const Side side = side_of_last(words);
  if (side == Side::none) return {};
  const std::string path = unescaped(words.list.back().pattern);
  return side == Side::remote ? complete_path(path, words.open_quote, remote, remote_directory)
                              : complete_path(path, words.open_quote, local, "");
}

std::string choices_in_columns(const std::vector<std::string>& choices, std::size_t width) {
  std::vector<Listed> list;
  for (const std::string& choice : choices)
    list.push_back({choice, {}, {}});
  return in_columns(list, width);
}

}  // namespace demo
