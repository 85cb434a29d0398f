// amiko - a TCP relay that does to the bytes what bad networks do
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <list>
#include <optional>
#include <thread>

#include "common/deadline.hpp"
#include "common/network.hpp"

namespace amiko::test {

/// So many bytes of a stream, from the offset `at` on.
struct StreamRange {
  std::uint64_t at = 0;
  std::uint64_t size = 0;
  bool contains(std::uint64_t offset) const noexcept { return offset >= at && offset - at < size; }
};

/// What happens to one direction of every connection.  Offsets count the bytes of that direction from 0.
struct RelayFaults {
  std::optional<std::uint64_t> cut_after = {};    ///< so many bytes pass, then both sides see the end
  bool reset = false;                             ///< the cut is an RST, not a FIN
  std::optional<std::uint64_t> stall_after = {};  ///< so many bytes pass, then nothing is read any more
  std::optional<std::uint64_t> flip_bit_at = {};  ///< a bit of this byte is turned
  unsigned bit = 0;                               ///< which one
  std::optional<StreamRange> duplicate = {};      ///< these bytes arrive twice in a row
  std::optional<StreamRange> drop = {};           ///< these never do
  bool dribble = false;                           ///< one byte per segment
  std::chrono::microseconds gap{0};               ///< pause between those
  milliseconds delay{0};                          ///< every byte arrives so much later
};

struct RelayOptions {
  RelayFaults to_server = {}, to_client = {};
};

/// Listens on a port of 127.0.0.1 and connects each client to another one there, in a thread of its own that
/// works until the relay is destroyed.  All members may be called from any thread.
class Relay {
 public:
  /// `server_port` is where it leads to.  Throws std::system_error.
  explicit Relay(std::uint16_t server_port, const RelayOptions& options = {});
  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;
  ~Relay() { stop(); }

  std::uint16_t port() const noexcept { return port_; }

  /// Bytes passed on so far, all connections together.
  std::uint64_t bytes_to_server() const noexcept { return passed_[0]; }
  std::uint64_t bytes_to_client() const noexcept { return passed_[1]; }
  /// Connections taken so far.
  unsigned connections() const noexcept { return connections_; }

  /// From now on nothing moves in either direction, as if a cable were pulled; and on again.
  void black_hole() { command(stalled_, true); }
  void resume() { command(stalled_, false); }
  /// Ends all connections there are, with FIN or with RST.
  void cut() { command(cut_, Cut::fin); }
  void reset() { command(cut_, Cut::rst); }

  /// Closes everything; returns when the thread has ended.  May be called again.
  void stop();

 private:
  enum class Cut { none, fin, rst };
  class Flow;
  class Connection;

  template <class Value>
  void command(std::atomic<Value>& variable, Value value) {
    variable = value;
    wake();
  }
  void wake();
  void work();
  void take_client(std::list<Connection>& connections);

  const std::uint16_t server_port_;
  const RelayOptions options_;
  UniqueFd listener_, wakeup_;
  std::uint16_t port_ = 0;
  std::array<std::atomic<std::uint64_t>, 2> passed_{};
  std::atomic<unsigned> connections_ = 0;
  std::atomic<bool> stalled_ = false, stopping_ = false;
  std::atomic<Cut> cut_ = Cut::none;
  std::thread thread_;
};

}  // namespace amiko::test
