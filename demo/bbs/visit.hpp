// amiko - one call, from the greeting to the goodbye
#pragma once

#include "bbs.hpp"

#include <amiko/server/server_process.hpp>

namespace bbs {

/// Whether there is an answer to this at all.
bool may_start(const amiko::ServerConnection& connection, const amiko::SessionStart& start);

/// listen()'s process function.
void visit(Bbs& bbs, amiko::ServerProcess& process);

}  // namespace bbs
