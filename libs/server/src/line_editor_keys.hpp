// amiko - from the bytes that a terminal sends to keys
#pragma once

#include <amiko/base/bytes.hpp>

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace amiko {

/// What the editor does with keys.
enum class KeyCommand {
  none,
  enter,
  eof_or_erase_right,
  erase_left,
  erase_right,
  erase_line,
  erase_to_end,
  erase_word,
  insert_erased,
  left,
  right,
  home,
  end,
  up,
  down,
  redraw,
  clear_screen,
  interrupt,
};

struct Key {
  enum class Kind {
    text,        ///< one typeable code point
    command,     ///< one of the editor's keys
    registered,  ///< a sequence that was added
    unknown,     ///< a control character without meaning, or bytes that are no UTF-8
  };
  Kind kind = Kind::unknown;
  KeyCommand command = KeyCommand::none;
  std::string_view bytes{};  ///< valid until the reader's next call
};

/// Input that waits, cut into keys one at a time.  Looks at no byte before it is asked to, so what follows a
/// key may be read otherwise.  Escape sequences that mean nothing are left out.  A sequence that is not
/// complete waits for its rest, 32 bytes at most; a longer one is swallowed to its end.
class KeyReader {
 public:
  KeyReader() = default;
  KeyReader(const KeyReader&) = delete;
  KeyReader& operator=(const KeyReader&) = delete;
  ~KeyReader();

  void feed(ByteView input);
  std::size_t unread() const noexcept { return input_.size() - offset_; }
  /// Input that waits.
  std::string_view rest() const noexcept { return std::string_view(input_).substr(offset_); }
  /// Drops the first `n` bytes of it.
  void drop(std::size_t n) noexcept;
  /// Nothing: more input is needed.
  std::optional<Key> next();
  /// All input that waits, as it is; without the rest of an Enter that was read (LF, NUL).
  std::string take_rest();

  /// Throws errc::invalid_argument if it is empty, longer than 32 bytes, or ends within a key.
  void add(const std::string& sequence);
  void remove(std::string_view sequence);

 private:
  enum class Match { none, partial, whole };
  struct Registered {
    Match match = Match::none;
    std::size_t length = 0;
  };

  std::string_view consume(std::size_t n) noexcept;
  void forget() noexcept;
  bool skip() noexcept;
  Registered find_registered() const;

  std::string input_;
  std::size_t offset_ = 0;         // of the first unread byte
  bool after_cr_ = false;          // LF or NUL would belong to the Enter before
  bool in_long_sequence_ = false;  // swallowing
  std::set<std::string, std::less<>> registered_;
};

}  // namespace amiko
