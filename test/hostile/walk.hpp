// amiko - every message number at one stage, and what the table says of each
#pragma once

#include <amiko/protocol/packet_gate.hpp>
#include <amiko/wire/transport_messages.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace amiko::test {

using protocol::GateState;
using protocol::Verdict;

/// One row of the table: a role and a state, with or without strict key exchange.
struct Row {
  protocol::Role role;
  GateState state;
  bool strict = true;

  Verdict cell(int number) const {
    return protocol::verdict(role, state, strict, static_cast<std::uint8_t>(number));
  }
  /// The numbers that say this.
  std::vector<int> numbers(Verdict verdict) const {
    std::vector<int> all;
    for (int n = 0; n < 256; ++n)
      if (cell(n) == verdict) all.push_back(n);
    return all;
  }
  std::vector<int> harmless() const {
    std::vector<int> all = numbers(Verdict::ignore);
    const std::vector<int> unknown = numbers(Verdict::unimplemented);
    all.insert(all.end(), unknown.begin(), unknown.end());
    return all;
  }
  std::string name(int number) const {
    return "message " + std::to_string(number) + " in state " + std::to_string(static_cast<int>(state)) +
           (strict ? "" : ", not strict");
  }
};

/// Zeros that hardly a message with a meaning is content with, but good ones of what may be said any time.
inline Bytes walked_message(int number) {
  if (number == 2) return wire::encoded(wire::Ignore{});
  if (number == 3) return wire::encoded(wire::Unimplemented{});
  if (number == 4) return wire::encoded(wire::Debug{});
  Bytes payload(20, 0);
  payload[0] = static_cast<std::uint8_t>(number);
  return payload;
}

/// DISCONNECT, and every number behind it, for one segment.
inline std::vector<Bytes> disconnect_and_everything() {
  std::vector<Bytes> all{wire::encoded(wire::Disconnect{.reason = 11, .description = "over"})};
  for (int n = 0; n < 256; ++n)
    all.push_back(walked_message(n));
  return all;
}

/// Pieces of at most 16: more messages of unknown numbers are too many before a login.
inline void by_sixteen(const std::vector<int>& numbers,
                       const std::function<void(const std::vector<int>&)>& use) {
  constexpr std::size_t most = 16;
  for (std::size_t i = 0; i < numbers.size(); i += most)
    use({numbers.begin() + static_cast<std::ptrdiff_t>(i),
         numbers.begin() + static_cast<std::ptrdiff_t>(std::min(i + most, numbers.size()))});
}

}  // namespace amiko::test
