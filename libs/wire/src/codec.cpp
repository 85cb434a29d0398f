// amiko - the cold part of message decoding
#include <amiko/wire/codec.hpp>

#include <amiko/base/error.hpp>

namespace amiko::wire {

void throw_wrong_number(std::uint8_t got, MessageNumber expected) {
  throw_error(errc::malformed_packet, "message " + std::to_string(got) + " where " +
                                          std::string(name_of(expected)) + " was expected");
}

}  // namespace amiko::wire
