// amiko - one person on line, as the others see them
#include "caller.hpp"

#include "text.hpp"

#include <boost/thread/lock_guard.hpp>

#include <utility>

namespace bbs {
namespace {

constexpr std::size_t most_notices = 64 * 1024;

std::int64_t steady_milliseconds() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

}  // namespace

Caller::Caller(Facts facts, Style style)
    : facts_(std::move(facts)), style_(style), last_input_(steady_milliseconds()) {}

void Caller::set_activity(std::string activity) {
  const boost::lock_guard guard(mutex_);
  activity_ = std::move(activity);
}

std::string Caller::activity() const {
  const boost::lock_guard guard(mutex_);
  return activity_;
}

void Caller::note_input() noexcept {
  last_input_ = steady_milliseconds();
}

std::chrono::seconds Caller::idle() const noexcept {
  const std::chrono::milliseconds idle(steady_milliseconds() - last_input_);
  return std::chrono::duration_cast<std::chrono::seconds>(idle);
}

void Caller::tell(const std::string& lines) {
  const boost::lock_guard guard(mutex_);
  if (!terminal_) return;
  if (notices_.size() + lines.size() > most_notices) {
    ++dropped_;
    return;
  }
  notices_ += lines;
  terminal_->interrupt_read();
}

void Caller::hang_up(std::string why) {
  const boost::lock_guard guard(mutex_);
  if (!hung_up_) hung_up_ = std::move(why);
  if (terminal_) terminal_->interrupt_read();
}

std::optional<std::string> Caller::hung_up() const {
  const boost::lock_guard guard(mutex_);
  return hung_up_;
}

void Caller::attach(amiko::Terminal* terminal) {
  const boost::lock_guard guard(mutex_);
  terminal_ = terminal;
}

std::string Caller::take_notices() {
  const boost::lock_guard guard(mutex_);
  std::string notices = std::exchange(notices_, {});
  if (const std::size_t lost = std::exchange(dropped_, 0); lost != 0)
    notices += " (" + count(static_cast<std::int64_t>(lost), "message") + " not shown)\n";
  return notices;
}

}  // namespace bbs
