// amiko - what any server of ours must do for any client of others
#include "interop/server_checks.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

#include "interop/client.hpp"
#include "interop/coverage.hpp"

namespace amiko::test {

namespace {

std::string described(const ClientResult& result) {
  return "status " + std::to_string(result.status) + ", signal \"" + result.signal +
         "\", out: " + result.out.substr(0, 2000) + "\nerr: " + result.err;
}

/// That a command runs after this login.
void check_login(ForeignClient& client, const Target& target, const Login& login, const std::string& cell) {
  const ClientResult result = client.run(target, {.login = login, .command = target.exit_7});
  note(target, client, cell, result.status == 7, described(result));
}

}  // namespace

void note(const Target& target, const ForeignClient& client, const std::string& cell, bool ok,
          const std::string& told) {
  BOOST_TEST(ok, target.name << ", " << client.name() << ", " << cell << ": " << told);
  Coverage::get().note(target.name, client.name(), cell, ok);
}

void check_logins(ForeignClient& client, const Target& target) {
  Login login{.method = Login::Method::password};
  check_login(client, target, login, "password");
  login.password = "not-" + target.password;
  const ClientResult result = client.run(target, {.login = login, .command = target.exit_7});
  note(target, client, "wrong password refused", result.status != 7, described(result));
  for (const auto& type : PeerKeys::types()) {
    const auto& known = client.abilities().key_types;
    if (std::ranges::find(known, type) != known.end())
      check_login(client, target, {.key_type = type}, "key " + type);
    else
      Coverage::get().leave_out(target.name, client.name(), "key " + type);
  }
}

void check_interactive_login(ForeignClient& client, const Target& target) {
  check_login(client, target, {.method = Login::Method::interactive}, "keyboard-interactive");
  Target wrong = target;
  wrong.answers.back().second += "0";
  const ClientResult result = client.run(
      wrong, {.login = {.method = Login::Method::interactive}, .command = target.exit_7, .refused = true});
  note(target, client, "wrong answer refused", result.status != 7, described(result));
}

void check_commands(ForeignClient& client, const Target& target) {
  ClientResult result = client.run(target, {.command = target.both_streams});
  note(target, client, "stdout", result.out == "out\n" && result.status == 0, described(result));
  note(target, client, "stderr", has(result.err, "err\n"), described(result));

  result = client.run(target, {.command = target.exit_7});
  note(target, client, "exit status", result.status == 7 && result.out.empty(), described(result));

  result = client.run(target, {.command = target.killed});
  const auto& abilities = client.abilities();
  note(target, client, "exit signal",
       result.status == abilities.status_after_signal &&
           has(result.err + result.signal, abilities.signal_text),
       described(result));

  if (!abilities.env) return Coverage::get().leave_out(target.name, client.name(), "environment");
  result = client.run(target, {.command = target.environment, .env = "a value"});
  note(target, client, "environment", result.out == "a value\n", described(result));
}

void check_echo(ForeignClient& client, const Target& target, std::size_t size, const ClientJob& job,
                const std::vector<std::string>& cells) {
  const std::string sent = much_data(size);
  ClientJob echo = job;
  echo.command = target.echo;
  echo.input = sent;
  const ClientResult result = client.run(target, echo);
  BOOST_TEST(result.out.size() == size);
  const bool ok = result.out == sent && result.status == 0;
  BOOST_TEST(ok, "another text came back, or status " << result.status << "; err: " << result.err);
  for (const auto& cell : cells)
    note(target, client, cell, ok, "see above");
}

void check_terminal(ForeignClient& client, const Target& target) {
  for (const auto& [cell, steps] : target.conversations) {
    const ClientResult result = client.talk(target, {}, steps);
    note(target, client, cell, result.status == target.shell_status, described(result));
  }
}

}  // namespace amiko::test
