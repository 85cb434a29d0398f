// amiko - how a process is to be started: its descriptors, directory, session and signals
#pragma once

#include <string>
#include <vector>

#include <spawn.h>
#include <sys/types.h>

namespace amiko::support {

/// posix_spawn's two parameter objects.  The process leads a session of its own, and no signal is blocked or
/// ignored in it.  What is added happens in that order; run() tells what did not work.
class SpawnSetup {
 public:
  SpawnSetup() noexcept;
  SpawnSetup(const SpawnSetup&) = delete;
  SpawnSetup& operator=(const SpawnSetup&) = delete;
  ~SpawnSetup();

  void duplicate(int from, int to) noexcept;
  /// For reading and writing.  The first terminal that the leader of a session opens becomes its controlling
  /// one.
  void open(int fd, const std::string& path) noexcept;
  void close_from(int first) noexcept;
  void change_directory(const std::string& path) noexcept;

  /// Returns when the program has been started.  `file` without a slash is looked for in PATH.  Throws as
  /// throw_not_started().
  pid_t run(const std::string& file, char* const* argv, char* const* env) const;

 private:
  void add(int error) noexcept;

  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
  int error_ = 0;
};

/// Throws errc::resource_shortage or process_failed for an errno, naming the program.
[[noreturn]] void throw_not_started(const std::string& program, int error);

/// As exec() takes them, with a null at the end; they point into `strings`.  Throws errc::invalid_argument
/// for a NUL within one.
std::vector<char*> pointers_to(const std::vector<std::string>& strings);

}  // namespace amiko::support
