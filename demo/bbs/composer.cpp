// amiko - writing something of several lines
#include "composer.hpp"

#include "screen.hpp"
#include "text.hpp"

#include <amiko/base/printable.hpp>

#include <algorithm>

namespace bbs {
namespace {

class Composer {
 public:
  Composer(Session& session, const std::string& title) : session_(session) {
    Screen screen = session.screen();
    screen.clear();
    screen.bar(title, "");
    const Style& style = session.style();
    screen.line("End with a line that has only a dot: " + style.paint(Ink::key, "."));
    screen.line(style.paint(Ink::faint,
                            ".l lists, .d deletes the last line, .q gives up; a line may begin with \"..\""));
    screen.rule();
    session.write(screen.text());
  }

  std::optional<std::string> run() {
    while (auto typed = session_.ask_raw(number() + " ")) {
      const std::string line = tidy(*typed);
      if (line == ".q") break;
      if (line == ".") {
        if (send()) return text_;
        if (given_up_) break;
      } else if (line == ".l") {
        list();
      } else if (line == ".d") {
        delete_last();
      } else {
        add(line.starts_with("..") ? line.substr(1) : line);
      }
    }
    session_.complain("Nothing was sent.");
    return std::nullopt;
  }

 private:
  std::string number() const {
    const std::string digits = std::to_string(lines_.size() + 1);
    return std::string(3 - std::min<std::size_t>(digits.size(), 3), ' ') + digits + ":";
  }

  // Blanks in front stay: they may be a drawing's or a program's.
  static std::string tidy(const std::string& typed) {
    std::string line;
    for (const char c : typed)
      line += c == '\t' ? std::string(4, ' ') : std::string(1, c);
    line = amiko::printable(line, false, line.size());
    line.erase(line.find_last_not_of(' ') + 1);
    return line;
  }

  void add(const std::string& line) {
    if (lines_.size() >= Boards::most_lines)
      return session_.complain("That is " + std::to_string(Boards::most_lines) +
                               " lines: enough. End it with a dot.");
    if (size_ + line.size() + 1 > Boards::longest_body)
      return session_.complain("That is too much: 16 KiB at most. The line was not taken.");
    size_ += line.size() + 1;
    lines_.push_back(line);
  }

  void delete_last() {
    if (lines_.empty()) return;
    size_ -= lines_.back().size() + 1;
    lines_.pop_back();
  }

  void list() {
    session_.page([this](std::size_t columns) {
      std::vector<std::string> rows;
      for (const std::string& line : lines_)
        for (const std::string& row :
             wrap(session_.style().shown(line), std::max<std::size_t>(columns, 12) - 6))
          rows.push_back("     " + row);
      return rows.empty() ? std::vector<std::string>{"     (nothing yet)"} : rows;
    });
  }

  bool send() {
    while (!lines_.empty() && lines_.back().empty())
      lines_.pop_back();
    if (lines_.empty()) {
      given_up_ = true;
      return false;
    }
    const Style& style = session_.style();
    const std::string prompt = " " + key_hint(style, "S", "send, ") + key_hint(style, "C", "continue, ") +
                               key_hint(style, "A", "abandon: ");
    for (;;) {
      const char pressed = session_.key(prompt);
      session_.write("\n");
      if (pressed == 'c') return false;
      given_up_ = pressed == 'a' || pressed == '\x04';
      if (given_up_) return false;
      if (pressed == 's') break;
    }
    text_.clear();
    for (const std::string& line : lines_)
      text_ += line + "\n";
    return true;
  }

  Session& session_;
  std::vector<std::string> lines_;
  std::size_t size_ = 0;
  std::string text_;
  bool given_up_ = false;
};

}  // namespace

std::optional<std::string> compose(Session& session, const std::string& title) {
  return Composer(session, title).run();
}

}  // namespace bbs
