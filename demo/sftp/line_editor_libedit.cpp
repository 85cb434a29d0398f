// amiko - lines that the user types, with libedit
#include "keyboard.hpp"
#include "line_editor.hpp"
#include "output.hpp"

#include <cstdio>
#include <cstdlib>
#include <cwchar>
#include <new>
#include <string_view>

#include <histedit.h>

namespace demo {
namespace {

constexpr int lines_kept = 500;

struct EndEditing {
  void operator()(EditLine* editor) const noexcept { ::el_end(editor); }
};
struct EndHistory {
  void operator()(History* history) const noexcept { ::history_end(history); }
};

}  // namespace

class LineEditor::Impl {
 public:
  explicit Impl(Callbacks callbacks)
      : callbacks_(std::move(callbacks)),
        keyboard_(callbacks_.still_wanted),
        editor_(::el_init("amiko-sftp", stdin, stdout, stderr)),
        history_(::history_init()) {
    if (!editor_ || !history_) throw std::bad_alloc();
    HistEvent event{};
    ::history(history_.get(), &event, H_SETSIZE, lines_kept);
    ::history(history_.get(), &event, H_SETUNIQUE, 1);
    set_up();
  }

  Result read(const std::string& prompt, std::string& line) {
    prompt_ = prompt;
    stopped_ = Result::end;
    keyboard_.forget_interruption();
    int size = 0;
    // el_gets() would show the prompt first, and a ^D or ^C that is typed between the two is lost.
    ::el_set(editor_.get(), EL_PREP_TERM, 1);
    const char* text = ::el_gets(editor_.get(), &size);
    if (text == nullptr || size <= 0) {
      std::fputc('\n', stdout);
      std::fflush(stdout);
      ::el_reset(editor_.get());  // what was typed so far is gone
      return stopped_;
    }
    line.assign(text, static_cast<std::size_t>(size));
    if (line.ends_with('\n')) line.pop_back();
    HistEvent event{};
    if (line.find_first_not_of(" \t") != std::string::npos)
      ::history(history_.get(), &event, H_ENTER, line.c_str());
    return Result::line;
  }

  Keyboard& keyboard() noexcept { return keyboard_; }

 private:
  static Impl& of(EditLine* editor) {
    void* self = nullptr;
    ::el_get(editor, EL_CLIENTDATA, &self);
    return *static_cast<Impl*>(self);
  }

  void set_up() {
    EditLine* editor = editor_.get();
    using GetPrompt = char* (*)(EditLine*);
    using ReadCharacter = int (*)(EditLine*, wchar_t*);
    using Function = unsigned char (*)(EditLine*, int);
    const GetPrompt prompt = [](EditLine* e) { return of(e).prompt_.data(); };
    const ReadCharacter read_character = [](EditLine* e, wchar_t* c) { return of(e).next_character(*c); };
    const Function complete = [](EditLine* e, int) { return of(e).complete_line(); };
    ::el_set(editor, EL_CLIENTDATA, static_cast<void*>(this));
    ::el_set(editor, EL_PROMPT, prompt);
    ::el_set(editor, EL_EDITOR, "emacs");
    ::el_set(editor, EL_HIST, ::history, history_.get());
    ::el_set(editor, EL_GETCFN, read_character);
    ::el_set(editor, EL_ADDFN, "amiko-complete", "Completes a command or a path", complete);
    ::el_source(editor, nullptr);  // the user's ~/.editrc
    ::el_set(editor, EL_BIND, "^I", "amiko-complete", nullptr);
    // Ctrl with the arrow keys moves by words.
    ::el_set(editor, EL_BIND, "\\e[1;5C", "em-next-word", nullptr);
    ::el_set(editor, EL_BIND, "\\e[1;5D", "ed-prev-word", nullptr);
    ::el_set(editor, EL_BIND, "^R", "em-inc-search-prev", nullptr);
  }

  // 1: a character; 0: no more.
  int next_character(wchar_t& character) {
    std::mbstate_t state{};
    for (;;) {
      char byte = 0;
      switch (keyboard_.next(byte)) {
        case Keyboard::Event::terminal_changed:
          take_terminal();
          continue;
        case Keyboard::Event::interrupted:
          stopped_ = Result::interrupted;
          return 0;
        case Keyboard::Event::not_wanted:
          stopped_ = Result::not_wanted;
          return 0;
        case Keyboard::Event::end:
          return 0;
        case Keyboard::Event::byte:
          break;
      }
      const std::size_t used = std::mbrtowc(&character, &byte, 1, &state);
      if (used <= 1) return 1;
      // What is no text cannot be edited: it is left out.
      if (used == static_cast<std::size_t>(-1)) state = {};
    }
  }

  void take_terminal() {
    ::el_set(editor_.get(), EL_PREP_TERM, 0);
    ::el_set(editor_.get(), EL_PREP_TERM, 1);
    ::el_resize(editor_.get());
    ::el_set(editor_.get(), EL_REFRESH);
  }

  unsigned char complete_line() {
    const LineInfo* info = ::el_line(editor_.get());
    const std::string before(info->buffer, info->cursor);
    const Completion completion = callbacks_.complete(before);
    if (!completion.insert.empty() && ::el_insertstr(editor_.get(), completion.insert.c_str()) != 0)
      return CC_ERROR;
    if (completion.choices.empty()) return completion.insert.empty() ? CC_REFRESH_BEEP : CC_REFRESH;
    const std::string list = "\n" + choices_in_columns(completion.choices, terminal_width());
    std::fwrite(list.data(), 1, list.size(), stdout);
    std::fflush(stdout);
    return CC_REDISPLAY;
  }

  Callbacks callbacks_;
  Keyboard keyboard_;
  std::string prompt_{};
  Result stopped_ = Result::end;  // why there is no line
  std::unique_ptr<EditLine, EndEditing> editor_;
  std::unique_ptr<History, EndHistory> history_;
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
