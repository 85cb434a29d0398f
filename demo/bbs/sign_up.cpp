// amiko - newcomers
#include "sign_up.hpp"

#include "screen.hpp"
#include "text.hpp"

namespace bbs {
namespace {

constexpr int most_attempts = 10;

void greet(Session& session) {
  Screen screen = session.screen();
  screen.clear();
  screen.bar("Welcome, stranger!", date(now_seconds()));
  screen.blank();
  screen.logo({"A bulletin board that you call", "with ssh.  It takes a name and", "a password to join."});
  screen.blank();
  std::vector<std::string> rules{"Names have 2 to 16 letters, digits, - and _.",
                                 "Passwords have at least 8 characters; they are kept as Argon2id hashes.",
                                 "Ctrl-C hangs up."};
  screen.box("Sign up", rules);
  screen.blank();
  session.write(screen.text());
}

std::string ask_name(Session& session) {
  for (int i = 0; i < most_attempts; ++i) {
    const auto name = session.ask(" Your name on the board: ", 40);
    if (!name) break;
    try {
      Accounts::check_name(*name);
      if (!session.bbs().accounts.find(*name)) return *name;
      session.complain("That name is taken.");
    } catch (const Unsuitable& e) {
      session.complain(e.what());
    }
  }
  throw HungUp{"Good bye!"};
}

}  // namespace

std::optional<amiko::Secret> ask_new_password(Session& session, const std::string& name) {
  for (int i = 0; i < most_attempts; ++i) {
    auto password = session.ask_secret(" New password: ");
    if (!password) return std::nullopt;
    try {
      Accounts::check_new_password(name, *password);
    } catch (const Unsuitable& e) {
      session.complain(e.what());
      continue;
    }
    const auto again = session.ask_secret(" Once more:    ");
    if (!again) return std::nullopt;
    if (*again == *password) return password;
    session.complain("These two are not the same.");
  }
  return std::nullopt;
}

Account sign_up(Session& session) {
  greet(session);
  for (int i = 0; i < most_attempts; ++i) {
    const std::string name = ask_name(session);
    const auto password = ask_new_password(session, name);
    if (!password) break;
    if (!session.bbs().sign_ups.take(session.address()))
      throw HungUp{"Too many people sign up from where you are. Try again in an hour."};
    try {
      Account account = session.bbs().accounts.create(name, *password);
      session.log("signs up as " + account.name + (account.sysop ? ", the sysop" : ""));
      return account;
    } catch (const Unsuitable& e) {
      session.complain(e.what());  // somebody else was faster
    }
  }
  throw HungUp{"Good bye!"};
}

}  // namespace bbs
