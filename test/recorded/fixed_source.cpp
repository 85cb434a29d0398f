// amiko - the library's random source in this program: the same numbers in every run
#include "recorded/fixed_source.hpp"

#include <amiko/crypto/random.hpp>

#include <atomic>

#include "common/fixed_random.hpp"

namespace amiko::test {

namespace {

std::atomic<std::uint64_t> first_seed{1};
std::atomic<std::uint64_t> made{0};
std::atomic<unsigned> restarts{0};

}  // namespace

void restart_random(std::uint64_t seed) {
  first_seed = seed;
  made = 0;
  ++restarts;
}

}  // namespace amiko::test

// The linker takes these, so that libs/crypto/src/random.cpp stays out of the program.
namespace amiko::crypto {

Random& system_random() {
  thread_local test::FixedRandom random;
  thread_local unsigned age = 0;
  if (age != test::restarts) {
    age = test::restarts;
    random = test::FixedRandom(test::first_seed);
  }
  return random;
}

std::unique_ptr<Random> make_random() {
  return std::make_unique<test::FixedRandom>(test::first_seed + 1000 * ++test::made);
}

}  // namespace amiko::crypto
