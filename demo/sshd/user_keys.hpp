// amiko - the authorized_keys files of a user
#pragma once

#include "config.hpp"
#include "server_log.hpp"

#include <amiko/config/authorized_keys.hpp>
#include <amiko/server/local_account.hpp>

#include <vector>

namespace demo::sshd {

/// Those that AuthorizedKeysFile names, opened with the user's own rights.  With StrictModes one that others
/// could change is left out, with a line in the log.
std::vector<amiko::AuthorizedKeys> load_user_keys(const Config& config, const ServerLog& log,
                                                  const amiko::LocalAccount& account);

}  // namespace demo::sshd
