// amiko - the board: what all its callers share
#pragma once

#include "accounts.hpp"
#include "boards.hpp"
#include "callers.hpp"
#include "database.hpp"
#include "lobby.hpp"
#include "options.hpp"
#include "rate_limit.hpp"
#include "text.hpp"

#include <amiko/base/log.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

namespace bbs {

struct Bbs {
  Bbs(const Options& wanted, const std::filesystem::path& database_file, amiko::Log messages)
      : options(wanted),
        log(std::move(messages)),
        database(database_file),
        accounts(database, wanted.sysop),
        boards(database) {}

  const Options options;
  const amiko::Log log;
  Database database;
  Accounts accounts;
  Boards boards;
  Callers callers;
  Lobby lobby;
  RateLimits sign_ups{10, std::chrono::minutes(6)};  ///< by address
  /// Asks the program to end; set before anybody calls.
  std::function<void()> shut_down{};
  const std::int64_t started = now_seconds();
  std::atomic<std::uint64_t> connections{0};
  std::atomic<std::uint64_t> calls{0};
  std::atomic<std::uint64_t> chat_lines{0};
};

}  // namespace bbs
