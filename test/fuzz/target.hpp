// amiko - what is fuzzed: functions that take any bytes and must end well
#pragma once

#include <amiko/base/bytes.hpp>

#include <span>
#include <string_view>
#include <vector>

namespace amiko::fuzz {

/// One decoder or machine under test.  run() may throw amiko::Error, which is how bad input is refused;
/// everything else that leaves it, and a broken promise that it finds itself, is a finding.
struct Target {
  std::string_view name;
  void (*run)(ByteView input);
  /// Inputs that get far, to start from.
  std::vector<Bytes> (*seeds)();
};

std::span<const Target> targets() noexcept;
const Target* find_target(std::string_view name) noexcept;

/// Runs `target` on what follows the first byte.  That byte says which allocation from the start fails: none
/// below 128.  A finding prints what it is and aborts.
void run(const Target& target, ByteView input);

/// Aborts with `what` unless `holds`.
void promise(bool holds, std::string_view what);

/// A seed as run() takes it: no allocation fails.
Bytes plain(ByteView input);

}  // namespace amiko::fuzz
