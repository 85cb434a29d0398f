// amiko - what all connections of a server share
#pragma once

#include "accounts.hpp"
#include "configuration.hpp"
#include "passwords.hpp"
#include "server_log.hpp"

#include <amiko/server/server_connection.hpp>

#include <memory>
#include <string_view>
#include <utility>

namespace demo::sshd {

/// One configuration and what follows from it.  A re-read makes another; connections keep theirs.
struct Site {
  Site(Configuration what, const ServerLog& where)
      : configuration(std::move(what)), log(where), passwords(config().password_file.value_or(""), log) {}
  Site(const Site&) = delete;
  Site& operator=(const Site&) = delete;

  /// What does not depend on who comes.
  const Config& config() const noexcept { return configuration.base(); }
  /// For a connection and the name that it tries or has logged in as.  Asks the user database where there are
  /// Match blocks.
  std::shared_ptr<const Config> config_for(const amiko::ServerConnection& connection,
                                           std::string_view user) const;

  const Configuration configuration;
  const ServerLog& log;
  const Passwords passwords;
};

}  // namespace demo::sshd
