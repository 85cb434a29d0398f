// amiko - starting a process, as ourselves or as another user
#include "child_start.hpp"

#include "identity_calls.hpp"

#include <amiko/base/error.hpp>
#include <amiko/support/spawn_setup.hpp>

#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

namespace amiko {
namespace {

using support::pointers_to;

[[noreturn]] void throw_not_started(const ChildPlan& plan, int error) {
  support::throw_not_started(plan.file, error);
}

// --- as ourselves: posix_spawn()

pid_t spawn_child(const ChildPlan& plan, char* const* argv, char* const* env) {
  support::SpawnSetup setup;
  const bool on_terminal = !plan.terminal.empty();
  if (on_terminal)
    setup.open(STDIN_FILENO, plan.terminal);
  else
    setup.duplicate(plan.in, STDIN_FILENO);
  setup.duplicate(on_terminal ? STDIN_FILENO : plan.out, STDOUT_FILENO);
  setup.duplicate(on_terminal ? STDIN_FILENO : plan.err, STDERR_FILENO);
  setup.close_from(STDERR_FILENO + 1);
  setup.change_directory(plan.directory);
  // A name without a slash is one in that directory here, as execve() takes it.
  const std::string file = plan.file.find('/') == std::string::npos ? "./" + plan.file : plan.file;
  return setup.run(file, argv, env);
}

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
    return spawn_child(plan, argv.data(), env.data());
  if (!root) throw_error(errc::no_state, "only root can run programs as " + plan.account->name);
  return fork_child(plan, argv.data(), env.data());
}

}  // namespace amiko
