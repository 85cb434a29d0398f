// amiko - the requests that have not been answered, by their ids
#pragma once

#include "packet.hpp"

#include <amiko/base/bytes.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace amiko::sftp {

class Requests;

struct PendingRequest {
  Requests* owner = nullptr;  ///< nobody: the answer is not wanted any more
  PacketType type{};
  std::uint64_t tag = 0;
  MutableBytes sink{};
};

/// An id is a place in the table, and how often the place was used before in its upper half, so that an
/// answer that comes twice is found out.  Not thread-safe.
class PendingRequests {
 public:
  /// Throws errc::resource_shortage at 65536 requests.
  std::uint32_t add(const PendingRequest& request);
  /// Null for an id that is not under way.
  PendingRequest* find(std::uint32_t id) noexcept;
  void remove(std::uint32_t id) noexcept;
  /// Leaves the requests of `owner` without one.
  void abandon(const Requests& owner) noexcept;
  std::size_t size() const noexcept { return places_.size() - free_.size(); }
  /// Requests under way whose sink has at least `large_sink` bytes.
  std::size_t large_sinks() const noexcept { return large_sinks_; }
  static constexpr std::size_t large_sink = 16 * 1024;

 private:
  struct Place {
    std::uint32_t id = 0;
    bool used = false;
    PendingRequest request{};
  };

  static bool has_large_sink(const Place& place) noexcept {
    return place.used && place.request.sink.size() >= large_sink;
  }

  std::size_t large_sinks_ = 0;
  std::vector<Place> places_;
  std::vector<std::uint32_t> free_;
};

}  // namespace amiko::sftp
