// amiko - ending run() from another thread
#include "cancel_state.hpp"

#include <utility>

namespace amiko {

CancelToken::CancelToken() : state_(std::make_shared<State>()) {}

void CancelToken::cancel() const {
  std::map<std::uint64_t, std::function<void()>> waiting;
  {
    const support::Guard guard(state_->mutex);
    state_->cancelled = true;
    waiting.swap(state_->waiting);
  }
  for (const auto& [id, on_cancel] : waiting)
    on_cancel();
}

bool CancelToken::cancelled() const {
  const support::Guard guard(state_->mutex);
  return state_->cancelled;
}

CancelGuard::CancelGuard(const std::optional<CancelToken>& token, std::function<void()> on_cancel) {
  if (!token) return;
  state_ = token->state();
  {
    const support::Guard guard(state_->mutex);
    id_ = ++state_->next;
    if (!state_->cancelled) {
      state_->waiting.emplace(id_, std::move(on_cancel));
      return;
    }
  }
  on_cancel();
}

CancelGuard::~CancelGuard() {
  if (!state_) return;
  const support::Guard guard(state_->mutex);
  state_->waiting.erase(id_);
}

}  // namespace amiko
