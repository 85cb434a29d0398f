// amiko - where a packet's protected bytes and its tag are
#pragma once

#include <amiko/base/bytes.hpp>
#include <amiko/base/error.hpp>

namespace amiko::crypto {

struct PacketParts {
  MutableBytes covered;  ///< length, padding length, payload and padding
  MutableBytes tag;
};

/// Throws errc::internal_error for a packet that has no room for header and tag: the caller checks lengths
/// before.
inline PacketParts split_packet(MutableBytes packet, std::size_t header_size, std::size_t tag_size) {
  if (packet.size() < header_size + tag_size)
    throw_error(errc::internal_error, "a packet shorter than its header and tag");
  return {packet.first(packet.size() - tag_size), packet.last(tag_size)};
}

/// Throws errc::invalid_argument unless the key or IV called `what` has the size that the cipher needs.
inline void require_size(ByteView value, std::size_t size, const char* what) {
  if (value.size() != size) throw_error(errc::invalid_argument, std::string(what) + " of the wrong size");
}

}  // namespace amiko::crypto
