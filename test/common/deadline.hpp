// amiko - time limits of tests, and polling with such a limit
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <thread>
#include <utility>

namespace amiko::test {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

/// What all limits are multiplied with: AMIKO_TEST_TIMEOUT_FACTOR, for valgrind, sanitizers and busy
/// machines.  1 without it.
inline double timeout_factor() {
  const char* text = std::getenv("AMIKO_TEST_TIMEOUT_FACTOR");
  const double factor = text ? std::strtod(text, nullptr) : 1.0;
  return factor > 0 ? factor : 1.0;
}

/// `limit` stretched by timeout_factor().
inline milliseconds scaled(milliseconds limit) {
  return milliseconds(static_cast<milliseconds::rep>(static_cast<double>(limit.count()) * timeout_factor()));
}

/// The moment at which `limit`, stretched, is over.
inline Clock::time_point deadline_after(milliseconds limit) {
  return Clock::now() + scaled(limit);
}

/// What is left until then as poll() wants it: milliseconds rounded up, never negative.
inline int poll_timeout(Clock::time_point deadline) {
  const auto left = std::chrono::ceil<milliseconds>(deadline - Clock::now());
  return static_cast<int>(std::clamp<milliseconds::rep>(left.count(), 0, 3'600'000));
}

/// Asks `condition` again and again, 5 ms apart, until it holds (true) or `limit`, stretched, is over
/// (false).
template <class Condition>
bool eventually(Condition&& condition, milliseconds limit = milliseconds(10'000)) {
  const auto deadline = deadline_after(limit);
  while (!condition()) {
    if (Clock::now() >= deadline) return static_cast<bool>(condition());
    std::this_thread::sleep_for(milliseconds(5));
  }
  return true;
}

}  // namespace amiko::test
