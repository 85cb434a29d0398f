// amiko - one call, from the greeting to the goodbye
#include "visit.hpp"

#include "classic.hpp"
#include "menu.hpp"
#include "session.hpp"
#include "sign_up.hpp"
#include "text.hpp"
#include "who.hpp"

namespace bbs {
namespace {

constexpr std::uint32_t unknown_command = 127;
constexpr std::size_t usual_columns = 80;

// ssh bbs who
void run_command(Bbs& bbs, amiko::ServerProcess& process) {
  const std::string_view newline = process.pty() ? "\r\n" : "\n";
  if (process.command() != "who" || process.user() == Accounts::newcomer) {
    process.err().write("amiko-bbs: the only command is \"who\"; without one you come to the board" +
                        std::string(newline));
    process.exit(unknown_command);
    return;
  }
  for (const std::string& line : who_list(bbs, Style(), usual_columns, false))
    process.out().write(line + std::string(newline));
}

Account account_for(Session& session, const std::string& user) {
  if (user == Accounts::newcomer) return sign_up(session);
  const auto account = session.bbs().accounts.find(user);
  if (!account) throw HungUp{"There is no such account any more."};
  return *account;
}

void say_goodbye(Session& session, const std::string& why) {
  if (why.empty()) return;
  session.forget_question();
  session.write("\n");
  session.say(session.style().paint(Ink::title, why));
  session.write("\n");
}

void run_board(Bbs& bbs, amiko::ServerProcess& process) {
  Session session(bbs, process);
  try {
    session.log_in(account_for(session, process.user()));
    ++bbs.calls;
    session.log("is on line from " + process.connection().peer_address());
    main_menu(session);
    session.log("hangs up");
    say_goodbye(session, "Good bye, " + session.account().name + ", and call again!");
  } catch (const HungUp& end) {
    session.log(end.why.empty() ? "is gone" : "is put out: " + end.why);
    say_goodbye(session, end.why);
  } catch (const amiko::Error& e) {
    session.log(std::string("is gone: ") + e.what());
  }
}

}  // namespace

bool may_start(const amiko::ServerConnection& connection, const amiko::SessionStart& start) {
  if (start.kind == amiko::SessionStart::Kind::subsystem) return false;
  return start.kind == amiko::SessionStart::Kind::shell || connection.identity().user != Accounts::classic;
}

void visit(Bbs& bbs, amiko::ServerProcess& process) {
  if (process.kind() == amiko::SessionStart::Kind::exec)
    run_command(bbs, process);
  else if (process.user() == Accounts::classic)
    run_classic(process);
  else
    run_board(bbs, process);
}

}  // namespace bbs
