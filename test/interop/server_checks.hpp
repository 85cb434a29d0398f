// amiko - what any server of ours must do for any client of others
#pragma once

#include <string>

#include "interop/server_client.hpp"

namespace amiko::test {

/// One cell of the table (Coverage), and a check as ever; `told` explains.
void note(const Target& target, const ForeignClient& client, const std::string& cell, bool ok,
          const std::string& told);

// Each of these notes what it finds.

/// By password, by each type of key, and not with a wrong password.
void check_logins(ForeignClient& client, const Target& target);
/// By keyboard-interactive.
void check_interactive_login(ForeignClient& client, const Target& target);
/// Standard output, standard error, exit status, exit signal, environment.
void check_commands(ForeignClient& client, const Target& target);
/// So many bytes to the echo command and back, unchanged.  `cells` are what that shows, for the table.
void check_echo(ForeignClient& client, const Target& target, std::size_t size, const ClientJob& job = {},
                const std::vector<std::string>& cells = {});
/// All of the target's conversations.
void check_terminal(ForeignClient& client, const Target& target);

}  // namespace amiko::test
