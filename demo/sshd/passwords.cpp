// amiko - passwords: the shadow database, or a file of Argon2 hashes
#include "passwords.hpp"

#include "descriptors.hpp"
#include "prompt.hpp"
#include "shadow.hpp"

#include <botan/argon2fmt.h>
#include <botan/auto_rng.h>

#include <fstream>
#include <iostream>

#include <unistd.h>

namespace demo::sshd {
namespace {

// OWASP's recommendation of 2023 for Argon2id: 19 MiB, two passes.
constexpr std::size_t memory_kib = 19 * 1024;
constexpr std::size_t passes = 2;
constexpr std::size_t parallel = 1;
constexpr std::size_t longest_password = 1024;

// A hash that nobody has the password to.
const std::string& nobodys_hash() {
  static const std::string hash = [] {
    Botan::AutoSeeded_RNG rng;
    const auto noise = rng.random_vec(32);
    return hash_password(amiko::Secret(noise));
  }();
  return hash;
}

class Turn {
 public:
  explicit Turn(std::counting_semaphore<>& free) : free_(free) { free_.acquire(); }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  ~Turn() { free_.release(); }

 private:
  std::counting_semaphore<>& free_;
};

}  // namespace

std::string hash_password(const amiko::Secret& password) {
  Botan::AutoSeeded_RNG rng;
  const std::string_view text = password.view().text();
  return Botan::argon2_generate_pwhash(text.data(), text.size(), rng, parallel, memory_kib, passes);
}

bool Passwords::available() const {
  return !file_.empty() || shadow_readable();
}

bool Passwords::check(const std::optional<amiko::LocalAccount>& account,
                      const amiko::Secret& password) const {
  if (password.size() > longest_password) return false;
  const Turn turn(free_);
  if (!file_.empty()) return check_in_file(account, password);
  const auto hash = account ? password_hash_of(account->name) : std::nullopt;
  return crypt_matches(password, hash) && !password.empty();
}

bool Passwords::must_be_changed(const amiko::LocalAccount& account) const {
  return file_.empty() && password_expired(account.name);
}

bool Passwords::check_in_file(const std::optional<amiko::LocalAccount>& account,
                              const amiko::Secret& password) const {
  std::string hash = nobodys_hash();
  bool known = false;
  std::ifstream file(file_);
  if (!file) log_.error("cannot read the password file " + file_);
  for (std::string line; account && !known && std::getline(file, line);)
    if (line.starts_with(account->name + ":")) {
      hash = line.substr(account->name.size() + 1);
      hash.resize(hash.find_last_not_of(" \t\r") + 1);
      known = true;
    }
  const std::string_view text = password.view().text();
  const bool matches = Botan::argon2_check_pwhash(text.data(), text.size(), hash);
  return matches && known && !password.empty();
}

int print_password_hash() {
  std::optional<amiko::Secret> password;
  if (::isatty(STDIN_FILENO) == 1) {
    Terminal terminal;
    Prompter prompter(terminal, false);
    password = prompter.ask_hidden("Password: ");
    const auto again = password ? prompter.ask_hidden("Again: ") : std::nullopt;
    if (again && !(*again == *password)) throw OptionError("the passwords are not the same");
    if (!again) password.reset();
  } else {
    std::string line;
    if (std::getline(std::cin, line)) password = amiko::Secret(line);
    amiko::wipe(line.data(), line.size());
  }
  if (!password || password->empty()) throw OptionError("no password");
  return write_all(STDOUT_FILENO, hash_password(*password) + "\n") ? 0 : 1;
}

}  // namespace demo::sshd
