// amiko - what an authentication step brought
#pragma once

#include <amiko/base/bytes.hpp>
#include <amiko/base/secret.hpp>

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace amiko {

/// The outcome of one auth_*() call: true once the server lets us in.  A refusal is a value, not an
/// exception.
struct AuthResult {
  bool authenticated = false;
  bool partial_success = false;             ///< this step was accepted and more are wanted
  std::vector<std::string> methods_left{};  ///< what can continue: "publickey", "password", ...

  explicit operator bool() const noexcept { return authenticated; }
  bool can_continue_with(std::string_view method) const noexcept {
    for (const auto& m : methods_left)
      if (m == method) return true;
    return false;
  }
};

/// One question of keyboard-interactive authentication (RFC 4256); text from the server, made printable.
struct Prompt {
  std::string text{};
  bool echo = false;  ///< whether what is typed may be shown
};

/// Answers, in the order of the prompts.
using Answers = std::vector<Secret>;

/// Called in the thread that called auth_interactive(), once for each round; rounds without prompts too.  It
/// may block and may call anything of its own Transport.  Must return one answer for each prompt.  An
/// exception cancels the attempt and passes through.
using InteractiveHandler = std::function<Answers(const std::string& name, const std::string& instruction,
                                                 std::span<const Prompt> prompts)>;

/// Asked for a new password when the old one has expired; `prompt` is the server's, made printable.  An empty
/// secret gives up.
using NewPasswordHandler = std::function<Secret(const std::string& prompt)>;

}  // namespace amiko
