// amiko - where random bytes come from
#pragma once

#include <amiko/base/bytes.hpp>

#include <memory>

namespace amiko::crypto {

/// A source of random bytes.  An interface, so that tests can replay a session byte for byte.  Not
/// synchronised: one object belongs to one thread or one lock.
class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(MutableBytes out) = 0;
};

/// The calling thread's own generator (Botan::AutoSeeded_RNG).  The reference is good in this thread only.
Random& system_random();

/// A generator of its own, for an object that is used by several threads in turn under its own lock.
std::unique_ptr<Random> make_random();

}  // namespace amiko::crypto
