// amiko - a login while others are in the way
#include "crowd.hpp"
#include "sections.hpp"
#include "served.hpp"
#include "statistics.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <thread>
#include <vector>

namespace amiko::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double limit = 3;  // seconds

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// Spread over time, so that they meet the load in all its states.
constexpr auto between_logins = std::chrono::milliseconds(250);

// As ssh does it: asks for the methods, shows its key, signs, and runs `true`.
std::vector<double> log_in(const Served& server, unsigned times) {
  LightSettings settings = server.settings();
  settings.algorithms = protocol::AlgorithmSet::defaults();
  settings.command = "true";
  settings.probes = true;
  std::vector<double> seconds;
  for (unsigned i = 0; i < times; ++i) {
    std::this_thread::sleep_for(between_logins);
    const auto start = Clock::now();
    LightClient(settings, LightClient::Stage::ended).run();
    seconds.push_back(seconds_since(start));
  }
  return seconds;
}

double row(const char* name, const std::vector<double>& seconds) {
  std::printf("%-48s %10.1f %10.1f\n", name, 1000 * quantile(seconds, 0.5), 1000 * quantile(seconds, 1));
  std::fflush(stdout);
  return quantile(seconds, 1);
}

// Logs in while `kind` attackers are at work; the longest login in seconds, or nothing when the load was not
// there: then the time says nothing.
std::optional<double> beside_attackers(const Served& server, const Scale& scale, const char* kind,
                                       const std::string& name) {
  test::PeerProcess attackers(
      again({"--attack", std::to_string(server.settings().port), std::to_string(scale.attackers), kind}));
  if (!attackers.read_line()) throw std::runtime_error("the attackers did not get going");
  const auto start = Clock::now();
  const double cpu = cpu_of(server.pid());
  const double worst = row(name.c_str(), log_in(server, scale.logins));
  const double used = cpu_of(server.pid()) - cpu;
  const double seconds = seconds_since(start);
  attackers.close_stdin();
  std::istringstream counts(attackers.read_line().value_or("0 0"));
  double handshakes = 0, errors = 0;
  counts >> handshakes >> errors;
  std::printf(
      "    meanwhile %.0f handshakes/s of theirs, %.0f failed; the server used %.0f%% of a processor\n",
      handshakes / seconds, errors, 100 * used / seconds);
  if (handshakes < static_cast<double>(scale.attackers) || errors != 0) return std::nullopt;
  return worst;
}

}  // namespace

bool measure_login(const Scale& scale) {
  const Served server;
  std::printf(
      "An honest login, %u times: connect, default algorithms, none, probe, signature, exec; to reach: "
      "under %.0f s\n",
      scale.logins, limit);
  std::printf("%-48s %10s %10s\n", "", "p50, ms", "max, ms");
  row("alone", log_in(server, scale.logins));
  Crowd silent;
  silent.fill(scale.silent, 64, [&] {
    return std::make_unique<LightClient>(server.settings(), LightClient::Stage::connecting);
  });
  row(("beside " + std::to_string(scale.silent) + " silent sockets").c_str(), log_in(server, scale.logins));
  const std::string count = std::to_string(scale.attackers);
  const auto honest = beside_attackers(server, scale, "full", "and " + count + " that loop on handshakes");
  const auto cheap =
      beside_attackers(server, scale, "empty", "and " + count + " that compute nothing for theirs");
  for (int i = 0; i < 100; ++i)  // those that were closed meanwhile say so now
    silent.run_once(0);
  const bool loaded = honest && cheap && silent.size() == scale.silent;
  if (!loaded) std::printf("the load was not there: %zu silent sockets left\n", silent.size());
  const bool reached = loaded && std::max(*honest, *cheap) < limit;
  std::printf("%s\n\n", reached ? "reached" : "NOT REACHED");
  std::fflush(stdout);
  return reached;
}

int attack(std::uint16_t port, std::size_t count, bool empty) {
  const auto goal = empty ? LightClient::Stage::answered : LightClient::Stage::keyed;
  LightSettings settings;
  settings.port = port;
  settings.algorithms.edit(protocol::AlgorithmKind::kex, "curve25519-sha256");
  Crowd crowd;
  std::size_t handshakes = 0;
  const auto stop = [] {
    pollfd input{STDIN_FILENO, POLLIN, 0};
    return ::poll(&input, 1, 0) > 0;
  };
  bool begun = false;
  while (!stop()) {
    while (crowd.size() < count)
      crowd.add(std::make_unique<LightClient>(settings, goal));
    crowd.run_once(100, [&](LightClient& client) {
      ++handshakes;
      crowd.remove(client);
    });
    if (begun || handshakes < count) continue;
    begun = true;
    handshakes = 0;  // what is counted from here on was made beside the logins
    std::puts("begun");
    std::fflush(stdout);
  }
  std::printf("%zu %zu\n", handshakes, crowd.errors());
  return 0;
}

}  // namespace amiko::bench
