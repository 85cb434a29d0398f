// amiko - a connection's own thread
#include <amiko/transport/worker.hpp>

#include <amiko/base/error.hpp>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/thread/thread.hpp>

#include <pthread.h>
#include <signal.h>

#include <utility>

namespace amiko::transport {
namespace {

// Deep enough for every handler; the default of 8 MiB would make thousands of connections run out of address
// space.
constexpr std::size_t stack_size = 1024 * 1024;

// A new thread inherits its creator's mask: no signal of the application may run its handler on the worker.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~SignalsBlocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  sigset_t before_;
};

}  // namespace

struct Worker::Impl {
  boost::asio::io_context io{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{io.get_executor()};
  boost::thread thread;
};

Worker::Worker() : impl_(std::make_unique<Impl>()) {}

Worker::~Worker() = default;

boost::asio::io_context& Worker::io() noexcept {
  return impl_->io;
}

void Worker::start(const std::string& name, std::function<void()> at_end) {
  boost::thread::attributes attributes;
  attributes.set_stack_size(stack_size);
  const SignalsBlocked blocked;
  try {
    // const: the overload for attributes is not the best match for a variable
    impl_->thread = boost::thread(std::as_const(attributes), [this, name, at_end = std::move(at_end)] {
      ::pthread_setname_np(::pthread_self(), name.substr(0, 15).c_str());
      impl_->io.run();
      at_end();
    });
  } catch (const boost::thread_resource_error& e) {
    throw_error(errc::resource_shortage, std::string("no thread for the connection: ") + e.what());
  }
}

void Worker::post(std::function<void()> work) {
  boost::asio::post(impl_->io, std::move(work));
}

void Worker::stop() noexcept {
  impl_->io.stop();
}

void Worker::join() noexcept {
  if (!impl_->thread.joinable() || in_thread()) return;
  const boost::this_thread::disable_interruption no_interruption;
  impl_->thread.join();
}

bool Worker::in_thread() const noexcept {
  return impl_->thread.get_id() == boost::this_thread::get_id();
}

struct Worker::Timer::Impl {
  explicit Impl(boost::asio::io_context& io) : timer(io) {}
  boost::asio::steady_timer timer;
  std::uint64_t generation =
      0;  // a handler that is queued already cannot be cancelled: it is told apart instead
};

Worker::Timer::Timer(Worker& worker) : impl_(std::make_shared<Impl>(worker.io())) {}

Worker::Timer::~Timer() {
  cancel();
}

void Worker::Timer::arm(std::chrono::nanoseconds delay, std::function<void()> expired) {
  impl_->timer.expires_after(std::chrono::duration_cast<std::chrono::steady_clock::duration>(delay));
  const std::uint64_t mine = ++impl_->generation;
  impl_->timer.async_wait(
      [impl = impl_, mine, expired = std::move(expired)](const boost::system::error_code& error) {
        if (!error && impl->generation == mine) expired();
      });
}

void Worker::Timer::cancel() noexcept {
  ++impl_->generation;
  try {
    impl_->timer.cancel();
  } catch (const boost::system::system_error&) {
    // the generation has made the handler harmless already
  }
}

}  // namespace amiko::transport
