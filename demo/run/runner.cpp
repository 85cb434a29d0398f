// amiko - the command on all hosts, one thread for each of those at work
#include "runner.hpp"

#include "settings.hpp"

#include <amiko/base/error.hpp>

#include <boost/thread/lock_guard.hpp>
#include <boost/thread/thread_only.hpp>

#include <algorithm>
#include <exception>

namespace demo {
namespace {

using Clock = std::chrono::steady_clock;

// Nobody is there to ask: a key that needs a passphrase is used only if the user named it, which then is an
// error.
std::vector<amiko::PrivateKey> load_keys(const Options& options) {
  std::vector<amiko::PrivateKey> keys;
  for (const std::string& file : identity_files(options)) {
    try {
      keys.push_back(amiko::PrivateKey::load(file));
    } catch (const amiko::KeyError&) {
      if (!options.identity_files.empty()) throw;
    }
  }
  return keys;
}

}  // namespace

Runner::Runner(const Arguments& arguments, SharedOutput& out, SharedOutput& err)
    : arguments_(arguments),
      out_(out),
      err_(err),
      keys_(load_keys(arguments.options)),
      results_(arguments.hosts.size()) {}

std::vector<HostResult> Runner::run() {
  const std::size_t count = std::min<std::size_t>(arguments_.parallel, arguments_.hosts.size());
  std::vector<boost::thread> threads;
  for (std::size_t i = 0; i < count; ++i)
    threads.emplace_back([this] { work(); });
  for (boost::thread& thread : threads)
    thread.join();
  return std::move(results_);
}

void Runner::work() {
  for (;;) {
    std::size_t mine = 0;
    {
      const boost::lock_guard guard(mutex_);
      if (next_ == arguments_.hosts.size()) return;
      mine = next_++;
    }
    results_[mine] = run_on(arguments_.hosts[mine]);
  }
}

HostResult Runner::run_on(const std::string& host) const {
  HostResult result{.host = host};
  const auto begin = Clock::now();
  try {
    const amiko::ExitStatus status = run_command(host);
    result.ok = status.ok();
    result.outcome = result.ok ? "ok" : status.to_string();
  } catch (const std::exception& e) {
    result.outcome = e.what();
  }
  result.seconds = Clock::now() - begin;
  return result;
}

amiko::ExitStatus Runner::run_command(const std::string& host) const {
  const amiko::Deadline deadline = amiko::Deadline::after(arguments_.timeout);
  const Options options = options_for(arguments_, host);
  amiko::ConnectOptions connecting = settings(options);
  connecting.timeout = deadline.left();
  amiko::Connection connection = amiko::connect(options.target_name(), connecting);

  PrefixedLines out(host, out_);
  PrefixedLines err(host, err_);
  amiko::RunOptions running;
  running.out = amiko::Redirect::sink([&](amiko::ByteView data) { out.write(data); });
  running.err = amiko::Redirect::sink([&](amiko::ByteView data) { err.write(data); });
  running.timeout = deadline.left();
  struct Flush {
    PrefixedLines& lines;
    ~Flush() { lines.flush(); }
  };
  const Flush flush_out{out};
  const Flush flush_err{err};
  return connection.run(arguments_.command, running).status;
}

amiko::ConnectOptions Runner::settings(const Options& options) const {
  amiko::ConnectOptions settings = connect_settings(options);
  settings.keys = keys_;
  const auto checking = options.strict_host_key_checking.value_or(HostKeyChecking::yes);
  const bool trusting = checking == HostKeyChecking::accept_new || checking == HostKeyChecking::no;
  settings.host_key =
      with_files(trusting ? amiko::HostKeyPolicy::accept_new() : amiko::HostKeyPolicy::strict(), options);
  return settings;
}

}  // namespace demo
