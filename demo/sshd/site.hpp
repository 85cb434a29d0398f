// amiko - what all connections of a server share
#pragma once

#include "accounts.hpp"
#include "config.hpp"
#include "passwords.hpp"
#include "server_log.hpp"

namespace demo::sshd {

/// One configuration and what follows from it.  A re-read makes another; connections keep theirs.
struct Site {
  Site(Config what, const ServerLog& where)
      : config(std::move(what)),
        log(where),
        accounts(config, log),
        passwords(config.password_file.value_or(""), log) {}
  Site(const Site&) = delete;
  Site& operator=(const Site&) = delete;

  const Config config;
  const ServerLog& log;
  const AccountRules accounts;
  const Passwords passwords;
};

}  // namespace demo::sshd
