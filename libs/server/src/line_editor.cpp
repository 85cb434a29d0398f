// amiko - a line editor for interactive servers
#include <amiko/server/line_editor.hpp>

#include <amiko/base/error.hpp>
#include <amiko/base/secret.hpp>

#include <algorithm>
#include <map>
#include <utility>

#include "columns.hpp"
#include "line_buffer.hpp"
#include "line_editor_keys.hpp"
#include "line_history.hpp"
#include "line_output.hpp"
#include "line_view.hpp"
#include "utf8.hpp"

namespace amiko {
namespace {

constexpr std::uint32_t usual_columns = 80;
constexpr char interrupt_key = '\x03';

std::size_t width_of(std::uint32_t columns) {
  return columns == 0 ? usual_columns : columns;
}

}  // namespace

class LineEditor::Impl {
 public:
  explicit Impl(const LineEditorOptions& options);
  ~Impl() { forget_erased(); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  std::optional<LineEvent> next();
  std::string read_raw();
  std::size_t unread_interrupts() const noexcept;
  bool take_interrupts();
  std::string take_output();
  void write(std::string_view text);
  void resize(std::uint32_t columns);
  void set_prompt(std::string_view prompt);
  void set_echo(bool echo);
  void set_line_mode(bool line_mode);
  void set_input(std::string_view line, std::size_t position);
  void register_key(std::string sequence, KeyHandler handler);
  void unregister_key(std::string_view sequence);
  void add_history(std::string_view line);

  KeyReader keys_;
  LineBuffer buffer_;
  LineHistory history_;

 private:
  using Event = std::optional<LineEvent>;

  Event apply(const Key& key);
  Event run(KeyCommand command);
  Event call(const std::string& sequence);
  bool edit(KeyCommand command);
  Event enter();
  Event eof();
  Event interrupt();
  void type(std::string_view text);
  bool erased(std::string text);
  bool walk(KeyCommand command);
  void insert_key(std::string_view sequence);

  std::string shown(std::string_view suffix = {}) const;
  void show();
  void clear_if_asked();
  void make_room(std::string_view text);
  void finish(std::string_view suffix = {});
  void bell();
  void end_of_input();
  void forget_erased();

  const std::size_t max_line_;
  const bool line_echo_;
  bool echo_;
  bool line_mode_ = true;
  bool reading_ = false;  // from next() until it returns a line: the prompt is to be seen
  bool clear_asked_ = false;
  bool has_secret_ = false;  // some of the line was typed without echo
  std::string prompt_;
  std::string erased_;  // for insert_erased
  std::string raw_;     // what was being typed when raw mode began
  std::map<std::string, KeyHandler, std::less<>> handlers_;
  LineOutput output_;
  std::unique_ptr<LineView> view_;
  std::string out_;
};

LineEditor::Impl::Impl(const LineEditorOptions& options)
    : buffer_(options.max_line),
      history_(options.history),
      max_line_(options.max_line),
      line_echo_(options.line_echo),
      echo_(options.echo),
      output_(width_of(options.columns)),
      view_(make_line_view(options.term, width_of(options.columns))) {}

// --- keys

std::optional<LineEvent> LineEditor::Impl::next() {
  if (!line_mode_) return std::nullopt;
  reading_ = true;
  // A handler may end line mode.
  while (line_mode_) {
    const std::optional<Key> key = keys_.next();
    if (!key) break;
    if (!echo_) has_secret_ = true;
    if (Event event = apply(*key)) return event;
  }
  return std::nullopt;
}

LineEditor::Impl::Event LineEditor::Impl::apply(const Key& key) {
  switch (key.kind) {
    case Key::Kind::text:
      type(key.bytes);
      return std::nullopt;
    case Key::Kind::command:
      return run(key.command);
    case Key::Kind::registered:
      return call(std::string(key.bytes));
    case Key::Kind::unknown:
      bell();
      return std::nullopt;
  }
  return std::nullopt;
}

LineEditor::Impl::Event LineEditor::Impl::run(KeyCommand command) {
  switch (command) {
    case KeyCommand::enter:
      return enter();
    case KeyCommand::eof_or_erase_right:
      if (buffer_.empty()) return eof();
      command = KeyCommand::erase_right;
      break;
    case KeyCommand::interrupt:
      return interrupt();
    case KeyCommand::redraw:
      view_->hide(out_);
      return std::nullopt;
    case KeyCommand::clear_screen:
      clear_asked_ = true;
      return std::nullopt;
    default:
      break;
  }
  if (!edit(command)) bell();
  return std::nullopt;
}

// False: nothing to do.
bool LineEditor::Impl::edit(KeyCommand command) {
  switch (command) {
    case KeyCommand::erase_left:
      return buffer_.erase_left();
    case KeyCommand::erase_right:
      return buffer_.erase_right();
    case KeyCommand::erase_line:
      return erased(buffer_.erase_line());
    case KeyCommand::erase_to_end:
      return erased(buffer_.erase_to_end());
    case KeyCommand::erase_word:
      return erased(buffer_.erase_word());
    case KeyCommand::insert_erased:
      return !erased_.empty() && buffer_.insert_again(erased_);
    case KeyCommand::left:
      return buffer_.left();
    case KeyCommand::right:
      return buffer_.right();
    case KeyCommand::home:
      buffer_.home();
      return true;
    case KeyCommand::end:
      buffer_.end();
      return true;
    default:
      return walk(command);
  }
}

void LineEditor::Impl::type(std::string_view text) {
  if (!buffer_.insert(text)) bell();
}

bool LineEditor::Impl::erased(std::string text) {
  if (text.empty()) return false;
  forget_erased();
  erased_ = std::move(text);
  return true;
}

// A password is neither in the history nor to be replaced from there by mistake.
bool LineEditor::Impl::walk(KeyCommand command) {
  if (has_secret_) return false;
  const std::string* line = command == KeyCommand::up ? history_.up(buffer_.text()) : history_.down();
  if (!line) return false;
  buffer_.clear();
  static_cast<void>(buffer_.insert_again(*line));
  return true;
}

LineEditor::Impl::Event LineEditor::Impl::enter() {
  if (line_echo_)
    finish();
  else
    view_->hide(out_);
  std::string line = buffer_.take();
  if (!has_secret_) history_.add(line);
  end_of_input();
  return LineEvent{LineEvent::Kind::line, std::move(line)};
}

LineEditor::Impl::Event LineEditor::Impl::eof() {
  if (!prompt_.empty()) finish();
  end_of_input();
  return LineEvent{LineEvent::Kind::eof, {}};
}

LineEditor::Impl::Event LineEditor::Impl::interrupt() {
  buffer_.end();
  finish("^C");
  end_of_input();
  return LineEvent{LineEvent::Kind::interrupt, "INT"};
}

LineEditor::Impl::Event LineEditor::Impl::call(const std::string& sequence) {
  // Copies: the handler may change the line and unregister itself.
  const KeyHandler handler = handlers_.find(sequence)->second;
  const std::string line = buffer_.text();
  KeyResult result = handler(line, buffer_.position());
  switch (result.kind) {
    case KeyResult::Kind::nothing:
      break;
    case KeyResult::Kind::replace:
      set_input(result.text, result.position);
      break;
    case KeyResult::Kind::signal:
      return LineEvent{LineEvent::Kind::interrupt, std::move(result.text)};
    case KeyResult::Kind::insert:
      insert_key(sequence);
      break;
    case KeyResult::Kind::bell:
      bell();
      break;
  }
  return std::nullopt;
}

// Characters that are a key of their own go into the line.
void LineEditor::Impl::insert_key(std::string_view sequence) {
  while (!sequence.empty()) {
    const Decoded next = decode_utf8(sequence);
    if (!is_typeable(next.code)) return bell();
    type(sequence.substr(0, next.length));
    sequence.remove_prefix(next.length);
  }
}

// The line is over, whatever became of it.
void LineEditor::Impl::end_of_input() {
  buffer_.clear();
  history_.leave();
  if (has_secret_) forget_erased();
  has_secret_ = false;
  reading_ = false;
}

void LineEditor::Impl::forget_erased() {
  wipe(erased_.data(), erased_.size());
  erased_.clear();
}

// --- the screen

std::string LineEditor::Impl::shown(std::string_view suffix) const {
  std::string text = prompt_;
  if (echo_) text += buffer_.text();
  text += suffix;
  return text;
}

// The application's output may end where there is no room for the line.
void LineEditor::Impl::make_room(std::string_view text) {
  if (text.empty() || !view_->is_hidden() || !view_->needs_row(view_->start())) return;
  view_->break_row(out_);
  output_.row_broken();
  view_->begin(0);
}

void LineEditor::Impl::show() {
  clear_if_asked();
  if (!line_mode_ || (!reading_ && buffer_.empty())) return view_->hide(out_);
  const std::string text = shown();
  make_room(text);
  view_->show(text, echo_ ? prompt_.size() + buffer_.position() : text.size(), out_);
}

void LineEditor::Impl::finish(std::string_view suffix) {
  clear_if_asked();
  const std::string text = shown(suffix);
  make_room(text);
  view_->finish(text, out_);
  output_.row_ended();
}

void LineEditor::Impl::bell() {
  if (!out_.ends_with('\a')) out_ += '\a';
}

// Once for all times that it was asked for since the screen was last brought up to date.
void LineEditor::Impl::clear_if_asked() {
  if (!std::exchange(clear_asked_, false)) return;
  if (!view_->clear_screen(out_)) return view_->hide(out_);
  output_.write_row(out_);
  if (output_.is_broken()) view_->break_row(out_);
  view_->begin(output_.column());
}

std::string LineEditor::Impl::take_output() {
  show();
  return std::exchange(out_, {});
}

void LineEditor::Impl::write(std::string_view text) {
  if (text.empty()) return;
  clear_if_asked();
  view_->hide(out_);
  output_.write(text, out_);
  view_->begin(output_.column());
}

void LineEditor::Impl::resize(std::uint32_t columns) {
  view_->resize(width_of(columns), out_);
  output_.resize(width_of(columns), view_->start());
}

// --- what the application sets

void LineEditor::Impl::set_prompt(std::string_view prompt) {
  check_line(prompt, "the prompt");
  prompt_ = prompt;
}

void LineEditor::Impl::set_echo(bool echo) {
  if (echo == echo_) return;
  echo_ = echo;
  if (echo && has_secret_) forget_erased();
}

void LineEditor::Impl::set_line_mode(bool line_mode) {
  if (line_mode == line_mode_) return;
  line_mode_ = line_mode;
  if (line_mode) {
    static_cast<void>(buffer_.insert_again(std::exchange(raw_, {})));
    return;
  }
  view_->hide(out_);
  raw_ = buffer_.take();
  end_of_input();
}

std::string LineEditor::Impl::read_raw() {
  if (line_mode_) return {};
  return std::exchange(raw_, {}) + keys_.take_rest();
}

std::size_t LineEditor::Impl::unread_interrupts() const noexcept {
  return static_cast<std::size_t>(std::ranges::count(keys_.rest(), interrupt_key));
}

bool LineEditor::Impl::take_interrupts() {
  const std::size_t last = keys_.rest().rfind(interrupt_key);
  if (last == std::string_view::npos) return false;
  keys_.drop(last + 1);
  raw_.clear();
  if (!line_mode_) return true;
  if (reading_)
    interrupt();
  else
    write("^C\n");
  end_of_input();
  return true;
}

void LineEditor::Impl::set_input(std::string_view line, std::size_t position) {
  buffer_.assign(line, position);
}

void LineEditor::Impl::register_key(std::string sequence, KeyHandler handler) {
  if (!handler) throw Error(errc::invalid_argument, "the key's handler is empty");
  keys_.add(sequence);
  handlers_.insert_or_assign(std::move(sequence), std::move(handler));
}

void LineEditor::Impl::unregister_key(std::string_view sequence) {
  const auto found = handlers_.find(sequence);
  if (found == handlers_.end()) return;
  keys_.remove(sequence);
  handlers_.erase(found);
}

void LineEditor::Impl::add_history(std::string_view line) {
  check_line(line, "the line");
  if (line.size() > max_line_)
    throw Error(errc::invalid_argument, "the line is longer than " + std::to_string(max_line_) + " bytes");
  history_.add(std::string(line));
}

// --- LineEditor

LineEditor::LineEditor(LineEditorOptions options) : impl_(std::make_unique<Impl>(options)) {}
LineEditor::LineEditor(LineEditor&&) noexcept = default;
LineEditor& LineEditor::operator=(LineEditor&&) noexcept = default;
LineEditor::~LineEditor() = default;

void LineEditor::feed(ByteView input) {
  impl_->keys_.feed(input);
}
std::size_t LineEditor::unread() const noexcept {
  return impl_->keys_.unread();
}
std::size_t LineEditor::unread_interrupts() const noexcept {
  return impl_->unread_interrupts();
}
bool LineEditor::take_interrupts() {
  return impl_->take_interrupts();
}
std::string LineEditor::take_output() {
  return impl_->take_output();
}
void LineEditor::resize(std::uint32_t columns) {
  impl_->resize(columns);
}
std::optional<LineEvent> LineEditor::next() {
  return impl_->next();
}
std::string LineEditor::read_raw() {
  return impl_->read_raw();
}
void LineEditor::write(std::string_view text) {
  impl_->write(text);
}
void LineEditor::set_prompt(std::string_view prompt) {
  impl_->set_prompt(prompt);
}
void LineEditor::set_echo(bool echo) {
  impl_->set_echo(echo);
}
void LineEditor::set_line_mode(bool line_mode) {
  impl_->set_line_mode(line_mode);
}
const std::string& LineEditor::input() const noexcept {
  return impl_->buffer_.text();
}
std::size_t LineEditor::position() const noexcept {
  return impl_->buffer_.position();
}
void LineEditor::set_input(std::string_view line, std::size_t position) {
  impl_->set_input(line, position);
}
void LineEditor::clear_input() {
  impl_->buffer_.clear();
}

void LineEditor::register_key(std::string sequence, KeyHandler handler) {
  impl_->register_key(std::move(sequence), std::move(handler));
}
void LineEditor::unregister_key(std::string_view sequence) {
  impl_->unregister_key(sequence);
}

void LineEditor::add_history(std::string_view line) {
  impl_->add_history(line);
}
void LineEditor::clear_history() {
  impl_->history_.clear();
}
std::vector<std::string> LineEditor::history() const {
  const auto& lines = impl_->history_.lines();
  return {lines.begin(), lines.end()};
}

}  // namespace amiko
