// amiko - a connected socket as a Stream
#pragma once

#include <amiko/support/fd.hpp>
#include <amiko/transport/stream.hpp>

#include <memory>

namespace amiko::transport {

/// Takes over a connected stream socket of any family (TCP, UNIX, one end of a socketpair); sets it
/// non-blocking and, on TCP, TCP_NODELAY: batching happens above the socket.  Throws Error
/// (errc::invalid_argument) when `socket` is no stream socket.
std::unique_ptr<Stream> make_socket_stream(support::UniqueFd socket);

}  // namespace amiko::transport
