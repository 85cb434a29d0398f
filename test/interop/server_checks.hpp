// amiko - what any server of ours must do for any client of others
#pragma once

#include <string>

#include "interop/server_client.hpp"

namespace amiko::test {

/// By password, by each type of key, and not with a wrong password.
void check_logins(ForeignClient& client, const Target& target);
/// By keyboard-interactive.
void check_interactive_login(ForeignClient& client, const Target& target);
/// Standard output, standard error, exit status, exit signal, environment.
void check_commands(ForeignClient& client, const Target& target);
/// So many bytes to the echo command and back, unchanged.
void check_echo(ForeignClient& client, const Target& target, std::size_t size, const ClientJob& job = {});
/// A shell on a terminal that answers a line, and one that sees a change of the window's size.
void check_terminal(ForeignClient& client, const Target& target);

}  // namespace amiko::test
