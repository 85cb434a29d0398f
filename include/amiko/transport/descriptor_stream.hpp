// amiko - two descriptors as a Stream: pipes, terminals, or a socket
#pragma once

#include <amiko/support/fd.hpp>
#include <amiko/transport/stream.hpp>

#include <memory>

namespace amiko::transport {

/// Takes over a descriptor to read from and one to write to; without `out` both are `in`.  Sets them
/// non-blocking and back again when the stream is closed, because others may share the file that they stand
/// for.  Throws Error (errc::invalid_argument) for what cannot be polled, like regular files.
std::unique_ptr<Stream> make_descriptor_stream(support::UniqueFd in, support::UniqueFd out);

}  // namespace amiko::transport
