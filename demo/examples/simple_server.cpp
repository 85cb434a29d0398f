// amiko - example: a server with passwords: guest has none, user123's is kept as a hash ("secretpw")
#include "server_common.hpp"

#include <botan/argon2fmt.h>

#include <map>
#include <memory>

namespace {

const std::map<std::string, std::string, std::less<>> passwords = {
    {"guest", ""},  // none
    {"user123",
     "$argon2id$v=19$m=19456,t=2,p=1$tEqkuvD/QY+5OpmdiP/xyQ$"
     "apfy39p0UUb+nfNNxjARkW6b1XTN2RLlTUohrQ6xG60"}};

// Who may log in, and how.  To be let in without a password is a method of its own, "none".
class Login : public amiko::ServerHandler {
 public:
  std::vector<std::string> get_allowed_auths(std::string_view) override { return {"none", "password"}; }
  amiko::Decision check_auth_none(std::string_view user) override {
    const auto found = passwords.find(user);
    return found != passwords.end() && found->second.empty() ? amiko::Decision::accept
                                                             : amiko::Decision::reject;
  }
  amiko::Decision check_auth_password(std::string_view user, const amiko::Secret& password) override {
    const auto found = passwords.find(user);
    const bool known = found != passwords.end() && !found->second.empty();
    // A name that there is not takes as long as a wrong password.
    const std::string& hash = known ? found->second : passwords.at("user123");
    const auto text = password.view().text();
    const bool right = Botan::argon2_check_pwhash(text.data(), text.size(), hash);
    return known && right ? amiko::Decision::accept : amiko::Decision::reject;
  }
};

void greet(amiko::ServerProcess& process) {
  process.out().write("Welcome to my SSH server, " + process.user() + "!\r\n");
  process.exit(0);
}

}  // namespace

int main(int argc, char** argv) try {
  amiko::ServerOptions options = server_arguments(argc, argv);
  options.handler = [](const amiko::ServerConnection&) { return std::make_shared<Login>(); };
  options.process = greet;
  options.connected = [](const amiko::ServerConnection& caller) {
    std::cout << "SSH connection received from " << caller.peer_address() << ".\n" << std::flush;
  };
  options.disconnected = [](const amiko::ServerConnection&, const amiko::Failure& failure) {
    std::cout << (failure ? "SSH connection error: " + failure.message() : "SSH connection closed.") << '\n'
              << std::flush;
  };
  amiko::Server server = amiko::listen(options);
  return run_until_stopped(server);
} catch (const std::exception& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
