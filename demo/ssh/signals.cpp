// amiko - signals, taken by a thread of their own
#include "signals.hpp"

#include <amiko/base/error.hpp>

#include <boost/thread/lock_guard.hpp>

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
  for (const int signal : {SIGINT, SIGQUIT, SIGTERM, SIGHUP}) {
    struct sigaction now {};
    if (::sigaction(signal, nullptr, &now) == 0 && now.sa_handler != SIG_IGN) sigaddset(&set, signal);
  }
  return set;
}

}  // namespace

SignalWatcher::SignalWatcher(std::function<void(int)> ended_by) : ended_by_(std::move(ended_by)) {
  const sigset_t set = signals_to_watch();
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  fd_ = ::signalfd(-1, &set, SFD_CLOEXEC);
  if (fd_ < 0) throw amiko::Error(amiko::errc::resource_shortage, "signalfd");
  thread_ = boost::thread([this] { watch(); });
}

SignalWatcher::~SignalWatcher() {
  stop_.set();
  thread_.join();
  ::close(fd_);
}

void SignalWatcher::on_window_change(std::function<void()> function) {
  const boost::lock_guard guard(mutex_);
  window_change_ = std::move(function);
}

void SignalWatcher::session_started() {
  const boost::lock_guard guard(mutex_);
  in_session_ = true;
}

void SignalWatcher::watch() {
  signalfd_siginfo info{};
  const amiko::MutableBytes buffer(reinterpret_cast<std::uint8_t*>(&info), sizeof info);
  while (read_some(fd_, stop_.fd(), buffer).result == ReadResult::data)
    handle(static_cast<int>(info.ssi_signo));
}

void SignalWatcher::handle(int signal) {
  const boost::lock_guard guard(mutex_);
  if (signal != SIGWINCH) end_process(signal, in_session_);
  if (window_change_) window_change_();
}

// The main thread may be anywhere, in a call that nothing else would end.
void SignalWatcher::end_process(int signal, bool in_session) {
  ended_by_(signal);
  if (!in_session) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, signal);
    std::signal(signal, SIG_DFL);
    std::raise(signal);
    ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
  }
  ::_exit(255);
}

}  // namespace demo
