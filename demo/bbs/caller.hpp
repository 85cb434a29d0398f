// amiko - one person on line, as the others see them
#pragma once

#include <amiko/server/terminal.hpp>

#include "style.hpp"

#include <boost/thread/mutex.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace bbs {

/// The part of a session that other threads deal with.  Any thread; nothing here waits for the caller.
class Caller {
 public:
  struct Facts {
    int node = 0;
    std::string name{};
    std::int64_t account = 0;
    std::string address{};
    std::string terminal{};
    std::int64_t since = 0;
    bool sysop = false;
  };

  Caller(Facts facts, Style style);
  Caller(const Caller&) = delete;
  Caller& operator=(const Caller&) = delete;

  const Facts& facts() const noexcept { return facts_; }
  int node() const noexcept { return facts_.node; }
  const std::string& name() const noexcept { return facts_.name; }
  const Style& style() const noexcept { return style_; }

  /// What they do, for the list of callers.
  void set_activity(std::string activity);
  std::string activity() const;
  void note_input() noexcept;
  std::chrono::seconds idle() const noexcept;
  void set_columns(std::size_t columns) noexcept { columns_ = columns; }
  std::size_t columns() const noexcept { return columns_; }

  /// Whole lines, in this caller's style, for the session to show when it can without disturbing what is
  /// typed.  What they do not read is dropped in the end, and that it was is told.
  void tell(const std::string& lines);
  /// The session is asked to end and to say why.
  void hang_up(std::string why);
  std::optional<std::string> hung_up() const;

  // --- for the session itself

  /// From now on there is a terminal; null: no more.
  void attach(amiko::Terminal* terminal);
  /// What others have said since the last time.  When there is something, the terminal's read ends.
  std::string take_notices();

 private:
  const Facts facts_;
  const Style style_;
  std::atomic<std::int64_t> last_input_;
  std::atomic<std::size_t> columns_{80};
  mutable boost::mutex mutex_;
  amiko::Terminal* terminal_ = nullptr;
  std::string notices_;
  std::size_t dropped_ = 0;
  std::string activity_;
  std::optional<std::string> hung_up_;
};

}  // namespace bbs
