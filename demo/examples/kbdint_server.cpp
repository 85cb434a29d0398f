// amiko - example: keyboard-interactive: guest is asked nothing, user123 for a password ("secretpw") and for
// a word that changes
#include "server_common.hpp"

#include <memory>
#include <random>

namespace {

// One for each connection, because it remembers how far the dialogue has come.
class Dialogue : public amiko::ServerHandler {
 public:
  std::vector<std::string> get_allowed_auths(std::string_view) override { return {"keyboard-interactive"}; }

  amiko::InteractiveStep check_auth_interactive(std::string_view user, std::string_view) override {
    if (user == "guest") return amiko::Decision::accept;
    round_ = 1;
    return amiko::InteractiveQuery{.name = "First step", .prompts = {{.text = "Password: "}}};
  }

  amiko::InteractiveStep check_auth_interactive_response(std::string_view user,
                                                         const amiko::Answers& answers) override {
    if (round_ == 2) return answers[0] == word_ ? amiko::Decision::accept : amiko::Decision::reject;
    // Keep a hash in its place, as simple_server does.
    static const amiko::Secret password(std::string_view("secretpw"));
    if (user != "user123" || answers[0] != password) return amiko::Decision::reject;
    round_ = 2;
    const std::string word = std::to_string(std::random_device()() % 1'000'000);
    word_ = amiko::Secret(word);
    return amiko::InteractiveQuery{.name = "Second step",
                                   .instruction = "Nobody but a person can read this: " + word,
                                   .prompts = {{.text = "Type it: ", .echo = true}}};
  }

 private:
  int round_ = 0;
  amiko::Secret word_;
};

}  // namespace

int main(int argc, char** argv) try {
  amiko::ServerOptions options = server_arguments(argc, argv);
  options.handler = [](const amiko::ServerConnection&) { return std::make_shared<Dialogue>(); };
  options.process = [](amiko::ServerProcess& process) {
    process.out().write("Welcome to my SSH server, " + process.user() + "!\r\n");
  };
  amiko::Server server = amiko::listen(options);
  return run_until_stopped(server);
} catch (const std::exception& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
