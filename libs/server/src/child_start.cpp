// amiko - starting a process, as ourselves or as another user
#include "child_start.hpp"

#include "identity_calls.hpp"

#include <amiko/base/error.hpp>
#include <amiko/base/printable.hpp>

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ranges>

namespace amiko {
namespace {

[[noreturn]] void throw_not_started(const ChildPlan& plan, int error) {
  const bool shortage = error == EAGAIN || error == ENOMEM || error == EMFILE || error == ENFILE;
  throw_error(shortage ? errc::resource_shortage : errc::process_failed,
              "cannot start " + printable(plan.file) + ": " + std::strerror(error));
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

// --- as ourselves: posix_spawn()

class Spawn {
 public:
  explicit Spawn(const ChildPlan& plan) {
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawnattr_init(&attributes_);
    // The first terminal that the leader of a session opens becomes its controlling one.
    if (!plan.terminal.empty())
      add(::posix_spawn_file_actions_addopen(&actions_, 0, plan.terminal.c_str(), O_RDWR, 0));
    else
      add(::posix_spawn_file_actions_adddup2(&actions_, plan.in, 0));
    add(::posix_spawn_file_actions_adddup2(&actions_, plan.terminal.empty() ? plan.out : 0, 1));
    add(::posix_spawn_file_actions_adddup2(&actions_, plan.terminal.empty() ? plan.err : 0, 2));
    add(::posix_spawn_file_actions_addclosefrom_np(&actions_, 3));
    add(::posix_spawn_file_actions_addchdir_np(&actions_, plan.directory.c_str()));
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    add(::posix_spawnattr_setsigmask(&attributes_, &none));
    add(::posix_spawnattr_setsigdefault(&attributes_, &all));
    add(::posix_spawnattr_setflags(&attributes_,
                                   POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF));
  }
  Spawn(const Spawn&) = delete;
  Spawn& operator=(const Spawn&) = delete;
  ~Spawn() {
    ::posix_spawnattr_destroy(&attributes_);
    ::posix_spawn_file_actions_destroy(&actions_);
  }

  pid_t run(const ChildPlan& plan, char* const* argv, char* const* env) const {
    pid_t pid = -1;
    const int error =
        error_ != 0 ? error_ : ::posix_spawn(&pid, plan.file.c_str(), &actions_, &attributes_, argv, env);
    if (error != 0) throw_not_started(plan, error);
    return pid;
  }

 private:
  void add(int error) {
    if (error_ == 0) error_ = error;
  }

  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
  int error_ = 0;
};

// --- as somebody else: fork()

void default_signals() {
  struct sigaction action {};
  action.sa_handler = SIG_DFL;
  for (int number = 1; number < NSIG; ++number)
    ::sigaction(number, &action, nullptr);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

bool take_identity(const LocalAccount& account) {
  return thread_setgroups(account.groups) && thread_setresgid(account.gid, account.gid, account.gid) &&
         thread_setresuid(account.uid, account.uid, account.uid);
}

// In the child.  Another thread may have held any lock at the fork(): nothing but system calls here.
[[noreturn]] void become(const ChildPlan& plan, char* const* argv, char* const* env, int report) {
  default_signals();
  const bool ready = ::setsid() >= 0 && (plan.terminal.empty() || ::ioctl(plan.in, TIOCSCTTY, 0) == 0) &&
                     ::dup2(plan.in, 0) >= 0 && ::dup2(plan.out, 1) >= 0 && ::dup2(plan.err, 2) >= 0 &&
                     take_identity(*plan.account) && ::chdir(plan.directory.c_str()) == 0;
  if (ready) {
    ::syscall(SYS_close_range, 3U, ~0U, 4U);  // CLOSE_RANGE_CLOEXEC: `report` goes when exec() succeeds
    ::execve(plan.file.c_str(), argv, env);
  }
  const int error = errno;
  [[maybe_unused]] const ssize_t n = ::write(report, &error, sizeof error);
  ::_exit(127);
}

pid_t fork_child(const ChildPlan& plan, char* const* argv, char* const* env) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw_not_started(plan, errno);
  const support::UniqueFd from_child(ends[0]);
  support::UniqueFd to_parent(ends[1]);
  // A signal to the group of this process must not run our handlers in the child.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  const pid_t pid = ::fork();
  if (pid == 0) become(plan, argv, env, to_parent.get());
  const int fork_error = errno;
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (pid < 0) throw_not_started(plan, fork_error);
  to_parent.reset();
  int error = 0;
  ssize_t n = 0;
  while ((n = ::read(from_child.get(), &error, sizeof error)) < 0 && errno == EINTR) {
  }
  if (n != sizeof error) return pid;
  while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
  }
  throw_not_started(plan, error);
}

}  // namespace

pid_t start_child(const ChildPlan& plan) {
  if (plan.file.find('\0') != std::string::npos || plan.directory.find('\0') != std::string::npos)
    throw_error(errc::invalid_argument, "a NUL in a path");
  const std::vector<char*> argv = pointers_to(plan.argv);
  const std::vector<char*> env = pointers_to(plan.env);
  const bool root = ::geteuid() == 0;
  if (plan.account == nullptr || (!root && ::geteuid() == plan.account->uid))
    return Spawn(plan).run(plan, argv.data(), env.data());
  if (!root) throw_error(errc::no_state, "only root can run programs as " + plan.account->name);
  return fork_child(plan, argv.data(), env.data());
}

}  // namespace amiko
