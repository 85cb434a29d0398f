// amiko - a command's input and both outputs, moved at once by one thread
#pragma once

#include <amiko/client/process.hpp>

#include <string>

namespace amiko {

/// Feeds, drains and waits for the end of a command that has been started on `channel`.  Throws as
/// Connection::run() says.
CompletedProcess run_to_end(Channel& channel, const std::string& command, const RunOptions& options,
                            Deadline deadline);

}  // namespace amiko
