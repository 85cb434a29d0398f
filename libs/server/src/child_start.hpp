// amiko - starting a process, as ourselves or as another user
#pragma once

#include "local_child.hpp"

namespace amiko {

/// The new process leads its own session, has default signal handlers, an empty signal mask, and no
/// descriptors but the three; with plan.terminal that is its controlling terminal.  Throws as
/// run_local_program().
pid_t start_child(const ChildPlan& plan);

}  // namespace amiko
