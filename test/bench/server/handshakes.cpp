// amiko - handshakes with logins per second, beside sshd
#include "crowd.hpp"
#include "sections.hpp"
#include "served.hpp"

#include <atomic>
#include <chrono>
#include <cstdio>
#include <exception>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "common/joined.hpp"
#include "common/sshd.hpp"

namespace amiko::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int rounds = 2;

struct Rate {
  double logins = 0, seconds = 0, cpu = 0;
  std::string error{};
};

// Each thread connects, logs in, hangs up and begins again.
void measure(const LightSettings& settings, pid_t server, unsigned threads, unsigned seconds, Rate& rate) {
  std::atomic<std::size_t> logins{0};
  std::mutex mutex;
  const double cpu = cpu_of(server);
  const auto start = Clock::now();
  const auto end = start + std::chrono::seconds(seconds);
  const auto loop = [&] {
    try {
      for (; Clock::now() < end; ++logins)
        LightClient(settings, LightClient::Stage::authenticated).run();
    } catch (const std::exception& e) {
      const std::lock_guard guard(mutex);
      rate.error = e.what();
    }
  };
  {
    std::vector<std::thread> crowd;
    for (unsigned i = 0; i < threads; ++i)
      crowd.emplace_back(loop);
    for (std::thread& thread : crowd)
      thread.join();
  }
  rate.seconds += std::chrono::duration<double>(Clock::now() - start).count();
  std::this_thread::sleep_for(std::chrono::milliseconds(500));  // sshd's children are still to be waited for
  rate.cpu += cpu_of(server) - cpu;
  rate.logins += static_cast<double>(logins);
}

}  // namespace

bool measure_handshakes(const Scale& scale) {
  const Served amiko;
  test::Sshd sshd(
      {.config = {"MaxStartups 10000", "UsePAM no"}, .host_key_types = {"ed25519"}, .log_level = "INFO"});
  LightSettings other = amiko.settings();
  other.port = sshd.port();
  other.user = sshd.user();
  other.key = PrivateKey::load(sshd.client_key("ed25519"));
  std::printf(
      "Handshakes with logins (curve25519-sha256, ed25519), hanging up at once; CPU is the server's.\n"
      "sshd starts a process for each connection and separates privileges, which amiko does not.\n");
  std::printf("%8s %12s %12s %8s %16s %16s %8s\n", "threads", "amiko, 1/s", "sshd, 1/s", "ratio",
              "amiko, CPU ms", "sshd, CPU ms", "ratio");
  bool good = true;
  for (const unsigned threads : {1u, 4u, 16u}) {
    Rate ours, theirs;
    for (int round = 0; round < rounds; ++round) {  // in turns: what disturbs the machine disturbs both
      measure(amiko.settings(), amiko.pid(), threads, scale.round, ours);
      measure(other, sshd.process().pid(), threads, scale.round, theirs);
    }
    const double our_rate = ours.logins / ours.seconds, their_rate = theirs.logins / theirs.seconds;
    const double our_cpu = 1000 * ours.cpu / ours.logins, their_cpu = 1000 * theirs.cpu / theirs.logins;
    std::printf("%8u %12.1f %12.1f %8.2f %16.2f %16.2f %8.2f\n", threads, our_rate, their_rate,
                our_rate / their_rate, our_cpu, their_cpu, our_cpu / their_cpu);
    std::fflush(stdout);
    for (const auto& [name, rate] : {std::pair{"amiko", ours}, std::pair{"sshd", theirs}})
      if (!rate.error.empty()) std::printf("%s: %s\n", name, rate.error.c_str());
    good = good && ours.error.empty();
  }
  std::printf("\n");
  return good;
}

}  // namespace amiko::bench
