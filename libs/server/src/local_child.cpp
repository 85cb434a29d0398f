// amiko - the process of a local program: starting it, signals, its end
#include "local_child.hpp"

#include "child_start.hpp"
#include "local_pty.hpp"

#include <amiko/base/error.hpp>

#include <boost/thread/thread_only.hpp>

#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace amiko {
namespace {

constexpr std::array<std::pair<std::string_view, int>, 13> signals{{{"ABRT", SIGABRT},
                                                                    {"ALRM", SIGALRM},
                                                                    {"FPE", SIGFPE},
                                                                    {"HUP", SIGHUP},
                                                                    {"ILL", SIGILL},
                                                                    {"INT", SIGINT},
                                                                    {"KILL", SIGKILL},
                                                                    {"PIPE", SIGPIPE},
                                                                    {"QUIT", SIGQUIT},
                                                                    {"SEGV", SIGSEGV},
                                                                    {"TERM", SIGTERM},
                                                                    {"USR1", SIGUSR1},
                                                                    {"USR2", SIGUSR2}}};

int wait_for(pid_t pid) noexcept {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0)
    if (errno != EINTR) return 0;
  return status;
}

// Without a thread to be had the zombie stays until this process ends.
void reap_later(std::shared_ptr<ChildControl> control) noexcept {
  boost::thread::attributes attributes;
  attributes.set_stack_size(128 * 1024);
  try {
    boost::thread(std::as_const(attributes), [control = std::move(control)] { control->reap(); }).detach();
  } catch (const std::exception&) {
  }
}

}  // namespace

int signal_number(std::string_view name) noexcept {
  const auto found = std::ranges::find(signals, name, &std::pair<std::string_view, int>::first);
  return found == signals.end() ? 0 : found->second;
}

std::string signal_name(int number) {
  const auto found = std::ranges::find(signals, number, &std::pair<std::string_view, int>::second);
  return found == signals.end() ? "SIG@openssh.com" : std::string(found->first);
}

void ChildControl::set_terminal(support::UniqueFd master) {
  const support::Guard guard(mutex_);
  terminal_ = std::move(master);
}

void ChildControl::forget_terminal() noexcept {
  const support::Guard guard(mutex_);
  terminal_.reset();
}

void ChildControl::send_signal(int number) noexcept {
  const support::Guard guard(mutex_);
  if (group_ <= 0) return;
  try {
    std::optional<ActingAs> user;
    if (account_) user.emplace(*account_);
    ::kill(-group_, number);
  } catch (const std::exception&) {  // no memory for a list of groups
  }
}

void ChildControl::resize(const WindowSize& size) noexcept {
  const support::Guard guard(mutex_);
  if (terminal_) set_size(terminal_.get(), size);
}

void ChildControl::send_break() noexcept {
  const support::Guard guard(mutex_);
  if (terminal_) ::tcsendbreak(terminal_.get(), 0);
}

// Waits without the lock first: others may send signals meanwhile.
int ChildControl::reap() noexcept {
  pid_t pid = -1;
  {
    const support::Guard guard(mutex_);
    pid = group_;
  }
  if (pid <= 0) return 0;
  siginfo_t info{};
  while (::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOWAIT) != 0 && errno == EINTR) {
  }
  const support::Guard guard(mutex_);
  group_ = -1;
  return wait_for(pid);
}

LocalChild::LocalChild(const ChildPlan& plan) : pid_(start_child(plan)) {
  std::optional<LocalAccount> account;
  if (plan.account != nullptr) account = *plan.account;
  control_ = std::make_shared<ChildControl>(pid_, std::move(account));
  pidfd_.reset(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
  if (pidfd_) return;
  const int error = errno;
  ::kill(-pid_, SIGKILL);
  control_->reap();
  throw_error(errc::resource_shortage, std::string("pidfd_open: ") + std::strerror(error));
}

LocalChild::~LocalChild() {
  if (reaped_) return;
  if (ended())
    control_->reap();
  else
    reap_later(control_);
}

bool LocalChild::ended() const noexcept {
  siginfo_t info{};
  return ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOWAIT | WNOHANG) == 0 &&
         info.si_pid == pid_;
}

int LocalChild::reap() noexcept {
  reaped_ = true;
  return control_->reap();
}

}  // namespace amiko
