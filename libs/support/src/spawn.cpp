// amiko - child processes
#include <amiko/support/spawn.hpp>

#include <amiko/base/error.hpp>
#include <amiko/support/mutex.hpp>
#include <amiko/support/spawn_setup.hpp>

#include <boost/thread/thread_only.hpp>

#include <cerrno>
#include <csignal>
#include <exception>
#include <utility>

#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace amiko::support {
namespace {

constexpr std::chrono::seconds grace{2};

// Threads inherit the mask of the thread that starts them; the program's signals are none of their business.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;
  ~SignalsBlocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_;
};

// False if the system has no thread, or no memory, to give.
template <class Function>
bool run_detached(Function function) {
  const SignalsBlocked blocked;
  boost::thread::attributes attributes;
  attributes.set_stack_size(128 * 1024);
  try {
    boost::thread(std::as_const(attributes), std::move(function)).detach();
    return true;
  } catch (const std::exception&) {
    return false;
  }
}

}  // namespace

struct ChildProcess::State {
  void signal(int number) noexcept {
    const Guard guard(mutex);
    if (!status) ::kill(-pid, number);
  }
  void wait_and_reap();
  void kill_after_grace();

  pid_t pid = -1;  // set once, before a second thread knows of it
  Mutex mutex;
  Condition ended;
  std::optional<int> status;
  bool terminating = false;
};

// The process stays a zombie, and so its number stays taken, until the status is recorded: both happen under
// the mutex, under which signals are sent too.
void ChildProcess::State::wait_and_reap() {
  siginfo_t info{};
  int result = 0;
  do
    result = ::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOWAIT);
  while (result != 0 && errno == EINTR);
  const Guard guard(mutex);
  int value = -1;
  status = ::waitpid(pid, &value, WNOHANG) == pid ? value : -1;
  ended.notify_all();
}

void ChildProcess::State::kill_after_grace() {
  {
    Lock lock(mutex);
    ended.wait(lock, Deadline::after(grace), [this] { return status.has_value(); });
  }
  signal(SIGKILL);
}

ChildProcess ChildProcess::start_shell(const std::string& command) {
  return start({"/bin/sh", "-c", "exec " + command});
}

ChildProcess ChildProcess::start(const std::vector<std::string>& argv) {
  if (argv.empty()) throw_error(errc::invalid_argument, "a command without a program");
  assert_no_lock_held();
  ChildProcess child;
  child.state_ = std::make_shared<State>();
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) throw_not_started(argv[0], errno);
  child.socket_.reset(ends[0]);
  const UniqueFd child_end(ends[1]);
  SpawnSetup setup;
  setup.duplicate(child_end.get(), STDIN_FILENO);
  setup.duplicate(STDIN_FILENO, STDOUT_FILENO);
  setup.close_from(STDERR_FILENO + 1);
  const pid_t pid = setup.run(argv[0], pointers_to(argv).data(), environ);
  child.state_->pid = child.pid_ = pid;
  if (!run_detached([state = child.state_] { state->wait_and_reap(); })) {
    ::kill(-pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
    child.state_.reset();
    throw_not_started(argv[0], EAGAIN);
  }
  return child;
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept = default;

ChildProcess& ChildProcess::operator=(ChildProcess&& other) noexcept {
  if (this != &other) {
    terminate();
    state_ = std::move(other.state_);
    socket_ = std::move(other.socket_);
    pid_ = std::exchange(other.pid_, -1);
  }
  return *this;
}

ChildProcess::~ChildProcess() {
  terminate();
}

std::optional<int> ChildProcess::wait(Deadline deadline) {
  Lock lock(state_->mutex);
  state_->ended.wait(lock, deadline, [this] { return state_->status.has_value(); });
  return state_->status;
}

void ChildProcess::terminate() noexcept {
  if (!state_ || state_->pid < 0) return;
  {
    const Guard guard(state_->mutex);
    if (state_->status || std::exchange(state_->terminating, true)) return;
  }
  state_->signal(SIGTERM);
  if (!run_detached([state = state_] { state->kill_after_grace(); })) state_->signal(SIGKILL);
}

}  // namespace amiko::support
