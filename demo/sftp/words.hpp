// amiko - the words of a command, with sftp's rules for quotes and backslashes
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace demo {

/// A command that makes no sense; the text is for the user.
class CommandError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// One word.  `pattern` is a glob pattern, in which "\" takes the meaning from what was quoted.
struct Word {
  std::string pattern{};

  /// What the word says where patterns are not understood.
  std::string text() const;

  friend bool operator==(const Word&, const Word&) = default;
};

/// A line in words.
struct Words {
  std::vector<Word> list{};
  char open_quote = '\0';       ///< the quote that was not closed
  bool unfinished = false;      ///< the line ends in the last word and not after it
  std::size_t last_begins = 0;  ///< where the last word begins in the line
};

/// White space separates words; quotes of either kind and backslashes take away the meaning of what they
/// quote; "#" begins a comment.  (OpenSSH sftp(1), INTERACTIVE COMMANDS)  Throws CommandError for a quote
/// that is not closed, unless the line is still being typed (`partial`).
Words split_words_of(std::string_view line, bool partial = false);

/// `text` as a pattern that matches just it.
std::string escaped(std::string_view text);
/// A pattern without its backslashes, as glob(3) reads it.
std::string unescaped(std::string_view pattern);
/// Whether there is something in it that may match several names.
bool has_wildcards(std::string_view pattern);

}  // namespace demo
