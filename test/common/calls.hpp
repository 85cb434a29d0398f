// amiko - calls that block in another thread, and what they throw
#pragma once

#include <amiko/base/error.hpp>

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

#include "common/deadline.hpp"

namespace amiko::test {

/// For BOOST_CHECK_EXCEPTION.
inline auto has_code(errc code) {
  return [code](const Error& e) {
    const bool same = e.code() == code;
    if (!same) BOOST_TEST_MESSAGE("thrown was: " << e.what());
    return same;
  };
}

/// The same, and what() has `part` in it.
inline auto says(errc code, std::string part) {
  return [code, part = std::move(part)](const Error& e) {
    const bool same = e.code() == code && std::string(e.what()).find(part) != std::string::npos;
    if (!same) BOOST_TEST_MESSAGE("thrown was: " << e.what());
    return same;
  };
}

/// For other threads than the test's, where Boost.Test must not be used: what does not hold ends the call.
inline void must(bool condition, const char* what = "a condition in another thread") {
  if (!condition) throw std::runtime_error(std::string("not so: ") + what);
}

/// Gives other threads the time to get into the call that they are about to make.  What is tested must hold
/// whether or not they do.
inline void settle() {
  std::this_thread::sleep_for(milliseconds(20));
}

/// Runs a call in a thread of its own and keeps what comes of it.
class Call {
 public:
  template <class F>
  explicit Call(F f) : state_(std::make_shared<State>()) {
    thread_ = std::thread([state = state_, f = std::move(f)]() mutable {
      try {
        f();
      } catch (const Error& e) {
        state->failure = e.failure();
      } catch (const std::exception& e) {
        state->failure =
            Failure{.code = errc::internal_error, .text = std::string("another exception: ") + e.what()};
      }
      state->done = true;
    });
  }
  Call(Call&&) noexcept = default;
  Call& operator=(Call&&) = delete;
  ~Call() {
    if (!thread_.joinable()) return;
    if (ended())
      thread_.join();
    else
      thread_.detach();  // the test has failed already, or fails now
  }

  bool done() const { return state_->done; }
  /// Waits for its end within the usual limit.
  bool ended() const {
    const bool over = eventually([this] { return done(); }, milliseconds(20'000));
    BOOST_TEST(over, "a call did not return");
    return over;
  }
  /// What it threw, or nothing; waits.
  std::optional<Failure> failure() {
    if (!ended()) return Failure{.code = errc::internal_error, .text = "still blocked"};
    if (thread_.joinable()) thread_.join();
    return state_->failure;
  }
  /// Its code; 0 when it returned.
  error_code code() {
    const auto thrown = failure();
    if (thrown) BOOST_TEST_MESSAGE(thrown->message());
    return thrown ? thrown->code : error_code();
  }

 private:
  struct State {
    std::atomic<bool> done{false};
    std::optional<Failure> failure;
  };
  std::shared_ptr<State> state_;
  std::thread thread_;
};

}  // namespace amiko::test
