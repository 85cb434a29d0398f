// amiko - what runs for those who have logged in
#pragma once

#include "site.hpp"

#include <amiko/server/server_process.hpp>

namespace demo::sshd {

/// Whether a shell, command or subsystem may be run.
bool may_run(const Site& site, const amiko::ServerConnection& connection, const amiko::SessionStart& start);

/// Runs it as the user who has logged in, with their shell, and returns when it has ended.
void run_session(const Site& site, amiko::ServerProcess& process);

}  // namespace demo::sshd
