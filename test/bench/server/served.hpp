// amiko - amiko's server in a process of its own, and what can be seen of a process from outside
#pragma once

#include "light_client.hpp"

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>

#include "common/peer_process.hpp"
#include "common/temp_dir.hpp"

namespace amiko::bench {

/// Memory of a process, in KiB.
struct Memory {
  double rss = 0, pss = 0;
  double tables = 0;  ///< the kernel's page tables, which are in neither
};
Memory memory_of(pid_t pid);
/// Processor time of a process and of its children that have been waited for, user and system; seconds.
double cpu_of(pid_t pid);
std::size_t descriptors_of(pid_t pid);

/// This program again with `--serve`: listen() with an ed25519 host key, an authorized_keys file with one
/// key, and a process function that knows "true" and "echo".
class Served {
 public:
  Served();
  /// For clients with the key: curve25519-sha256 and ssh-ed25519, which every server has.
  const LightSettings& settings() const noexcept { return settings_; }
  pid_t pid() const noexcept { return process_->pid(); }

 private:
  test::TempDir directory_;
  std::optional<test::PeerProcess> process_;
  LightSettings settings_;
};

/// The other side of Served: prints its port, serves until standard input ends.
int serve(const std::string& directory);

/// Starts this program again with these arguments; standard input and output are pipes.
test::ProcessOptions again(std::vector<std::string> arguments);

}  // namespace amiko::bench
