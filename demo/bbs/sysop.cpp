// amiko - the sysop's own menu
#include "sysop.hpp"

#include "screen.hpp"
#include "text.hpp"
#include "who.hpp"

#include <charconv>

namespace bbs {
namespace {

constexpr std::chrono::seconds patience{2};

std::optional<std::int64_t> ask_number(Session& session, const std::string& prompt) {
  const auto answer = session.ask(prompt, 20);
  if (!answer || answer->empty()) return std::nullopt;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(answer->data(), answer->data() + answer->size(), number);
  if (error == std::errc() && end == answer->data() + answer->size()) return number;
  session.complain("That is no number.");
  return std::nullopt;
}

void users(Session& session) {
  session.write(session.style().clear_screen());
  session.page([&](std::size_t columns) {
    const Style& style = session.style();
    const auto accounts = session.bbs().accounts.list();
    Screen screen(style, columns);
    screen.bar("Users", count(static_cast<std::int64_t>(accounts.size()), "account"));
    screen.line(style.paint(
        Ink::title, fit("Name", 18) + fit("Joined", 19) + fit("Last call", 19) + fit("Calls", 7) + "State"));
    for (const Account& account : accounts)
      screen.line(pad(style.name(account.name), 18) + fit(date(account.created), 19) +
                  fit(account.last_call == 0 ? "never" : date(account.last_call), 19) +
                  fit(std::to_string(account.calls), 7) + (account.sysop ? "sysop " : "") +
                  (account.locked ? "locked" : ""));
    screen.blank();
    return screen.rows();
  });
}

void lock(Session& session) {
  const auto name = session.ask(" Whose account is to be locked or unlocked: ", 40);
  if (!name || name->empty()) return;
  const auto account = session.bbs().accounts.find(*name);
  if (!account) return session.complain("Nobody here has that name.");
  if (account->sysop) return session.complain("A sysop is not locked out.");
  session.bbs().accounts.set_locked(account->id, !account->locked);
  session.say(account->name + (account->locked ? " may log in again." : " may not log in any more."));
  session.log((account->locked ? "unlocks " : "locks ") + account->name);
}

void kick(Session& session) {
  session.write(session.style().clear_screen());
  for (const std::string& line : who_list(session.bbs(), session.style(), session.columns(), true))
    session.write(line + "\n");
  session.write("\n");
  const auto number = ask_number(session, " Number of the line to cut: ");
  if (!number) return;
  const CallerPtr target = session.bbs().callers.find(static_cast<int>(*number));
  if (!target) return session.complain("Nobody is on that line.");
  if (target == session.caller()) return session.complain("That is you.");
  const auto why = session.ask(" Tell " + target->name() + " why: ", 200);
  if (!why) return;
  session.bbs().callers.kick(target->node(), "The sysop has put you out" + (why->empty() ? "." : ": " + *why),
                             patience);
  session.say(target->name() + " is gone.");
  session.log("kicks " + target->name());
}

void announce(Session& session) {
  const auto text = session.ask(" Tell everybody: ", Lobby::longest_line);
  if (!text || text->empty()) return;
  const ChatLine line{ChatLine::Kind::announced, session.account().name, "The sysop says: " + *text,
                      now_seconds()};
  for (const CallerPtr& caller : session.bbs().callers.list())
    caller->tell(render(line, caller->style(), caller->columns()));
  session.log("announces something");
}

void delete_post(Session& session) {
  const auto number = ask_number(session, " Number of the post to delete: ");
  if (!number) return;
  const auto post = session.bbs().boards.find_post(*number);
  if (!post || post->deleted) return session.complain("There is no such post.");
  for (const std::string& line : wrap(session.style().shown(cut(post->body, 400)), session.screen().width()))
    session.say(line);
  if (!session.confirm(" Delete this post by " + post->author + "?")) return session.write("\n");
  session.bbs().boards.delete_post(*number);
  session.write("\n");
  session.say("Deleted.");
  session.log("deletes post " + std::to_string(*number));
}

void add_board(Session& session) {
  const auto name = session.ask(" Name of the new board: ", 19);
  if (!name || name->empty()) return;
  const auto about = session.ask(" What it is about: ", 40);
  if (!about) return;
  try {
    session.bbs().boards.add(*name, *about);
    session.say("There it is.");
  } catch (const AlreadyThere&) {
    session.complain("There is one of that name.");
  }
}

void statistics(Session& session) {
  Bbs& bbs = session.bbs();
  const Style& style = session.style();
  const Boards::Totals totals = bbs.boards.totals();
  const auto row = [&](const std::string& what, std::uint64_t value) {
    return fit(what, 26) + style.paint(Ink::key, std::to_string(value));
  };
  Screen screen = session.screen();
  screen.clear();
  screen.bar("Sysop", date(now_seconds()));
  screen.blank();
  screen.box(
      "Statistics",
      {fit("Running since", 26) + date(bbs.started) + " (" + duration(now_seconds() - bbs.started) + ")",
       row("Connections", bbs.connections), row("Calls", bbs.calls), row("Callers now", bbs.callers.size()),
       row("Callers at most", bbs.callers.peak()), row("In the lobby", bbs.lobby.size()),
       row("Lines of chat", bbs.chat_lines), row("Accounts", bbs.accounts.list().size()),
       row("Boards", static_cast<std::uint64_t>(totals.boards)),
       row("Threads", static_cast<std::uint64_t>(totals.threads)),
       row("Posts", static_cast<std::uint64_t>(totals.posts))});
  session.write(screen.text());
}

void shut_down(Session& session) {
  if (!session.confirm(" Put everybody out and end the program?")) return session.write("\n");
  session.write("\n");
  session.log("shuts the board down");
  session.bbs().shut_down();
}

void draw(Session& session) {
  const Style& style = session.style();
  Screen screen = session.screen();
  screen.clear();
  screen.bar("Sysop", count(static_cast<std::int64_t>(session.bbs().callers.size()), "caller"));
  screen.blank();
  const auto row = [&](const std::string& key, const std::string& what) {
    return key_hint(style, key, what);
  };
  screen.box("What is to be done?",
             {row("U", "Users"), row("L", "Lock or unlock an account"), row("K", "Kick a caller"),
              row("A", "Announce something to everybody"), row("D", "Delete a post"),
              row("B", "Board: make a new one"), row("S", "Statistics"), row("X", "Shut the board down"),
              row("Q", "Quit to the main menu")});
  screen.blank();
  session.write(screen.text());
}

}  // namespace

void sysop_menu(Session& session) {
  for (;;) {
    session.doing("the sysop's menu");
    draw(session);
    const std::string prompt = session.style().paint(Ink::title, " Sysop: ");
    const char pressed = session.key(prompt, [&] { draw(session); });
    session.write("\n");
    switch (pressed) {
      case 'u':
        users(session);
        break;
      case 'l':
        lock(session);
        break;
      case 'k':
        kick(session);
        break;
      case 'a':
        announce(session);
        break;
      case 'd':
        delete_post(session);
        break;
      case 'b':
        add_board(session);
        break;
      case 's':
        statistics(session);
        break;
      case 'x':
        shut_down(session);
        break;
      case 'q':
      case '\r':
      case '\x04':
        return;
      default:
        continue;
    }
    session.pause();
  }
}

}  // namespace bbs
