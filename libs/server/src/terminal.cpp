// amiko - a person at a terminal
#include <amiko/server/terminal.hpp>

#include <amiko/base/error.hpp>
#include <amiko/support/mutex.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <utility>

namespace amiko {
namespace {

constexpr std::size_t kept_text = 256 * 1024;
constexpr std::size_t longest_plain_line = 64 * 1024;
constexpr std::size_t longest_key = 32;
constexpr std::size_t most_dropped = 1024 * 1024;  // in one take_interrupt(): a client may type for ever
constexpr char interrupt_key = '\x03';

std::size_t count_interrupts(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count(text, interrupt_key));
}

LineEditorOptions fitted(LineEditorOptions options, const ServerProcess& process) {
  if (process.pty()) {
    options.term = process.pty()->term;
    options.columns = process.size().columns;
  }
  return options;
}

// What other threads leave for the owner.  It outlives the terminal in the hands of those who still hold it.
struct Mail {
  support::Mutex mutex;
  std::string text;
  std::optional<WindowSize> size;
  std::string signal;
  bool interrupted = false;
  // Ctrl-C: what the channel has had, and what the owner has taken note of.
  std::uint64_t typed = 0, told = 0;
  std::function<void()> on_interrupt;

  bool has_interrupt() const { return typed > told || !signal.empty(); }
};

// Without the lock: the handler is the user's.
template <class Change>
void leave(Mail& mail, Change change) {
  std::function<void()> handler;
  {
    const support::Guard guard(mail.mutex);
    const bool before = mail.has_interrupt();
    change();
    if (!before && mail.has_interrupt()) handler = mail.on_interrupt;
  }
  if (handler) handler();
}

}  // namespace

struct Terminal::Impl {
  Impl(ServerProcess& session, LineEditorOptions options)
      : process(session), channel(session.channel()), editor(fitted(std::move(options), session)) {}

  // What has been left, in one go.
  struct Delivery {
    std::string text;
    std::string signal;
    bool interrupted = false;
  };
  Delivery collect() {
    std::optional<WindowSize> resized;
    Delivery delivery;
    {
      const support::Guard guard(mail->mutex);
      delivery.text = std::exchange(mail->text, {});
      delivery.signal = std::exchange(mail->signal, {});
      delivery.interrupted = std::exchange(mail->interrupted, false);
      resized = std::exchange(mail->size, std::nullopt);
    }
    if (resized) {
      editor.resize(resized->columns);
      if (resize_handler) resize_handler();
    }
    return delivery;
  }

  void show(std::string_view text) {
    if (interactive) {
      if (!text.empty()) editor.write(text);
      const std::string out = editor.take_output();
      if (!out.empty()) channel.sendall(out);
    } else if (!text.empty()) {
      channel.sendall(text);
    }
  }

  // More bytes from the client.  `false`: no more will come.
  enum class Fetched { data, end, nothing };
  Fetched fetch(Deadline deadline) {
    const unsigned found = channel.wait(Channel::out | Channel::end | Channel::woken, deadline.left());
    if ((found & Channel::out) != 0) {
      const std::string data = channel.recv(4096);
      received += count_interrupts(data);
      if (interactive)
        editor.feed(data);
      else
        plain += data;
      return data.empty() ? Fetched::end : Fetched::data;
    }
    if ((found & Channel::end) != 0) return Fetched::end;
    return Fetched::nothing;
  }

  std::optional<TerminalInput> edited() {
    const auto event = editor.next();
    if (!event) return std::nullopt;
    switch (event->kind) {
      case LineEvent::Kind::line:
        return event->text;
      case LineEvent::Kind::interrupt:
        return Interrupted{event->text};
      case LineEvent::Kind::eof:
        break;
    }
    return EndOfInput{};
  }

  std::optional<TerminalInput> plain_line(bool at_end) {
    const auto newline = plain.find_first_of("\r\n");
    if (newline == std::string::npos) {
      if (plain.size() < longest_plain_line && (!at_end || plain.empty())) return std::nullopt;
      return std::exchange(plain, {});
    }
    std::string line = plain.substr(0, newline);
    const bool both = plain.compare(newline, 2, "\r\n") == 0;
    plain.erase(0, newline + (both ? 2 : 1));
    return line;
  }

  std::optional<TerminalInput> key() {
    if (!interactive) {
      if (plain.empty()) return std::nullopt;
      std::string first = plain.substr(0, 1);
      plain.erase(0, 1);
      return first;
    }
    keys += editor.read_raw();
    if (keys.empty()) return std::nullopt;
    // An escape sequence is one key: it comes in one piece from every terminal that a person uses.
    const auto next_escape = keys.find('\x1b', 1);
    const std::size_t size = keys[0] == '\x1b' ? std::min({keys.size(), next_escape, longest_key}) : 1;
    std::string first = keys.substr(0, size);
    keys.erase(0, size);
    return first;
  }

  template <class Look>
  TerminalInput wait_for(Deadline deadline, Look look) {
    TerminalInput input = look_until(deadline, look);
    note_interrupts();
    return input;
  }

  // Those that wait behind what was read have not been told of.
  void note_interrupts() {
    const std::uint64_t waiting = editor.unread_interrupts() + count_interrupts(keys);
    const support::Guard guard(mail->mutex);
    mail->told = received - waiting;
  }

