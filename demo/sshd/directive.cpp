// amiko - one line of sshd_config(5), taken apart
#include "keywords.hpp"
#include "values.hpp"

#include <algorithm>

namespace demo::sshd {
namespace {

constexpr std::string_view blank = " \t\r\n\f";

std::string_view trimmed(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(blank), text.size()));
  return text.substr(0, text.find_last_not_of(blank) + 1);
}

// Words may be in quotes, where a backslash goes before a quote; '#' at a word's start ends the line.
std::vector<std::string> words_of(std::string_view text, const Directive& directive) {
  std::vector<std::string> words;
  std::size_t i = 0;
  for (;;) {
    i = text.find_first_not_of(blank, i);
    if (i == text.npos || text[i] == '#') return words;
    std::string word;
    char quote = '\0';
    for (; i < text.size() && (quote != '\0' || blank.find(text[i]) == blank.npos); ++i) {
      const char c = text[i];
      const bool escaped = c == '\\' && i + 1 < text.size() &&
                           (text[i + 1] == '"' || text[i + 1] == '\'' || text[i + 1] == '\\');
      if (escaped)
        word += text[++i];
      else if (quote == '\0' && (c == '"' || c == '\''))
        quote = c;
      else if (c == quote)
        quote = '\0';
      else
        word += c;
    }
    if (quote != '\0') directive.fail("no closing quote");
    words.push_back(std::move(word));
  }
}

}  // namespace

void Directive::fail(const std::string& what) const {
  throw OptionError(where + ": " + (name.empty() ? "" : name + ": ") + what);
}

const std::string& Directive::word() const {
  if (words.empty()) fail("missing argument");
  if (words.size() > 1) fail("extra arguments at end of line");
  return words.front();
}

Directive parse_directive(const ConfigLine& line) {
  Directive directive;
  directive.where = line.file + (line.line > 0 ? " line " + std::to_string(line.line) : "");
  if (line.text.find('\0') != std::string::npos) directive.fail("a NUL byte");
  std::string_view text = trimmed(line.text);
  if (text.empty() || text.front() == '#') return directive;
  const std::size_t end = std::min(text.find_first_of(" \t\r\n\f=\""), text.size());
  directive.name = std::string(text.substr(0, end));
  directive.keyword = lower_case(directive.name);
  text = trimmed(text.substr(end));
  if (text.starts_with('=')) text = trimmed(text.substr(1));
  directive.rest = std::string(text);
  directive.words = words_of(text, directive);
  return directive;
}

}  // namespace demo::sshd
