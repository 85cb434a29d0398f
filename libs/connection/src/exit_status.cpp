// amiko - how a remote command ended
#include <amiko/connection/exit_status.hpp>

namespace amiko {

std::string ExitStatus::to_string() const {
  if (signal)
    return "signal " + *signal + (core_dumped ? " (core dumped)" : "") +
           (message.empty() ? "" : ": " + message);
  if (code) return "exit status " + std::to_string(*code);
  return "no exit status";
}

}  // namespace amiko
