// amiko - the process between a test and a peer that kills the peer's whole family when the test ends
#include "common/process_guard.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace amiko::test {

// The parent may have threads, so that between fork() and execve() nothing may be used that takes a lock or
// memory.
namespace {

constexpr int control_fd = 3;
constexpr int status_fd = 4;

void report(pid_t pid, int value) noexcept {
  const GuardReport message{pid, value};
  while (::write(status_fd, &message, sizeof message) < 0 && errno == EINTR) {
  }
}

// Gives the five descriptors the numbers 0 to 4 and closes all others.
void arrange_descriptors(const GuardPlan& plan) noexcept {
  std::array<int, 5> fds{plan.in, plan.out, plan.err, plan.control, plan.status};
  for (int& fd : fds) {
    fd = ::fcntl(fd, F_DUPFD, 16);
    if (fd < 0) ::_exit(126);
  }
  for (std::size_t i = 0; i < fds.size(); ++i)
    ::dup2(fds[i], static_cast<int>(i));
  ::closefrom(static_cast<int>(fds.size()));
  ::fcntl(control_fd, F_SETFD, FD_CLOEXEC);
  ::fcntl(status_fd, F_SETFD, FD_CLOEXEC);
}

[[noreturn]] void become_program(const GuardPlan& plan, int failure) noexcept {
  for (int number = 1; number < NSIG; ++number)
    ::signal(number, SIG_DFL);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  if (!plan.directory || ::chdir(plan.directory) == 0) ::execve(plan.program, plan.argv, plan.envp);
  const int error = errno;
  if (::write(failure, &error, sizeof error) < 0) ::_exit(126);
  ::_exit(127);
}

// Starts the program and reports whether that worked: the pipe closes by itself at a successful execve().
pid_t start_program(const GuardPlan& plan) noexcept {
  int failure[2];
  if (::pipe2(failure, O_CLOEXEC) != 0) return -1;
  const pid_t pid = ::fork();
  if (pid == 0) become_program(plan, failure[1]);
  int error = pid < 0 ? errno : 0;
  ::close(failure[1]);
  if (::read(failure[0], &error, sizeof error) < 0) error = errno;
  ::close(failure[0]);
  report(pid, error);
  return pid;
}

// Reports the end of the program; its pid is not used any more then, since it may soon be somebody else's.
void note_end(pid_t& program, pid_t ended, int status) noexcept {
  if (ended != program) return;
  report(program, status);
  program = -1;
}

void reap(pid_t& program) noexcept {
  int status = 0;
  for (pid_t pid = 0; (pid = ::waitpid(-1, &status, WNOHANG)) > 0;)
    note_end(program, pid, status);
}

// Kills the direct children.  They cannot be other processes by now, since only the guard reaps them.
void kill_children() noexcept {
  const int file = ::open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC);
  std::array<char, 4096> text{};
  const auto size = file < 0 ? -1 : ::read(file, text.data(), text.size());
  pid_t pid = 0;
  for (ssize_t i = 0; i < size; ++i) {
    const char c = text[static_cast<std::size_t>(i)];
    if (c >= '0' && c <= '9') {
      pid = pid * 10 + (c - '0');
    } else {
      if (pid > 1) ::kill(pid, SIGKILL);
      pid = 0;
    }
  }
  if (file >= 0) ::close(file);
}

// Grandchildren become children as their parents die, until nobody is left.
void kill_family(pid_t program) noexcept {
  for (;;) {
    kill_children();
    if (program > 1) ::kill(program, SIGKILL);  // for kernels without that file
    int status = 0;
    const pid_t pid = ::waitpid(-1, &status, 0);
    if (pid < 0 && errno != EINTR) return;
    note_end(program, pid, status);
  }
}

// Until the test wants the end, or has met its own.
void watch(pid_t& program, int signals) noexcept {
  for (;;) {
    std::array<pollfd, 2> wait{{{control_fd, POLLIN, 0}, {signals, POLLIN, 0}}};
    if (::poll(wait.data(), wait.size(), -1) < 0 && errno != EINTR) return;
    if (wait[0].revents != 0) return;
    signalfd_siginfo ignored{};
    while (::read(signals, &ignored, sizeof ignored) > 0) {
    }
    reap(program);
  }
}

[[noreturn]] void guard(const GuardPlan& plan) noexcept {
  ::setsid();
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  arrange_descriptors(plan);
  sigset_t child;
  ::sigemptyset(&child);
  ::sigaddset(&child, SIGCHLD);
  const int signals = ::signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
  pid_t program = start_program(plan);
  for (int fd = 0; fd < 3; ++fd)
    ::close(fd);  // else readers of the program's pipes would never see their end
  watch(program, signals);
  kill_family(program);
  ::_exit(0);
}

}  // namespace

pid_t start_guard(const GuardPlan& plan) {
  sigset_t all, before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);  // the guard keeps it: no handler of the test may run there
  const pid_t pid = ::fork();
  const int error = errno;
  if (pid == 0) guard(plan);
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (pid < 0) throw std::system_error(error, std::generic_category(), "fork");
  return pid;
}

}  // namespace amiko::test
