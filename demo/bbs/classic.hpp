// amiko - the board as it was in 2003
#pragma once

#include <amiko/server/server_process.hpp>

namespace bbs {

/// What paramiko 0.1's demo server says to robey, byte for byte: a welcome, one question, one answer.  No
/// echo, no line editing.
void run_classic(amiko::ServerProcess& process);

}  // namespace bbs
