// amiko - the words of a command, with sftp's rules for quotes and backslashes
#include "words.hpp"

namespace demo {
namespace {

constexpr std::string_view wildcards = "*?[";

bool is_space(char c) {
  return std::string_view(" \t\r\n\v\f").find(c) != std::string_view::npos;
}

class Splitter {
 public:
  explicit Splitter(std::string_view line) : line_(line) {}

  Words split() {
    while (at_ < line_.size() && take(line_[at_]))
      ++at_;
    words_.unfinished = in_word_;
    words_.open_quote = quote_;
    return std::move(words_);
  }

 private:
  char following() const { return at_ + 1 < line_.size() ? line_[at_ + 1] : '\0'; }
  std::string& word() {
    if (!in_word_) {
      words_.list.emplace_back();
      words_.last_begins = at_;
      in_word_ = true;
    }
    return words_.list.back().pattern;
  }
  bool take(char c) {
    if (quote_ != '\0') {
      take_quoted(c);
    } else if (is_space(c)) {
      in_word_ = false;
    } else if (c == '#') {
      in_word_ = false;
      return false;
    } else if (c == '"' || c == '\'') {
      word();
      quote_ = c;
    } else if (c == '\\') {
      take_backslash();
    } else {
      word() += c;
    }
    return true;
  }
  void take_backslash() {
    const char next = following();
    std::string& to = word();
    // One at the very end stands for itself.
    if (next == '\0' || next == '\\' || wildcards.find(next) != std::string_view::npos) to += '\\';
    to += next == '\0' ? '\\' : next;
    ++at_;
  }
  void take_quoted(char c) {
    std::string& to = word();
    if (c == quote_) {
      quote_ = '\0';
    } else if (c == '\\' && following() != '\0') {
      const char next = following();
      // "\*" within quotes is a backslash and a star; with other characters the pattern keeps its backslash.
      if (wildcards.find(next) != std::string_view::npos)
        to += "\\\\\\";
      else if (next != quote_)
        to += '\\';
      to += next;
      ++at_;
    } else {
      if (c == '\\' || wildcards.find(c) != std::string_view::npos) to += '\\';
      to += c;
    }
  }

  std::string_view line_;
  std::size_t at_ = 0;
  bool in_word_ = false;
  char quote_ = '\0';
  Words words_;
};

}  // namespace

std::string Word::text() const {
  std::string plain;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const bool escapes = pattern[i] == '\\' && i + 1 < pattern.size() &&
                         std::string_view("*?[]\\").find(pattern[i + 1]) != std::string_view::npos;
    if (escapes) ++i;
    plain += pattern[i];
  }
  return plain;
}

Words split_words_of(std::string_view line, bool partial) {
  Words words = Splitter(line).split();
  if (words.open_quote != '\0' && !partial) throw CommandError("Unterminated quoted argument");
  return words;
}

std::string escaped(std::string_view text) {
  std::string pattern;
  for (const char c : text) {
    if (c == '\\' || wildcards.find(c) != std::string_view::npos) pattern += '\\';
    pattern += c;
  }
  return pattern;
}

std::string unescaped(std::string_view pattern) {
  std::string text;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '\\' && i + 1 < pattern.size()) ++i;
    text += pattern[i];
  }
  return text;
}

bool has_wildcards(std::string_view pattern) {
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '\\')
      ++i;
    else if (wildcards.find(pattern[i]) != std::string_view::npos)
      return true;
  }
  return false;
}

}  // namespace demo
