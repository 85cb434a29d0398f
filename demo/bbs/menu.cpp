// amiko - the main menu
#include "menu.hpp"

#include "board_menu.hpp"
#include "chat.hpp"
#include "profile.hpp"
#include "screen.hpp"
#include "sysop.hpp"
#include "text.hpp"
#include "who.hpp"

#include <functional>

namespace bbs {
namespace {

constexpr std::size_t rows_for_the_logo = 21;
constexpr std::string_view prompt = " Your choice: ";

struct Entry {
  char key;
  std::string name;
  std::string about;
  std::function<void(Session&)> run;
};

std::vector<std::string> facts(Session& session, const Account& before) {
  const Style& style = session.style();
  Bbs& bbs = session.bbs();
  std::vector<std::string> lines{
      "Hello, " + style.name(session.account().name) + "!",
      "This is your call no. " + std::to_string(before.calls + 1) + ".",
      before.last_call == 0 ? "It is your first: welcome!" : "The last was " + date(before.last_call) + ".",
      count(static_cast<std::int64_t>(bbs.callers.size()), "caller") + " on line,",
      count(bbs.boards.unread_threads(session.account().id), "unread thread") + "."};
  return lines;
}

std::vector<Entry> entries(Session& session) {
  Bbs& bbs = session.bbs();
  const auto unread = bbs.boards.unread_threads(session.account().id);
  const std::string people =
      bbs.lobby.size() == 0 ? "nobody is there now" : std::to_string(bbs.lobby.size()) + " there now";
  std::vector<Entry> all{
      {'l', "Lobby", "talk with other callers: " + people, enter_lobby},
      {'m', "Message boards", "read and write: " + count(unread, "unread thread"), message_boards},
      {'w', "Who is on", "who is here, and what they do", show_who},
      {'p', "Profile", "your calls, your keys, your password", profile},
      {'v', "View a user", "what is known about somebody", view_user}};
  if (session.account().sysop) all.push_back({'s', "Sysop", "users, lines, statistics", sysop_menu});
  all.push_back({'g', "Good bye", "hang up", {}});
  return all;
}

void draw(Session& session, const Account& before) {
  const Style& style = session.style();
  Screen screen = session.screen();
  screen.clear();
  screen.bar("amiko-bbs", "line " + std::to_string(session.caller()->node()) + "   " +
                              date(now_seconds(), "%a %d %b %Y %H:%M"));
  if (session.rows() >= rows_for_the_logo) {
    screen.blank();
    screen.logo(facts(session, before));
    screen.blank();
  }
  std::vector<std::string> rows;
  for (const Entry& entry : entries(session)) {
    const std::string key(1, static_cast<char>(entry.key - 'a' + 'A'));
    rows.push_back(key_hint(style, key, fit(entry.name, 16)) + "  " + style.paint(Ink::faint, entry.about));
  }
  screen.box("Main menu", rows);
  screen.blank();
  session.write(screen.text());
}

void run_guarded(Session& session, const Entry& entry) {
  try {
    entry.run(session);
  } catch (const DatabaseError& e) {
    session.log(std::string("met an error: ") + e.what());
    session.complain("Sorry, something is out of order here.");
    session.pause();
  }
}

}  // namespace

void main_menu(Session& session) {
  const Account before = session.bbs().accounts.note_call(session.account().id);
  for (;;) {
    session.doing("the main menu");
    draw(session, before);
    const auto redraw = [&] { draw(session, before); };
    const std::string shown_prompt = session.style().paint(Ink::title, prompt);
    char pressed = session.key(shown_prompt, redraw);
    if (pressed >= ' ' && pressed <= '~' && session.interactive()) session.write(std::string(1, pressed));
    session.write("\n");
    if (pressed == 'g' || pressed == 'q' || pressed == '\x04') return;
    for (const Entry& entry : entries(session))
      if (entry.key == pressed && entry.run) run_guarded(session, entry);
  }
}

}  // namespace bbs
