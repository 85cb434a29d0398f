// amiko - what ^C and other signals do to amiko-sftp
#include "interrupts.hpp"

#include <amiko/base/error.hpp>

#include <boost/thread/lock_guard.hpp>

#include <csignal>
#include <utility>

#include <sys/signalfd.h>
#include <unistd.h>

namespace demo {
namespace {

// A signal that whoever started us wants ignored (nohup) stays ignored.
sigset_t signals_to_watch() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGWINCH);
  sigaddset(&set, SIGCONT);
  for (const int signal : {SIGINT, SIGQUIT, SIGTERM, SIGHUP}) {
    struct sigaction now {};
    if (::sigaction(signal, nullptr, &now) == 0 && now.sa_handler != SIG_IGN) sigaddset(&set, signal);
  }
  return set;
}

struct SetAtEnd {
  WakeUp& event;
  ~SetAtEnd() { event.set(); }
};

}  // namespace

Interrupts::Interrupts() {
  const sigset_t set = signals_to_watch();
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  fd_ = ::signalfd(-1, &set, SFD_CLOEXEC);
  if (fd_ < 0) throw amiko::Error(amiko::errc::resource_shortage, "signalfd");
}

Interrupts::~Interrupts() {
  ::close(fd_);
}

void Interrupts::run(const std::function<void()>& work, std::function<void(int)> ended_by) {
  ended_by_ = std::move(ended_by);
  {
    const boost::lock_guard guard(mutex_);
    worker_ = boost::thread([&] {
      const SetAtEnd done{done_};
      work();
    });
  }
  signalfd_siginfo info{};
  const amiko::MutableBytes buffer(reinterpret_cast<std::uint8_t*>(&info), sizeof info);
  while (read_some(fd_, done_.fd(), buffer).result == ReadResult::data)
    handle(static_cast<int>(info.ssi_signo));
  worker_.join();
}

void Interrupts::set(Mode mode) {
  const boost::lock_guard guard(mutex_);
  mode_ = mode;
  interrupt_ = nullptr;
  terminal_changed_ = nullptr;
  cancel_.reset();
}

void Interrupts::ends_process() {
  set(Mode::end_process);
}

void Interrupts::tell(std::function<void()> interrupt, std::function<void()> terminal_changed) {
  const boost::lock_guard guard(mutex_);
  mode_ = Mode::tell;
  interrupt_ = std::move(interrupt);
  terminal_changed_ = std::move(terminal_changed);
}

void Interrupts::leave_to_others() {
  set(Mode::others);
}

void Interrupts::command_begins(std::optional<amiko::TransferCancel> cancel) {
  const boost::lock_guard guard(mutex_);
  mode_ = Mode::command;
  interrupted_ = false;
  cancel_ = std::move(cancel);
}

bool Interrupts::command_ends() {
  set(Mode::nothing);
  // One that has not been noticed yet is not to end what comes next.
  try {
    boost::this_thread::interruption_point();
  } catch (const boost::thread_interrupted&) {
  }
  const boost::lock_guard guard(mutex_);
  return std::exchange(interrupted_, false);
}

void Interrupts::handle(int signal) {
  const boost::lock_guard guard(mutex_);
  if (signal == SIGWINCH || signal == SIGCONT) {
    if (terminal_changed_) terminal_changed_();
    return;
  }
  if (mode_ == Mode::others && (signal == SIGINT || signal == SIGQUIT)) return;
  if (signal != SIGINT || mode_ == Mode::end_process) end_process(signal);
  if (mode_ == Mode::tell) interrupt_();
  if (mode_ == Mode::command) interrupt_command();
}

// The second ^C is for a copy that does not end at the first.
void Interrupts::interrupt_command() {
  if (cancel_ && !interrupted_)
    cancel_->cancel();
  else
    worker_.interrupt();
  interrupted_ = true;
}

// The working thread may be anywhere, in a call that nothing else would end.
void Interrupts::end_process(int signal) {
  ended_by_(signal);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, signal);
  std::signal(signal, SIG_DFL);
  std::raise(signal);
  ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
  ::_exit(255);
}

}  // namespace demo