  bool take_interrupt() {
    std::size_t dropped = 0;
    while (dropped < most_dropped && channel.recv_ready()) {
      dropped += editor.unread();
      if (fetch(Deadline::after(std::chrono::seconds(0))) != Fetched::data) break;
    }
    const std::size_t last = keys.rfind(interrupt_key);
    bool found = last != std::string::npos;
    if (found) keys.erase(0, last + 1);
    if (editor.take_interrupts()) {
      keys.clear();
      found = true;
    }
    {
      const support::Guard guard(mail->mutex);
      if (!std::exchange(mail->signal, {}).empty()) found = true;
    }
    note_interrupts();
    show({});
    return found;
  }

  template <class Look>
  TerminalInput look_until(Deadline deadline, Look& look) {
    bool at_end = false;
    for (;;) {
      Delivery delivery = collect();
      show(delivery.text);
      if (!delivery.signal.empty()) return Interrupted{std::move(delivery.signal)};
      if (auto input = look(at_end)) {
        show({});
        return std::move(*input);
      }
      show({});
      if (at_end) return EndOfInput{};
      if (delivery.interrupted || deadline.passed()) return NoInput{};
      at_end = fetch(deadline) == Fetched::end;
    }
  }

  ServerProcess& process;
  Channel& channel;
  LineEditor editor;
  bool interactive = process.pty().has_value();
  std::function<void()> resize_handler;
  std::string plain;           // without a terminal: what has come and was not taken
  std::string keys;            // typed ahead in raw mode
  std::uint64_t received = 0;  // how many Ctrl-C have been
  const std::shared_ptr<Mail> mail = std::make_shared<Mail>();
};

Terminal::Terminal(ServerProcess& process, LineEditorOptions options)
    : impl_(std::make_unique<Impl>(process, std::move(options))) {
  process.on_event([mail = impl_->mail, &channel = process.channel()](const ServerEvent& event) {
    leave(*mail, [&] {
      if (const auto* resized = std::get_if<SizeEvent>(&event)) mail->size = resized->size;
      if (const auto* signal = std::get_if<SignalEvent>(&event)) mail->signal = signal->name;
      if (std::holds_alternative<BreakEvent>(event)) mail->signal = "INT";
    });
    channel.wake();
  });
  if (impl_->interactive)
    process.channel().watch_interrupts(
        [mail = impl_->mail](std::uint64_t count) { leave(*mail, [&] { mail->typed = count; }); });
}

Terminal::Terminal(Terminal&&) noexcept = default;

Terminal::~Terminal() {
  if (!impl_) return;
  impl_->process.on_event({});
  if (impl_->interactive) impl_->channel.watch_interrupts({});
}

bool Terminal::interactive() const noexcept {
  return impl_->interactive;
}

WindowSize Terminal::size() const {
  return impl_->process.size();
}

TerminalInput Terminal::read(std::string_view prompt, Timeout timeout) {
  if (impl_->interactive)
    impl_->editor.set_prompt(prompt);
  else if (!prompt.empty())
    impl_->channel.sendall(prompt);
  return impl_->wait_for(Deadline::after(timeout), [this](bool at_end) {
    return impl_->interactive ? impl_->edited() : impl_->plain_line(at_end);
  });
}

std::optional<std::string> Terminal::readline(std::string_view prompt, Timeout timeout) {
  TerminalInput input = read(prompt, timeout);
  if (auto* line = std::get_if<std::string>(&input)) return std::move(*line);
  return std::nullopt;
}

std::optional<Secret> Terminal::read_secret(std::string_view prompt, Timeout timeout) {
  impl_->editor.set_echo(false);
  TerminalInput input = read(prompt, timeout);
  impl_->editor.set_echo(true);
  auto* line = std::get_if<std::string>(&input);
  if (!line) return std::nullopt;
  Secret secret{std::string_view(*line)};
  wipe(line->data(), line->size());
  return secret;
}

TerminalInput Terminal::read_key(Timeout timeout) {
  impl_->editor.set_line_mode(false);
  TerminalInput input = impl_->wait_for(Deadline::after(timeout), [this](bool) { return impl_->key(); });
  impl_->editor.set_line_mode(true);
  return input;
}

void Terminal::write(std::string_view text) {
  impl_->show(text);
}

bool Terminal::post(std::string_view text) {
  {
    const support::Guard guard(impl_->mail->mutex);
    if (impl_->mail->text.size() + text.size() > kept_text) return false;
    impl_->mail->text += text;
  }
  impl_->channel.wake();
  return true;
}

void Terminal::interrupt_read() {
  {
    const support::Guard guard(impl_->mail->mutex);
    impl_->mail->interrupted = true;
  }
  impl_->channel.wake();
}

bool Terminal::interrupted() const {
  const support::Guard guard(impl_->mail->mutex);
  return impl_->mail->has_interrupt();
}

bool Terminal::take_interrupt() {
  return impl_->take_interrupt();
}

void Terminal::on_interrupt(std::function<void()> handler) {
  const support::Guard guard(impl_->mail->mutex);
  impl_->mail->on_interrupt.swap(handler);
}

void Terminal::on_resize(std::function<void()> handler) {
  impl_->resize_handler = std::move(handler);
}

LineEditor& Terminal::editor() noexcept {
  return impl_->editor;
}

}  // namespace amiko
