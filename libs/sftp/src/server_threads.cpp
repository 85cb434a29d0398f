// amiko - a few threads that share one SFTP session's work
#include "server_threads.hpp"

#include <boost/thread/thread.hpp>

#include <pthread.h>
#include <signal.h>

#include <algorithm>
#include <utility>

namespace amiko::sftp {

ServerThreads::~ServerThreads() {
  {
    const support::Guard guard(mutex_);
    over_ = true;
  }
  changed_.notify_all();
  const boost::this_thread::disable_interruption no_interruption;
  helpers_.clear();
}

// Signals are for the program's own threads.
void ServerThreads::start_helpers(std::size_t wanted) {
  sigset_t all, before;
  sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  try {
    while (helpers_.size() < wanted) {
      Helper& helper = helpers_.emplace_back();
      helper.thread = boost::scoped_thread<boost::join_if_joinable>(
          boost::thread([this, &helper] { help(helper.output); }));
    }
  } catch (const boost::thread_resource_error&) {
    helpers_.pop_back();  // fewer threads do the same work
  }
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void ServerThreads::run(std::size_t count, const Job& job, ServerOutput& output) {
  start_helpers(std::min<std::size_t>(most_, count) - 1);
  const boost::this_thread::disable_interruption no_interruption;  // what they work on is the caller's
  {
    support::Lock lock(mutex_);
    job_ = &job;
    next_ = 0;
    count_ = unfinished_ = count;
    error_ = nullptr;
  }
  changed_.notify_all();
  support::Lock lock(mutex_);
  work(output, lock);
  while (unfinished_ > 0)
    changed_.wait(lock);
  job_ = nullptr;
  const std::exception_ptr error = std::exchange(error_, nullptr);
  lock.unlock();
  for (Helper& helper : helpers_) {
    output.append(helper.output.pending());
    helper.output.consume(helper.output.size());
  }
  if (error) std::rethrow_exception(error);
}

void ServerThreads::work(ServerOutput& output, support::Lock& lock) {
  while (job_ != nullptr && next_ < count_) {
    const std::size_t index = next_++;
    const Job& job = *job_;
    lock.unlock();
    std::exception_ptr error;
    try {
      job(index, output);
    } catch (...) {
      error = std::current_exception();
    }
    lock.lock();
    if (error) error_ = error;
    if (--unfinished_ == 0) changed_.notify_all();
  }
}

void ServerThreads::help(ServerOutput& output) {
  ::pthread_setname_np(::pthread_self(), "amiko-sftp");
  support::Lock lock(mutex_);
  while (!over_) {
    work(output, lock);
    if (!over_) changed_.wait(lock);
  }
}

}  // namespace amiko::sftp
