// amiko - a caller's session: questions, keys and pages
#pragma once

#include "bbs.hpp"
#include "rate_limit.hpp"
#include "screen.hpp"
#include "style.hpp"

#include <amiko/server/server_process.hpp>
#include <amiko/server/terminal.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bbs {

/// The session is over: the caller is gone, was idle or was told to go.  The text is for the caller; empty:
/// nobody is there to read it.
struct HungUp {
  std::string why{};
};

/// What all parts of the board talk to a caller with.  Belongs to the session's thread.  All reads throw
/// HungUp; all writes throw what Terminal::write() does once the caller is gone.
class Session {
 public:
  Session(Bbs& bbs, amiko::ServerProcess& process);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session();

  Bbs& bbs() noexcept { return bbs_; }
  const Account& account() const noexcept { return account_; }
  /// The session is this account's from now on, and others see the caller.
  void log_in(const Account& account);
  /// After log_in().
  const CallerPtr& caller() const noexcept { return caller_; }
  const Style& style() const noexcept { return style_; }
  const std::string& address() { return process_.connection().peer_address(); }
  bool interactive() const noexcept { return terminal_.interactive(); }
  std::size_t columns() const { return terminal_.size().columns; }
  std::size_t rows() const { return terminal_.size().rows; }
  Screen screen() const { return {style_, columns()}; }
  /// For the list of callers.
  void doing(const std::string& what);
  /// Tells the log who did what.
  void log(const std::string& what) const;

  void write(std::string_view text) { terminal_.write(text); }
  void say(std::string_view line) { write(" " + std::string(line) + "\n"); }
  void complain(std::string_view line);
  /// Takes the question that was not answered off the screen.
  void forget_question();

  /// Draws anew what stands above a prompt; called when the terminal has another size.
  using Redraw = std::function<void()>;

  /// A line, cleaned and at most `limit` characters: longer ones are refused and asked for again.  Nothing
  /// for Ctrl-C and Ctrl-D.
  std::optional<std::string> ask(const std::string& prompt, std::size_t limit = 200,
                                 const Redraw& redraw = {});
  /// A line as it was typed, tabs and blanks included.
  std::optional<std::string> ask_raw(const std::string& prompt);
  std::optional<amiko::Secret> ask_secret(const std::string& prompt);
  /// A key in lower case: a character, '\r' for Enter, '\x1b' for Escape and all special keys, '\x04' for
  /// Ctrl-C and Ctrl-D.
  char key(const std::string& prompt, const Redraw& redraw = {});
  /// The same, or `resized` when the terminal has another size; the prompt is gone then.
  char key_or_resize(const std::string& prompt);
  static constexpr char resized = '\0';
  bool confirm(const std::string& question);
  /// Until a key is pressed; nothing without a terminal.
  void pause();

  /// Lines for a terminal of so many columns.
  using Render = std::function<std::vector<std::string>(std::size_t columns)>;
  /// Shows them page by page.  False when the reader stopped before the end.
  bool page(const Render& render);

  RateLimit chat_rate{6, std::chrono::milliseconds(800)};
  RateLimit post_rate{4, std::chrono::seconds(15)};

 private:
  template <class Read>
  amiko::TerminalInput wait(Read read);
  std::optional<std::string> read_line(const std::string& prompt, const Redraw& redraw = {});
  std::string read_key();
  bool gone();
  void check_line();
  void check_idle();
  bool show_notices(const std::string& prompt);
  std::size_t show_rows(const std::vector<std::string>& lines, std::size_t from, std::size_t many);

  Bbs& bbs_;
  amiko::ServerProcess& process_;
  const Style style_;
  amiko::Terminal terminal_;
  Account account_{};
  CallerPtr caller_{};
  std::chrono::steady_clock::time_point last_input_ = std::chrono::steady_clock::now();
  bool warned_ = false;
  bool resized_ = false;
};

}  // namespace bbs
