// amiko - a connection's own thread
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace boost::asio {
class io_context;
}

namespace amiko::transport {

/// One thread that runs a private Asio io_context until stop().  It blocks all signals and is named after the
/// connection.  post() may be called from any thread; it never waits.
class Worker {
 public:
  Worker();
  /// The thread must have been joined, or never started.
  ~Worker();

  boost::asio::io_context& io() noexcept;
  /// Throws errc::resource_shortage when there is no thread to be had.  `at_end` runs in the thread as its
  /// last act.
  void start(const std::string& name, std::function<void()> at_end);
  void post(std::function<void()> work);
  /// The thread leaves after the handler that it is in.
  void stop() noexcept;
  /// Waits for the thread's end: bounded by what its handlers take.  Does nothing in the thread itself or
  /// when it was never started.
  void join() noexcept;
  bool in_thread() const noexcept;

  /// One-shot timer; arming again replaces, destruction cancels.  Used on the worker thread.
  class Timer {
   public:
    explicit Timer(Worker& worker);
    ~Timer();
    void arm(std::chrono::nanoseconds delay, std::function<void()> expired);
    void cancel() noexcept;

   private:
    struct Impl;
    std::shared_ptr<Impl> impl_;
  };

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace amiko::transport
