// amiko - a line editor for interactive servers
#pragma once

#include <amiko/base/bytes.hpp>
#include <amiko/base/config.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace amiko {

struct LineEditorOptions {
  /// The client's terminal.  Long lines wrap on the families of xterm, vt100 to vt525, linux, screen, tmux,
  /// rxvt, putty, ansi, alacritty, kitty, foot, st, konsole, gnome, vte, wezterm and their like, with
  /// whatever follows a dash, a dot or a plus sign: "tmux-256color", "screen.linux".  On all others ("dumb",
  /// "emacs") the line scrolls sideways in one row, and no escape sequences are used.
  std::string term = "xterm";
  std::uint32_t columns = 80;   ///< the terminal's width; 0: 80
  std::size_t history = 1000;   ///< lines kept; 0: none
  std::size_t max_line = 1024;  ///< bytes of UTF-8 in a line; what does not fit rings the bell
  bool echo = true;             ///< false: what is typed is not shown
  bool line_echo = true;        ///< false: Enter takes the line off the screen; the application may write it
};

/// What next() found.
struct LineEvent {
  enum class Kind {
    line,       ///< Enter: `text` is the line without its end
    eof,        ///< Ctrl-D on an empty line; more may follow
    interrupt,  ///< Ctrl-C (text "INT", the line is dropped) or a registered key's signal (the line stays)
  };
  Kind kind = Kind::line;
  std::string text{};  ///< valid UTF-8 without control characters

  friend bool operator==(const LineEvent&, const LineEvent&) = default;
};

/// What the handler of a registered key wants done.
struct KeyResult {
  enum class Kind { nothing, replace, signal, insert, bell };
  Kind kind = Kind::nothing;
  std::string text{};
  std::size_t position = 0;

  static KeyResult nothing() { return {}; }
  /// Another line, with the cursor at this byte.
  static KeyResult replace(std::string line, std::size_t at) { return {Kind::replace, std::move(line), at}; }
  /// next() returns LineEvent::Kind::interrupt with this name ("INT"); the line stays.
  static KeyResult signal(std::string name) { return {Kind::signal, std::move(name), 0}; }
  /// The key stands for itself: its text goes into the line.
  static KeyResult insert() { return {Kind::insert, {}, 0}; }
  static KeyResult bell() { return {Kind::bell, {}, 0}; }
};

/// Line editing for a client with a terminal: keys in, lines and terminal output out.  It does no I/O and
/// never waits.  Keys:
///
///   Enter (CR, LF, CR LF, CR NUL, ESC O M)       Ctrl-D: end of file on an empty line, else erase right
///   Backspace (0x08, 0x7f), Delete                Ctrl-U, Ctrl-K, Ctrl-W: erase line, to the end, word
///   arrows, Ctrl-B, Ctrl-F, Ctrl-P, Ctrl-N        Ctrl-Y: insert what these three erased last
///   Home, End, Ctrl-A, Ctrl-E                     Ctrl-R, Ctrl-L: draw anew, on a cleared screen
///   Ctrl-C, ESC [ 33 ~: interrupt
///
/// Other escape sequences and ESC itself are ignored; other control characters and bytes that are no UTF-8
/// ring the bell.  A character is a code point with the combining marks after it (at most 30); the cursor
/// stands between characters, and each takes one or two columns after Unicode's tables.  The screen's height
/// is not known: of a line that needs more rows than there are, the upper part is not drawn right.
///
/// Positions count bytes of UTF-8.  Not synchronised: one thread at a time.  A moved-from editor may only be
/// destroyed or assigned to.
class AMIKO_DECL LineEditor {
 public:
  explicit LineEditor(LineEditorOptions options = {});
  LineEditor(LineEditor&&) noexcept;
  LineEditor& operator=(LineEditor&&) noexcept;
  ~LineEditor();

  // --- the client's side

  /// Keys as they came, cut anywhere.  They are kept, without limit, until next() or read_raw() takes them:
  /// hold back the channel's window while unread() is large.
  void feed(ByteView input);
  /// Bytes that were fed and not looked at yet.
  std::size_t unread() const noexcept;
  /// How many Ctrl-C are among them.
  std::size_t unread_interrupts() const noexcept;
  /// Drops what was fed up to the last Ctrl-C and with it the line being typed, as a terminal driver does,
  /// and shows "^C".  False, and nothing has happened, when there is no Ctrl-C among the unread bytes.
  bool take_interrupts();
  /// What is to be sent to the terminal since the last call; brings the line on the screen up to date.
  std::string take_output();
  /// The terminal has another width; 0: 80.
  void resize(std::uint32_t columns);

  // --- the application's side

  /// Works on the keys until there is something to tell; nothing when more keys are needed, and in raw mode.
  /// Keys after that stay unread and unseen, so that a pasted line is not shown before the application has
  /// answered the one before it; so does a Ctrl-C among them.  Passes on what a key handler throws.
  std::optional<LineEvent> next();
  /// Raw mode only: the line that was being typed when it began, and all input since; "" if there is none.
  std::string read_raw();
  /// The application's output, UTF-8 text that may hold terminal sequences; LF becomes CR LF and bytes that
  /// are no UTF-8 become U+FFFD.  The line being typed is taken off the screen and drawn after it, in the
  /// same row where the output ends in mid-line.  A sequence that is cut at the end waits for its rest.
  void write(std::string_view text);
  /// Text in front of the line, shown from next() to Enter.  A prompt may also be written as output.  Throws
  /// errc::invalid_argument for control characters, escape sequences and what is no UTF-8.
  void set_prompt(std::string_view prompt);
  /// Off, for passwords: the line is not shown and not kept in the history; editing works.
  void set_echo(bool echo);
  /// Off: raw mode, input is handed out by read_raw() as it comes and nothing is shown.
  void set_line_mode(bool line_mode);

  /// What is typed so far.
  const std::string& input() const noexcept;
  /// Bytes in front of the cursor.
  std::size_t position() const noexcept;
  /// Throws errc::invalid_argument for what could not have been typed: control characters, no UTF-8, longer
  /// than max_line, a combining mark that has nothing to stand on; and for a position behind the end.  A
  /// position within a character is moved to its start.
  void set_input(std::string_view line, std::size_t position);
  void clear_input();

  /// Called within next() with the line and the position of the cursor.  It may call the editor's other
  /// functions, next() excepted.  A line that set_input() would refuse is thrown from next() likewise.
  using KeyHandler = std::function<KeyResult(const std::string& line, std::size_t position)>;
  /// `sequence` is one key or more as the terminal sends them ("\t", "\x1b[15~", "\x18s"), 32 bytes at most;
  /// it comes before what the editor does with these keys, and where one registered sequence begins
  /// another, the shorter.  Replaces the handler of the same sequence.  Throws errc::invalid_argument for a
  /// sequence that ends within a key, as "\x1b" does, and for an empty handler.
  void register_key(std::string sequence, KeyHandler handler);
  /// What the editor itself does with the key is back; nothing happens if there is no such registration.
  void unregister_key(std::string_view sequence);

  /// Adds a line as if it had been typed; "" and the line added last are left out.  Throws as set_input().
  void add_history(std::string_view line);
  void clear_history();
  /// Oldest first.
  std::vector<std::string> history() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace amiko
