// amiko - the requests that have not been answered, by their ids
#include "pending_requests.hpp"

#include <amiko/base/error.hpp>

namespace amiko::sftp {
namespace {

constexpr std::uint32_t most_places = 0x10000;
constexpr std::uint32_t place_mask = most_places - 1;

}  // namespace

std::uint32_t PendingRequests::add(const PendingRequest& request) {
  if (free_.empty()) {
    if (places_.size() == most_places)
      throw_error(errc::resource_shortage, "65536 requests of the SFTP session are unanswered");
    free_.reserve(places_.size() + 1);  // remove() must not fail
    places_.push_back(Place{.id = static_cast<std::uint32_t>(places_.size())});
    free_.push_back(static_cast<std::uint32_t>(places_.size() - 1));
  }
  Place& place = places_[free_.back()];
  free_.pop_back();
  place.used = true;
  place.request = request;
  large_sinks_ += has_large_sink(place);
  return place.id;
}

PendingRequest* PendingRequests::find(std::uint32_t id) noexcept {
  const std::size_t index = id & place_mask;
  if (index >= places_.size() || !places_[index].used || places_[index].id != id) return nullptr;
  return &places_[index].request;
}

void PendingRequests::remove(std::uint32_t id) noexcept {
  Place& place = places_[id & place_mask];
  large_sinks_ -= has_large_sink(place);
  place.used = false;
  place.id += most_places;
  free_.push_back(id & place_mask);
}

void PendingRequests::abandon(const Requests& owner) noexcept {
  for (Place& place : places_) {
    if (!place.used || place.request.owner != &owner) continue;
    large_sinks_ -= has_large_sink(place);
    place.request.owner = nullptr;
    place.request.sink = {};
  }
}

}  // namespace amiko::sftp
