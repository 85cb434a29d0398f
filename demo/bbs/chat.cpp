// amiko - the lobby as a caller sees it
#include "chat.hpp"

#include "screen.hpp"
#include "text.hpp"

#include <algorithm>

namespace bbs {
namespace {

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names)
    text += (text.empty() ? "" : ", ") + name;
  return text;
}

class Chat {
 public:
  explicit Chat(Session& session) : session_(session), bbs_(session.bbs()) {}
  Chat(const Chat&) = delete;
  Chat& operator=(const Chat&) = delete;
  ~Chat() { bbs_.lobby.leave(session_.caller(), room_); }

  void run() {
    // Coming and going is told to the others too.
    if (!session_.chat_rate.take()) {
      session_.complain("Not so fast! Wait a moment.");
      return session_.pause();
    }
    Screen screen = session_.screen();
    screen.clear();
    screen.bar("The lobby", "/help tells the commands, /quit leaves");
    session_.write(screen.text());
    if (!move_to(std::string(Lobby::main_room))) return;
    while (auto line = session_.ask("<" + session_.account().name + "> ", Lobby::longest_line))
      if (!line->empty() && !handle(*line)) return;
  }

 private:
  // False: that is all.
  bool handle(const std::string& line) {
    if (line.front() != '/' || line.starts_with("//")) {
      talk(ChatLine::Kind::said, line.starts_with("//") ? line.substr(1) : line);
      return true;
    }
    const std::size_t blank = line.find(' ');
    const std::string command = to_lower(line.substr(1, blank == std::string::npos ? blank : blank - 1));
    const std::string rest = blank == std::string::npos ? "" : clean(line.substr(blank), Lobby::longest_line);
    if (command == "quit" || command == "q" || command == "exit") return false;
    if (command == "me")
      rest.empty() ? note("What do you do?") : talk(ChatLine::Kind::did, rest);
    else if (command == "msg" || command == "m")
      whisper(rest);
    else if (command == "reply" || command == "r")
      answered_.empty() ? note("You have not written to anybody yet.") : whisper(answered_ + " " + rest);
    else if (command == "join" || command == "j")
      change_room(rest);
    else if (command == "leave")
      change_room(std::string(Lobby::main_room));
    else if (command == "rooms")
      rooms();
    else if (command == "who" || command == "w")
      who();
    else if (command == "help" || command == "h" || command == "?")
      help();
    else
      note("There is no /" + command + ". /help tells what there is.");
    return true;
  }

  void note(const std::string& text) {
    for (const std::string& line :
         wrap(session_.style().shown(text), std::max<std::size_t>(session_.columns(), 12) - 2))
      session_.say(session_.style().paint(Ink::faint, line));
  }

  bool too_fast() {
    if (session_.chat_rate.take()) return false;
    session_.complain("Not so fast! Nothing was done.");
    return true;
  }

  void talk(ChatLine::Kind kind, const std::string& text) {
    if (too_fast()) return;
    bbs_.lobby.say(session_.caller(), room_, kind, text);
    ++bbs_.chat_lines;
  }

  void whisper(const std::string& rest) {
    const std::size_t blank = rest.find(' ');
    const std::string text = blank == std::string::npos ? "" : clean(rest.substr(blank), Lobby::longest_line);
    if (text.empty()) return note("/msg NAME TEXT");
    const auto targets = bbs_.callers.find(rest.substr(0, blank));
    if (targets.empty()) return note(rest.substr(0, blank) + " is not on line.");
    if (too_fast()) return;
    const ChatLine line{ChatLine::Kind::whispered, session_.account().name, text, now_seconds()};
    for (const CallerPtr& target : targets)
      target->tell(render(line, target->style(), target->columns()));
    answered_ = targets.front()->name();
    note("to " + answered_ + ", privately");
  }

  void change_room(const std::string& name) {
    const std::string room = to_lower(name);
    if (!Lobby::is_room_name(room)) return note("/join ROOM: letters, digits and -, at most 20.");
    if (room == room_) return note("You are there already.");
    if (too_fast()) return;
    move_to(room);
  }

  bool move_to(const std::string& room) {
    Lobby::View view;
    if (!bbs_.lobby.join(session_.caller(), room, view)) {
      note("There are too many rooms.");
      return false;
    }
    if (!room_.empty()) bbs_.lobby.leave(session_.caller(), room_);
    room_ = room;
    session_.doing(room == Lobby::main_room ? "chat" : "chat in " + room);
    for (const ChatLine& line : view.history)
      session_.write(render(line, session_.style(), session_.columns()));
    note("You are in \"" + room + "\" with " + (view.members.empty() ? "nobody" : listed(view.members)) +
         ".");
    return true;
  }

  void rooms() {
    for (const Lobby::Room& room : bbs_.lobby.rooms())
      note(room.name + ": " + (room.members.empty() ? "nobody" : listed(room.members)));
  }

  void who() {
    note("Here: " + listed(bbs_.lobby.members(room_)));
    std::vector<std::string> elsewhere;
    for (const CallerPtr& caller : bbs_.callers.list())
      elsewhere.push_back(caller->name() + " (" + caller->activity() + ", idle " +
                          duration(caller->idle().count()) + ")");
    note("On line: " + listed(elsewhere));
  }

  void help() {
    const Style& style = session_.style();
    Screen screen = session_.screen();
    const auto row = [&](const std::string& command, const std::string& what) {
      return style.paint(Ink::key, fit(command, 18)) + what;
    };
    screen.box(
        "Commands",
        {row("/me TEXT", "what you do"), row("/msg NAME TEXT", "to one caller only; they may be anywhere"),
         row("/reply TEXT", "to the one you wrote to last"),
         row("/join ROOM", "go to a room; a new one is made"), row("/leave", "back to the lobby"),
         row("/rooms", "all rooms"), row("/who", "who is here, and who is on line"),
         row("/quit", "back to the menu (Ctrl-D too)"), row("//...", "a line that begins with one /")});
    session_.write(screen.text());
  }

  Session& session_;
  Bbs& bbs_;
  std::string room_;
  std::string answered_;
};

}  // namespace

void enter_lobby(Session& session) {
  Chat(session).run();
}

}  // namespace bbs
