// amiko - a channel as the stream under another connection
#pragma once

#include <amiko/connection/channel.hpp>
#include <amiko/transport/stream.hpp>

#include <memory>

namespace amiko {

/// The inner connection's worker reads and writes the channel directly: no socketpair, no thread in between.
std::unique_ptr<transport::Stream> make_tunnel_stream(Channel channel);

}  // namespace amiko
