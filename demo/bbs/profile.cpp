// amiko - what is known about users
#include "profile.hpp"

#include "screen.hpp"
#include "sign_up.hpp"
#include "text.hpp"

#include <amiko/base/error.hpp>

#include <charconv>

namespace bbs {
namespace {

std::vector<std::string> facts(Session& session, const Account& account) {
  Bbs& bbs = session.bbs();
  const Style& style = session.style();
  const auto row = [&](const std::string& what, const std::string& value) {
    return style.paint(Ink::faint, fit(what, 14)) + value;
  };
  const std::size_t lines = bbs.callers.find(account.name).size();
  return {row("Name", style.name(account.name) + (account.sysop ? style.paint(Ink::key, "  sysop") : "") +
                          (account.locked ? style.paint(Ink::warning, "  locked") : "")),
          row("Joined", date(account.created)),
          row("Last call", account.last_call == 0 ? "never" : date(account.last_call)),
          row("Calls", std::to_string(account.calls)),
          row("Posts", std::to_string(bbs.accounts.posts_of(account.id))),
          row("On line", lines == 0 ? "no" : "yes")};
}

void show_facts(Session& session, const Account& account) {
  Screen screen = session.screen();
  screen.clear();
  screen.bar("Profile", account.name);
  screen.blank();
  screen.box("", facts(session, account));
  session.write(screen.text());
}

// --- keys

std::vector<StoredKey> show_keys(Session& session) {
  const auto keys = session.bbs().accounts.keys(session.account().id);
  const Style& style = session.style();
  Screen screen = session.screen();
  std::vector<std::string> rows;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const amiko::PublicKey& key = keys[i].key;
    rows.push_back(style.paint(Ink::key, fit(std::to_string(i + 1), 4)) + key.type() + "  " +
                   style.shown(key.comment()));
    rows.push_back("    " + style.paint(Ink::faint, key.fingerprint()));
  }
  if (rows.empty()) rows.emplace_back("None: you log in with your password.");
  screen.box("Your public keys", rows);
  session.write(screen.text());
  return keys;
}

void add_key(Session& session) {
  session.say("Paste one line of authorized_keys, as it stands in ~/.ssh/id_ed25519.pub:");
  const auto line = session.ask("", 8000);
  if (!line || line->empty()) return;
  try {
    const auto key = amiko::PublicKey::from_line(*line);
    session.bbs().accounts.add_key(session.account().id, key);
    session.say(session.style().paint(Ink::good, "Added: " + key.fingerprint()));
    session.log("adds the key " + key.fingerprint());
  } catch (const amiko::KeyError& e) {
    session.complain("That is no such line: " +
                     clean(e.failure().text.empty() ? e.what() : e.failure().text, 200));
  } catch (const Unsuitable& e) {
    session.complain(e.what());
  }
}

void remove_key(Session& session, const std::vector<StoredKey>& keys) {
  if (keys.empty()) return;
  const auto answer = session.ask(" Number of the key to remove: ", 10);
  if (!answer) return;
  std::size_t number = 0;
  std::from_chars(answer->data(), answer->data() + answer->size(), number);
  if (number < 1 || number > keys.size()) return session.complain("There is no such key.");
  session.bbs().accounts.remove_key(session.account().id, keys[number - 1].id);
  session.say("Removed.");
  session.log("removes the key " + keys[number - 1].key.fingerprint());
}

void change_password(Session& session) {
  const auto old = session.ask_secret(" Old password: ");
  if (!old) return;
  if (!session.bbs().accounts.check_password(session.account().name, *old))
    return session.complain("That is not your password.");
  const auto password = ask_new_password(session, session.account().name);
  if (!password) return;
  session.bbs().accounts.set_password(session.account().id, *password);
  session.say(session.style().paint(Ink::good, "You have a new password."));
  session.log("changes the password");
}

}  // namespace

void profile(Session& session) {
  session.doing("the profile");
  const Style& style = session.style();
  for (bool first = true;; first = false) {
    const auto account = session.bbs().accounts.find(session.account().name);
    if (!account) return;
    if (first) show_facts(session, *account);
    const auto keys = show_keys(session);
    const std::string prompt = " " + key_hint(style, "A", "add a key  ") +
                               key_hint(style, "R", "remove a key  ") +
                               key_hint(style, "C", "change the password  ") + key_hint(style, "Q", "quit: ");
    const char pressed = session.key(prompt);
    session.write("\n");
    if (pressed == 'a')
      add_key(session);
    else if (pressed == 'r')
      remove_key(session, keys);
    else if (pressed == 'c')
      change_password(session);
    else if (pressed == 'q' || pressed == '\r' || pressed == '\x04')
      return;
  }
}

void view_user(Session& session) {
  const auto name = session.ask(" Whom: ", 40);
  if (!name || name->empty()) return;
  const auto account = session.bbs().accounts.find(*name);
  if (account)
    show_facts(session, *account);
  else
    session.complain("Nobody here has that name.");
  session.pause();
}

}  // namespace bbs
