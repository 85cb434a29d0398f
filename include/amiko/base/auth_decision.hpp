// amiko - a server's answers to those who want to log in
#pragma once

#include <amiko/base/auth_result.hpp>

#include <string>
#include <variant>
#include <vector>

namespace amiko {

/// What a server makes of one authentication step (paramiko's AUTH_FAILED, AUTH_SUCCESSFUL,
/// AUTH_PARTIALLY_SUCCESSFUL).
enum class Decision {
  reject,
  accept,            ///< the step is done, and with it the login unless rules ask for more
  partial,           ///< the step is done, and more are wanted
  password_expired,  ///< passwords only: right, but a new one must be set first
};

/// What a server says to a key that is only shown, without a proof that its owner is there.  It is no
/// Decision on purpose: nobody is let in by it.
enum class KeyOffer { unwelcome, welcome };

/// One round of questions of keyboard-interactive authentication (RFC 4256 section 3.2).
struct InteractiveQuery {
  std::string name{};
  std::string instruction{};
  std::vector<Prompt> prompts{};
};

/// The end of a keyboard-interactive dialogue, or its next round.
using InteractiveStep = std::variant<Decision, InteractiveQuery>;

}  // namespace amiko
