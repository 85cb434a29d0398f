// amiko - an editor, the person who types and the screen that shows it
#pragma once

#include <amiko/server/line_editor.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "virtual_terminal.hpp"

namespace amiko::test {

struct LineSession {
  explicit LineSession(LineEditorOptions options = {},
                       VirtualTerminal::Kind kind = VirtualTerminal::Kind::xterm)
      : editor(options), terminal(options.columns == 0 ? 80 : options.columns, kind) {}

  /// Feeds keys, and looks for one event.
  std::optional<LineEvent> type(std::string_view keys) {
    editor.feed(keys);
    auto event = editor.next();
    flush();
    return event;
  }
  /// The line that Enter after `keys` gives; not one line exactly: "?".
  std::string line(std::string_view keys) {
    const auto event = type(std::string(keys) + "\r");
    return event && event->kind == LineEvent::Kind::line && editor.unread() == 0 ? event->text : "?";
  }
  void write(std::string_view text) {
    editor.write(text);
    flush();
  }
  void flush() { terminal.feed(editor.take_output()); }
  std::vector<std::string> screen() {
    flush();
    return terminal.screen();
  }
  /// Row and column.
  std::pair<std::size_t, std::size_t> cursor() {
    flush();
    return {terminal.row(), terminal.column()};
  }

  LineEditor editor;
  VirtualTerminal terminal;
};

inline LineEditorOptions narrow(std::uint32_t columns, std::string term = "xterm") {
  LineEditorOptions options;
  options.term = std::move(term);
  options.columns = columns;
  return options;
}

}  // namespace amiko::test
