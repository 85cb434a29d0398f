// amiko - lines that the user types, where there is no libedit
#include "keyboard.hpp"
#include "line_editor.hpp"

#include <cstdio>

namespace demo {

class LineEditor::Impl {
 public:
  explicit Impl(Callbacks callbacks) : keyboard_(std::move(callbacks.still_wanted)) {}

  Result read(const std::string& prompt, std::string& line) {
    keyboard_.forget_interruption();
    show(prompt);
    line.clear();
    for (;;) {
      char byte = 0;
      switch (keyboard_.next(byte)) {
        case Keyboard::Event::byte:
          if (byte == '\n') return Result::line;
          line += byte;
          break;
        case Keyboard::Event::terminal_changed:
          break;
        case Keyboard::Event::interrupted:
          show("\n");
          return Result::interrupted;
        case Keyboard::Event::not_wanted:
          show("\n");
          return Result::not_wanted;
        case Keyboard::Event::end:
          if (line.empty()) show("\n");
          return line.empty() ? Result::end : Result::line;
      }
    }
  }

  Keyboard& keyboard() noexcept { return keyboard_; }

 private:
  static void show(const std::string& text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
  }

  Keyboard keyboard_;
};

LineEditor::LineEditor(Callbacks callbacks) : impl_(std::make_unique<Impl>(std::move(callbacks))) {}
LineEditor::~LineEditor() = default;

LineEditor::Result LineEditor::read(const std::string& prompt, std::string& line) {
  return impl_->read(prompt, line);
}

void LineEditor::interrupt() noexcept {
  impl_->keyboard().interrupt();
}

void LineEditor::terminal_changed() noexcept {
  impl_->keyboard().terminal_changed();
}

}  // namespace demo
