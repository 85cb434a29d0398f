// amiko - which methods a login takes, one after the other (sshd_config's AuthenticationMethods)
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace amiko::protocol {

/// The methods that our server knows: "none", "password", "publickey", "keyboard-interactive".  The view is
/// good for the program's life.
std::span<const std::string_view> server_auth_methods() noexcept;

/// One or more lists of methods.  A login is complete when all methods of one list have been accepted in the
/// list's order; steps that belong to other lists may come between.  A value; not synchronised.
class AuthRules {
 public:
  using Methods = std::vector<std::string>;

  /// "any": one accepted method, whichever, is enough.
  AuthRules() = default;

  /// As sshd_config(5) has it: lists parted by white space, methods by commas, or the single word "any".
  /// "keyboard-interactive:device" is taken, but the device is only kept for text().  Names are compared
  /// exactly.  Throws ConfigError (errc::bad_config), also for sshd's methods that we have not got.
  static AuthRules parse(std::string_view text);

  bool any() const noexcept { return lists_.empty(); }
  /// What may follow the accepted steps `done`, each once; nothing when every list is at its end.  For "any"
  /// it is always all of server_auth_methods().
  Methods next(const Methods& done) const;
  /// Never true for no steps at all.
  bool complete(const Methods& done) const noexcept;
  /// What parse() takes, in one form for equal rules.
  std::string text() const;

 private:
  struct Step {
    std::string method{};
    std::string device{};
  };
  using List = std::vector<Step>;

  static Step parse_step(std::string_view text);
  static List parse_list(std::string_view text);
  static std::size_t steps_done(const List& list, const Methods& done) noexcept;

  std::vector<List> lists_{};
};

}  // namespace amiko::protocol
