// amiko - a caller's session: questions and keys
#include "session.hpp"

#include "text.hpp"

#include <algorithm>
#include <utility>

namespace bbs {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds longest_warning{60};
constexpr std::size_t longest_input = 8192;  // bytes: an authorized_keys line of the largest RSA key
constexpr std::size_t history = 50;

Style style_of(const amiko::ServerProcess& process) {
  return process.pty() ? Style::of(process.pty()->term, process.env()) : Style();
}

std::string terminal_name(const amiko::ServerProcess& process) {
  return process.pty() ? clean(process.pty()->term, 20) : "none";
}

}  // namespace

Session::Session(Bbs& bbs, amiko::ServerProcess& process)
    : bbs_(bbs),
      process_(process),
      style_(style_of(process)),
      terminal_(process, {.history = history, .max_line = longest_input}) {
  terminal_.on_resize([this] {
    resized_ = true;
    if (caller_) caller_->set_columns(columns());
    terminal_.interrupt_read();
  });
  // Whoever does not read for so long is not there any more.
  process.channel().settimeout(std::max(bbs.options.idle, std::chrono::seconds(60)));
}

Session::~Session() {
  if (!caller_) return;
  caller_->attach(nullptr);
  bbs_.callers.remove(*caller_);
}

void Session::log_in(const Account& account) {
  account_ = account;
  caller_ = bbs_.callers.add(
      {.name = account.name,
       .account = account.id,
       .address = process_.connection().peer_address(),
       .terminal = terminal_name(process_),
       .since = now_seconds(),
       .sysop = account.sysop},
      style_, [connection = process_.connection()]() mutable { connection.disconnect("You were put out."); });
  caller_->set_columns(columns());
  caller_->attach(&terminal_);
}

void Session::doing(const std::string& what) {
  if (caller_) caller_->set_activity(what);
}

void Session::log(const std::string& what) const {
  const std::string who = caller_ ? caller_->name() + " (line " + std::to_string(caller_->node()) + ")"
                                  : process_.connection().peer_address();
  bbs_.log.write(amiko::LogLevel::info, who + " " + what);
}

void Session::complain(std::string_view line) {
  write(" " + style_.paint(Ink::warning, style_.shown(line)) + "\n");
}

void Session::forget_question() {
  terminal_.editor().clear_input();
  terminal_.editor().set_prompt({});
}

// --- the end of a session

bool Session::gone() {
  return process_.channel().closed() || process_.channel().eof_received();
}

void Session::check_line() {
  if (!caller_) return;
  if (auto why = caller_->hung_up()) throw HungUp{std::move(*why)};
}

void Session::check_idle() {
  const auto idle = Clock::now() - last_input_;
  if (idle >= bbs_.options.idle) throw HungUp{"You did nothing for too long. Good night!"};
  const auto warning = std::min<Clock::duration>(longest_warning, bbs_.options.idle / 2);
  if (warned_ || idle < bbs_.options.idle - warning) return;
  warned_ = true;
  const auto left = std::chrono::ceil<std::chrono::seconds>(bbs_.options.idle - idle);
  const std::string text = "Are you still there? The line is cut in " + duration(left.count()) + ".\a";
  if (caller_)
    caller_->tell(" " + style_.paint(Ink::warning, text) + "\n");
  else
    complain(text);
}

/// One read, cut into pieces by the warning and by what others want of this session.
template <class Read>
amiko::TerminalInput Session::wait(Read read) {
  check_line();
  check_idle();
  const auto warning = std::min<Clock::duration>(longest_warning, bbs_.options.idle / 2);
  const auto limit = last_input_ + bbs_.options.idle - (warned_ ? Clock::duration(0) : warning);
  amiko::TerminalInput input = read(std::max<Clock::duration>(limit - Clock::now(), Clock::duration(0)));
  check_line();
  if (std::holds_alternative<amiko::NoInput>(input)) return input;
  if (std::holds_alternative<amiko::EndOfInput>(input) && gone()) throw HungUp{};
  if (const auto* interrupted = std::get_if<amiko::Interrupted>(&input);
      interrupted && (interrupted->signal == "HUP" || interrupted->signal == "TERM"))
    throw HungUp{"Good bye!"};
  last_input_ = Clock::now();
  warned_ = false;
  if (caller_) caller_->note_input();
  return input;
}

