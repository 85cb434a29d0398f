// amiko - a long run: logins, commands, files and re-keys at a steady rate, some of them cut, and what is
// left then
//
// usage: soak [MINUTES [OPERATIONS-PER-SECOND]]   (30 and 20 unless given; at least 1 minute)
// Ends with "N passed, N failed": an operation that failed and was not cut, and each of threads, descriptors
// and memory that did not come back.
#include <amiko/client/connect.hpp>
#include <amiko/server/server.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "common/deadline.hpp"
#include "common/joined.hpp"
#include "common/relay.hpp"
#include "common/resident.hpp"
#include "common/scripted_server.hpp"
#include "common/temp_dir.hpp"

namespace {

using namespace amiko;
using namespace amiko::test;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr std::size_t workers = 8;
constexpr double share_cut = 0.05;
// Each exchange of keys comes after so much; most operations move more.
constexpr std::uint64_t rekey_after = 256 * 1024;
constexpr std::size_t largest = 1024 * 1024;
// What memory may grow by from the first third of the run to the last: heaps settle, leaks do not.
constexpr std::size_t growth = 16 * 1024 * 1024;

// What comes in goes out; the status tells that all of it was seen.
void echo(ServerProcess& process) {
  while (true) {
    const std::string some = process.in().read(64 * 1024);
    if (some.empty()) break;
    process.out().write(some);
    process.out().flush();
  }
  process.exit(7);
}

ServerOptions server_options(const TempDir& files) {
  ServerOptions options;
  options.addresses = {"127.0.0.1"};
  options.port = 0;
  options.host_keys = {joined_host_key()};
  options.password = [](std::string_view, const Secret& password) {
    return password == Secret(std::string_view("foo")) ? Decision::accept : Decision::reject;
  };
  options.process = echo;
  options.sftp = true;
  options.sftp_root = files.path().string();
  options.max_startups = "1000";
  options.per_source_penalties = "no";
  options.transport.server.failure_delay = 0s;
  return options;
}

/// One caller's random numbers, and what it does with them.
class Caller {
 public:
  Caller(std::uint16_t port, unsigned seed) : port_(port), random_(seed) {}

  bool next_is_cut() { return std::bernoulli_distribution(share_cut)(random_); }

  /// Throws what goes wrong.  With `cut`, the connection leads through a relay that ends it somewhere.
  void operate(bool cut) {
    if (!cut) return operate_on(port_);
    RelayFaults faults;
    faults.cut_after = number(0, 2 * largest);
    faults.reset = number(0, 1) == 1;
    const Relay relay(
        port_, number(0, 1) == 1 ? RelayOptions{.to_server = faults} : RelayOptions{.to_client = faults});
    operate_on(relay.port());
  }

 private:
  std::size_t number(std::size_t least, std::size_t most) {
    return std::uniform_int_distribution<std::size_t>(least, most)(random_);
  }

  std::string data() {
    std::string bytes(number(0, largest), '\0');
    std::generate(bytes.begin(), bytes.end(), [this] { return static_cast<char>(random_()); });
    return bytes;
  }

  ConnectOptions options(std::uint16_t port, const char* password) {
    ConnectOptions options;
    options.port = port;
    options.user = "robey";
    options.password = Secret(std::string_view(password));
    options.default_keys = false;
    options.host_key = HostKeyPolicy::none();
    options.timeout = 60s;
    options.transport.rekey_bytes = rekey_after;
    return options;
  }

  void operate_on(std::uint16_t port) {
    switch (number(0, 3)) {
      case 0:
        return refused(port);
      case 1:
        return files(port);
      default:
        return command(port);
    }
  }

  void refused(std::uint16_t port) {
    try {
      connect("127.0.0.1", options(port, "bar"));
    } catch (const AuthError&) {
      return;
    }
    throw std::logic_error("a wrong password was taken");
  }

  void command(std::uint16_t port) {
    Connection connection = connect("127.0.0.1", options(port, "foo"));
    const std::string sent = data();
    const CompletedProcess done = connection.run("echo", {.input = sent, .timeout = 60s});
    if (done.out != sent) throw std::logic_error("a command's output is not what went in");
    if (done.status.code != 7) throw std::logic_error("a command's exit status is another");
  }

  void files(std::uint16_t port) {
    Connection connection = connect("127.0.0.1", options(port, "foo"));
    SftpClient sftp = connection.sftp();
    const std::string name = "file" + std::to_string(random_()), sent = data();
    sftp.write_file(name, sent);
    if (sftp.read_file(name) != sent) throw std::logic_error("a file is not what was written");
    if (sftp.getsize(name) != sent.size()) throw std::logic_error("a file's size is another");
    sftp.remove(name);
  }

