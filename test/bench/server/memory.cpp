// amiko - what an idle connection takes on the server
#include "crowd.hpp"
#include "sections.hpp"
#include "served.hpp"

#include <chrono>
#include <cstdio>
#include <stdexcept>
#include <thread>

namespace amiko::bench {
namespace {

constexpr double limit = 100;  // KiB for each connection that has logged in
// The thread that decides about a login lives on for a second.
constexpr auto settling = std::chrono::seconds(3);
constexpr std::size_t at_a_time = 16;

struct Case {
  const char* name;
  LightClient::Stage goal;
};

// A server of its own for each case: what one has left behind would be another one's gain.
double measure(const Case& c, std::size_t count) {
  const Served server;
  LightSettings settings = server.settings();
  settings.algorithms = protocol::AlgorithmSet::defaults();
  const auto make = [&] { return std::make_unique<LightClient>(settings, c.goal); };
  {
    Crowd first;  // tables and caches that all connections share
    first.fill(4, 4,
               [&] { return std::make_unique<LightClient>(settings, LightClient::Stage::authenticated); });
  }
  std::this_thread::sleep_for(settling);
  const Memory before = memory_of(server.pid());
  const std::size_t descriptors = descriptors_of(server.pid());
  Crowd crowd;
  crowd.fill(count, at_a_time, make);
  std::this_thread::sleep_for(settling);
  for (int i = 0; i < 100; ++i)  // those that were closed meanwhile say so now
    crowd.run_once(0);
  if (crowd.size() != count) throw std::runtime_error("connections were lost: " + crowd.first_error());
  const Memory after = memory_of(server.pid());
  const double n = static_cast<double>(count);
  std::printf("%-24s %6zu %12.1f %12.1f %10.1f %10.1f %12.1f %8.1f\n", c.name, count, before.rss / 1024,
              after.rss / 1024, (after.rss - before.rss) / n, (after.pss - before.pss) / n,
              (after.tables - before.tables) / n,
              static_cast<double>(descriptors_of(server.pid()) - descriptors) / n);
  std::fflush(stdout);
  return (after.pss - before.pss) / n;
}

}  // namespace

bool measure_memory(const Scale& scale) {
  std::printf("Memory of the server's process; to reach: %.0f KiB for each connection that has logged in\n",
              limit);
  std::printf("%-24s %6s %12s %12s %10s %10s %12s %8s\n", "connections", "", "before, MiB", "after, MiB",
              "RSS, KiB", "PSS, KiB", "tables, KiB", "fds");
  measure({"silent", LightClient::Stage::connecting}, scale.idle);
  measure({"with keys, no login", LightClient::Stage::keyed}, scale.idle);
  const double idle = measure({"logged in and idle", LightClient::Stage::authenticated}, scale.idle);
  std::printf("%s\n\n", idle <= limit ? "reached" : "NOT REACHED");
  return idle <= limit;
}

}  // namespace amiko::bench
