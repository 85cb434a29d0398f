// amiko - a flag that threads can wait for
#include <amiko/connection/event.hpp>

#include <amiko/support/mutex.hpp>

namespace amiko {

struct Event::State {
  support::Mutex mutex;
  support::Condition changed;
  bool set = false;
};

Event::Event() : state_(std::make_shared<State>()) {}

void Event::set() {
  {
    const support::Guard guard(state_->mutex);
    state_->set = true;
  }
  state_->changed.notify_all();
}

void Event::clear() {
  const support::Guard guard(state_->mutex);
  state_->set = false;
}

bool Event::is_set() const {
  const support::Guard guard(state_->mutex);
  return state_->set;
}

bool Event::wait(Timeout timeout) const {
  const Deadline deadline = Deadline::after(timeout);
  support::Lock lock(state_->mutex);
  return state_->changed.wait(lock, deadline, [this] { return state_->set; });
}

}  // namespace amiko