  std::uint16_t port_;
  std::mt19937_64 random_;
};

/// What all callers count.
class Tally {
 public:
  void passed(bool cut) { ++(cut ? cut_ : whole_); }
  void failed(const std::string& why) {
    const std::lock_guard lock(mutex_);
    if (++failures_ <= 20) std::printf("soak: FAILED: %s\n", why.c_str());
  }
  unsigned long whole() const { return whole_; }
  unsigned long cut() const { return cut_; }
  unsigned long failures() const { return failures_; }

 private:
  std::mutex mutex_;
  std::atomic<unsigned long> whole_ = 0, cut_ = 0, failures_ = 0;
};

// A cut may come behind the end; then the operation has worked.
void attempt(Caller& caller, Tally& tally) {
  const bool cut = caller.next_is_cut();
  try {
    caller.operate(cut);
    tally.passed(cut);
  } catch (const Error& e) {
    if (cut) return tally.passed(cut);
    tally.failed(e.what());
  } catch (const std::exception& e) {
    tally.failed(e.what());
  }
}

// Each works through the slots of the common clock, so that one slow operation delays no other.
void work(Caller caller, std::atomic<std::uint64_t>& slot, Clock::time_point start, Clock::duration between,
          Clock::time_point end, Tally& tally) {
  while (true) {
    const Clock::time_point due = start + between * slot++;
    if (due >= end) return;
    std::this_thread::sleep_until(due);
    attempt(caller, tally);
  }
}

struct Sample {
  std::size_t memory, threads, descriptors;
};

Sample sample(const char* when, const Tally& tally) {
  const Census census = Census::take();
  const Sample now{resident(), census.threads, census.descriptors};
  std::printf("soak: %8s: %6lu operations, %4lu cut, %lu failed; %5.1f MiB, %zu threads, %zu descriptors\n",
              when, tally.whole(), tally.cut(), tally.failures(),
              static_cast<double>(now.memory) / (1024 * 1024), now.threads, now.descriptors);
  std::fflush(stdout);
  return now;
}

std::size_t mean_memory(const std::vector<Sample>& samples, std::size_t from, std::size_t to) {
  std::size_t sum = 0;
  for (std::size_t i = from; i < to; ++i)
    sum += samples[i].memory;
  return sum / (to - from);
}

// The first third is for heaps to find their size.
bool memory_is_flat(const std::vector<Sample>& samples) {
  const std::size_t third = samples.size() / 3;
  if (third == 0) return true;
  const std::size_t early = mean_memory(samples, third, 2 * third),
                    late = mean_memory(samples, 2 * third, samples.size());
  std::printf("soak: memory in the second third %.1f MiB, in the last %.1f MiB\n",
              static_cast<double>(early) / (1024 * 1024), static_cast<double>(late) / (1024 * 1024));
  return late < early + growth;
}

std::vector<Sample> run(std::uint16_t port, std::chrono::minutes length, double rate, Tally& tally) {
  const Clock::time_point start = Clock::now(), end = start + length;
  const auto between = std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(1 / rate));
  std::atomic<std::uint64_t> slot = 0;
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < workers; ++i)
    threads.emplace_back([&, i] { work(Caller(port, i + 1), slot, start, between, end, tally); });
  std::vector<Sample> samples;
  for (auto next = start + 10s; next < end; next += 10s) {
    std::this_thread::sleep_until(next);
    samples.push_back(sample((std::to_string((next - start) / 1s) + " s").c_str(), tally));
  }
  for (std::thread& thread : threads)
    thread.join();
  return samples;
}

}  // namespace

int main(int argc, char** argv) try {
  const long minutes = std::max(1L, argc > 1 ? std::strtol(argv[1], nullptr, 10) : 30L);
  const double rate = argc > 2 ? std::strtod(argv[2], nullptr) : 20;
  if (!(rate > 0)) return 2;
  const TempDir files;
  Tally tally;
  unsigned long left = 0;
  {
    Server server = listen(server_options(files));
    Caller(server.port(), 0).operate(false);  // whatever is made once in a process
    const auto idle = [&server] { return server.statistics().open == 0; };
    if (!eventually(idle, 20s)) throw std::runtime_error("the first connection does not end");
    const Sample before = sample("before", tally);
    const std::vector<Sample> samples = run(server.port(), std::chrono::minutes(minutes), rate, tally);
    const auto back = [&] {
      const Census now = Census::take();
      return idle() && now.threads <= before.threads && now.descriptors <= before.descriptors;
    };
    if (!eventually(back, 20s)) ++left, std::printf("soak: FAILED: threads or descriptors are left\n");
    if (!memory_is_flat(samples)) ++left, std::printf("soak: FAILED: memory has grown\n");
    sample("after", tally);
  }
  std::printf("%lu passed, %lu failed\n", tally.whole() + tally.cut() + 2 - left, tally.failures() + left);
  return tally.failures() + left == 0 ? 0 : 1;
} catch (const std::exception& e) {
  std::fprintf(stderr, "soak: %s\n", e.what());
  return 1;
}
