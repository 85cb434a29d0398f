// amiko - what any server of ours must do for any client of others
#include "interop/server_checks.hpp"

#include <boost/test/unit_test.hpp>

#include "interop/client.hpp"

namespace amiko::test {

namespace {

std::string described(const ClientResult& result) {
  return "status " + std::to_string(result.status) + ", signal \"" + result.signal +
         "\", out: " + result.out.substr(0, 2000) + "\nerr: " + result.err;
}

/// That a command runs after this login.
void check_login(ForeignClient& client, const Target& target, const Login& login, const std::string& what) {
  const ClientResult result = client.run(target, {.login = login, .command = target.exit_7});
  BOOST_TEST(result.status == 7, what << ": " << described(result));
}

}  // namespace

void check_logins(ForeignClient& client, const Target& target) {
  Login login{.method = Login::Method::password};
  check_login(client, target, login, "password");
  login.password = "not-" + target.password;
  const ClientResult result = client.run(target, {.login = login, .command = target.exit_7});
  BOOST_TEST(result.status != 7, "a wrong password: " << described(result));
  for (const auto& type : client.abilities().key_types)
    check_login(client, target, {.key_type = type}, "key " + type);
}

void check_interactive_login(ForeignClient& client, const Target& target) {
  check_login(client, target, {.method = Login::Method::interactive}, "keyboard-interactive");
  Target wrong = target;
  wrong.answers.back().second += "0";
  const ClientResult result = client.run(
      wrong, {.login = {.method = Login::Method::interactive}, .command = target.exit_7, .refused = true});
  BOOST_TEST(result.status != 7, "a wrong answer: " << described(result));
}

void check_commands(ForeignClient& client, const Target& target) {
  ClientResult result = client.run(target, {.command = target.both_streams});
  BOOST_TEST(result.out == "out\n", described(result));
  BOOST_TEST(has(result.err, "err\n"), described(result));
  BOOST_TEST(result.status == 0, described(result));

  result = client.run(target, {.command = target.exit_7});
  BOOST_TEST(result.status == 7, described(result));
  BOOST_TEST(result.out == "");

  result = client.run(target, {.command = target.killed});
  const auto& abilities = client.abilities();
  BOOST_TEST(result.status == abilities.status_after_signal, described(result));
  BOOST_TEST(has(result.err + result.signal, abilities.signal_text), described(result));

  if (!abilities.env) return;
  result = client.run(target, {.command = target.environment, .env = "a value"});
  BOOST_TEST(result.out == "a value\n", described(result));
}

void check_echo(ForeignClient& client, const Target& target, std::size_t size, const ClientJob& job) {
  const std::string sent = much_data(size);
  ClientJob echo = job;
  echo.command = target.echo;
  echo.input = sent;
  const ClientResult result = client.run(target, echo);
  BOOST_TEST(result.out.size() == size);
  BOOST_TEST((result.out == sent), "another text came back");
  BOOST_TEST(result.status == 0, "status " << result.status << "; err: " << result.err);
}

void check_terminal(ForeignClient& client, const Target& target) {
  for (const auto& steps : {target.shell_steps, target.resize_steps}) {
    const ClientResult result = client.talk(target, Login{}, steps);
    BOOST_TEST(result.status == target.shell_status, described(result));
  }
}

}  // namespace amiko::test
