// amiko - calling the application's handler
#pragma once

#include "server_side.hpp"
#include "transport_impl.hpp"

#include <amiko/base/printable.hpp>

#include <utility>

namespace amiko {

UserSettings settings_of(const ServerSettings& server);
/// Throws ConfigError.
void apply_settings(AlgorithmProfile profile, const UserSettings& from, protocol::AuthServerSettings& to);

/// What `ask` returns; `otherwise` when it throws: an exception of the application says nothing about the
/// client.
template <class Result, class F>
Result guarded(const Log& log, Result otherwise, F&& ask) {
  support::assert_no_lock_held();
  try {
    return std::forward<F>(ask)();
  } catch (const std::exception& e) {
    log.write(LogLevel::error, std::string("the handler failed: ") + e.what());
  } catch (...) {
    log.write(LogLevel::error, "the handler failed");
  }
  return otherwise;
}

template <class F>
bool ServerSide::allowed(F&& ask) noexcept {
  return guarded(transport_.link().log(), false, std::forward<F>(ask));
}

}  // namespace amiko
