// amiko - which credentials to try, in what order, and what came of it
#pragma once

#include <amiko/client/connect.hpp>

#include <string>
#include <vector>

namespace amiko {

/// Authenticates one connection as its options say: "none" first, to learn what the server wants, then method
/// after method, going on after partial success.
class AuthPlan {
 public:
  AuthPlan(Transport& transport, const ConnectOptions& options, std::string user, Deadline deadline);

  /// Returns once the server lets us in; throws AuthError (errc::auth_failed, no_more_auth_methods) with
  /// everything that was tried.
  void run();

 private:
  struct Candidate;

  void limit_next_step();
  bool try_methods();
  bool try_method(const std::string& method);
  bool try_publickey();
  bool try_password();
  bool try_interactive();
  std::vector<Candidate> candidates() const;
  bool try_key(const Candidate& candidate);
  bool take(AuthResult result, const std::string& what);
  void check_proof() const;
  void show_banner();
  Answers answer(const std::string& name, const std::string& instruction, std::span<const Prompt> prompts);
  std::optional<Secret> next_password(const std::string& prompt);
  [[noreturn]] void give_up() const;

  Transport& transport_;
  const ConnectOptions& options_;
  const std::string user_;
  const Deadline deadline_;  // of the whole of connect()
  AuthResult latest_;
  std::vector<std::string> tried_;
  std::vector<std::string> used_keys_;  // fingerprints that were refused or have done their part
  std::size_t banner_shown_ = 0;
  unsigned passwords_asked_ = 0;
  bool fixed_password_used_ = false;
  bool part_accepted_ = false;
  bool proved_ = false;      // something that only the user has was shown to the server
  bool gave_up_ = false;     // somebody was asked and had no answer
  bool unanswered_ = false;  // a keyboard-interactive round that the password does not fit
};

}  // namespace amiko