// --- lines

std::optional<std::string> Session::read_line(const std::string& prompt, const Redraw& redraw) {
  std::string text = prompt;
  resized_ = false;
  show_notices({});
  for (;;) {
    auto input = wait([&](amiko::Timeout timeout) { return terminal_.read(text, timeout); });
    if (auto* line = std::get_if<std::string>(&input)) return std::move(*line);
    if (!std::holds_alternative<amiko::NoInput>(input)) {
      if (std::holds_alternative<amiko::EndOfInput>(input)) write("\n");
      return std::nullopt;
    }
    if (!interactive()) text.clear();  // it stands there already
    show_notices({});                  // the line editor takes care of the line that is being typed
    if (std::exchange(resized_, false) && redraw) redraw();
  }
}

std::optional<std::string> Session::ask_raw(const std::string& prompt) {
  return read_line(prompt);
}

std::optional<std::string> Session::ask(const std::string& prompt, std::size_t limit, const Redraw& redraw) {
  for (;;) {
    const auto line = read_line(prompt, redraw);
    if (!line) return std::nullopt;
    std::string text = clean(*line, limit + 1);
    if (characters(text) <= limit) return text;
    complain("That is too long: " + std::to_string(limit) + " characters at most.");
  }
}

std::optional<amiko::Secret> Session::ask_secret(const std::string& prompt) {
  terminal_.editor().set_echo(false);
  std::optional<std::string> line;
  try {
    line = read_line(prompt);
  } catch (...) {
    terminal_.editor().set_echo(true);
    throw;
  }
  terminal_.editor().set_echo(true);
  if (!line) return std::nullopt;
  amiko::Secret secret{std::string_view(*line)};
  amiko::wipe(line->data(), line->size());
  return secret;
}

bool Session::confirm(const std::string& question) {
  return key(question + " [y/N] ") == 'y';
}

// --- keys

// Empty: others want something.
std::string Session::read_key() {
  if (!interactive()) {
    auto input = wait([&](amiko::Timeout timeout) { return terminal_.read({}, timeout); });
    if (auto* line = std::get_if<std::string>(&input)) return line->empty() ? "\r" : *line;
    return std::holds_alternative<amiko::NoInput>(input) ? "" : "\x04";
  }
  auto input = wait([&](amiko::Timeout timeout) { return terminal_.read_key(timeout); });
  if (auto* pressed = std::get_if<std::string>(&input)) return std::move(*pressed);
  return std::holds_alternative<amiko::NoInput>(input) ? "" : "\x04";
}

// What others said goes above the prompt that is to be written anew then.
bool Session::show_notices(const std::string& prompt) {
  const std::string notices = caller_ ? caller_->take_notices() : "";
  if (notices.empty()) return false;
  if (!prompt.empty()) write(interactive() ? style_.clear_row(bbs::columns(prompt)) : "\n");
  write(notices);
  return true;
}

char Session::key(const std::string& prompt, const Redraw& redraw) {
  for (;;) {
    if (const char pressed = key_or_resize(prompt); pressed != resized) return pressed;
    if (redraw) redraw();
  }
}

char Session::key_or_resize(const std::string& prompt) {
  std::string bytes;
  resized_ = false;
  show_notices({});
  write(prompt);
  for (;;) {
    bytes = read_key();
    if (!bytes.empty()) break;
    const bool again = show_notices(prompt);
    if (std::exchange(resized_, false)) {
      write(interactive() ? style_.clear_row(bbs::columns(prompt)) : "\n");
      return resized;
    }
    if (again) write(prompt);
  }
  const char pressed = bytes[0];
  if (pressed == '\n') return '\r';
  if (pressed == '\x03' || pressed == resized) return '\x04';
  return pressed >= 'A' && pressed <= 'Z' ? static_cast<char>(pressed - 'A' + 'a') : pressed;
}

}  // namespace bbs
