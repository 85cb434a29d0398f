// amiko - how a process is to be started: its descriptors, directory, session and signals
#include <amiko/support/spawn_setup.hpp>

#include <amiko/base/error.hpp>
#include <amiko/base/printable.hpp>

#include <cerrno>
#include <csignal>
#include <system_error>

#include <fcntl.h>

namespace amiko::support {

SpawnSetup::SpawnSetup() noexcept {
  ::posix_spawn_file_actions_init(&actions_);
  ::posix_spawnattr_init(&attributes_);
  sigset_t none;
  sigset_t all;
  sigemptyset(&none);
  sigfillset(&all);
  add(::posix_spawnattr_setsigmask(&attributes_, &none));
  add(::posix_spawnattr_setsigdefault(&attributes_, &all));
  add(::posix_spawnattr_setflags(&attributes_,
                                 POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF));
}

SpawnSetup::~SpawnSetup() {
  ::posix_spawnattr_destroy(&attributes_);
  ::posix_spawn_file_actions_destroy(&actions_);
}

void SpawnSetup::add(int error) noexcept {
  if (error_ == 0) error_ = error;
}

void SpawnSetup::duplicate(int from, int to) noexcept {
  add(::posix_spawn_file_actions_adddup2(&actions_, from, to));
}

void SpawnSetup::open(int fd, const std::string& path) noexcept {
  add(::posix_spawn_file_actions_addopen(&actions_, fd, path.c_str(), O_RDWR, 0));
}

void SpawnSetup::close_from(int first) noexcept {
  add(::posix_spawn_file_actions_addclosefrom_np(&actions_, first));
}

void SpawnSetup::change_directory(const std::string& path) noexcept {
  add(::posix_spawn_file_actions_addchdir_np(&actions_, path.c_str()));
}

pid_t SpawnSetup::run(const std::string& file, char* const* argv, char* const* env) const {
  pid_t pid = -1;
  const int error =
      error_ != 0 ? error_ : ::posix_spawnp(&pid, file.c_str(), &actions_, &attributes_, argv, env);
  if (error != 0) throw_not_started(file, error);
  return pid;
}

void throw_not_started(const std::string& program, int error) {
  const bool shortage = error == EAGAIN || error == ENOMEM || error == EMFILE || error == ENFILE;
  throw_error(shortage ? errc::resource_shortage : errc::process_failed,
              "cannot start " + printable(program) + ": " + std::generic_category().message(error));
}

std::vector<char*> pointers_to(const std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (const std::string& s : strings) {
    if (s.find('\0') != std::string::npos) throw_error(errc::invalid_argument, "a NUL in an argument");
    pointers.push_back(const_cast<char*>(s.c_str()));
  }
  pointers.push_back(nullptr);
  return pointers;
}

}  // namespace amiko::support
