// amiko - what a CancelToken has to end
#pragma once

#include <amiko/client/process.hpp>
#include <amiko/support/mutex.hpp>

#include <functional>
#include <map>

namespace amiko {

/// The functions that cancel() calls, without the lock, in the thread that cancels.
struct CancelToken::State {
  support::Mutex mutex;
  bool cancelled = false;
  std::uint64_t next = 0;
  std::map<std::uint64_t, std::function<void()>> waiting;
};

/// Registers a function for the life of this object; calls it at once when the token is cancelled already.
class CancelGuard {
 public:
  CancelGuard(const std::optional<CancelToken>& token, std::function<void()> on_cancel);
  ~CancelGuard();
  CancelGuard(const CancelGuard&) = delete;
  CancelGuard& operator=(const CancelGuard&) = delete;

 private:
  std::shared_ptr<CancelToken::State> state_;
  std::uint64_t id_ = 0;
};

}  // namespace amiko
