// amiko - many callers that type a line a second
#include "crowd.hpp"
#include "sections.hpp"
#include "served.hpp"
#include "statistics.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <vector>

namespace amiko::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t line_size = 64;
constexpr std::size_t at_a_time = 16;

struct Caller {
  LightClient* client = nullptr;
  Clock::time_point sent{};
  std::size_t missing = 0;  ///< bytes of the echo
};

struct Outcome {
  std::vector<double> milliseconds{};
  std::size_t wrong = 0;
};

double since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

void receive(Caller& caller, ByteView data, Outcome& outcome) {
  for (const std::uint8_t byte : data)
    if (byte != 'x') ++outcome.wrong;
  if (data.size() > caller.missing) ++outcome.wrong;
  caller.missing -= std::min(caller.missing, data.size());
  if (caller.missing == 0) outcome.milliseconds.push_back(since(caller.sent));
}

void talk(Crowd& crowd, std::vector<Caller>& callers, unsigned seconds) {
  const Bytes line(line_size, 'x');
  const auto start = Clock::now();
  const auto step = std::chrono::nanoseconds(std::chrono::seconds(1)) / callers.size();
  const std::size_t lines = callers.size() * seconds;
  for (std::size_t i = 0; i < lines && crowd.errors() == 0;) {
    const auto due = start + step * i;
    if (Clock::now() < due) {
      crowd.run_once(1);
      continue;
    }
    Caller& caller = callers[i++ % callers.size()];
    if (caller.missing != 0) continue;  // more than a second late: the line that is left out counts as lost
    caller.sent = Clock::now();
    caller.missing = line.size();
    caller.client->send(line);
  }
  for (const auto end = Clock::now() + std::chrono::seconds(2); Clock::now() < end;)
    crowd.run_once(10);
}

}  // namespace

bool measure_echo(const Scale& scale) {
  const Served server;
  LightSettings settings = server.settings();
  settings.command = "echo";
  Outcome outcome;
  std::vector<Caller> callers(scale.callers);
  Crowd crowd;
  std::size_t next = 0;
  crowd.fill(scale.callers, at_a_time, [&] {
    Caller& caller = callers[next++];
    auto client = std::make_unique<LightClient>(settings, LightClient::Stage::running);
    client->on_data = [&](ByteView data) { receive(caller, data, outcome); };
    caller.client = client.get();
    return client;
  });
  const double cpu = cpu_of(server.pid());
  talk(crowd, callers, scale.seconds);
  const std::size_t expected = scale.callers * scale.seconds;
  const std::size_t lost = expected - std::min(expected, outcome.milliseconds.size());
  std::printf("%zu callers, each echoing %zu bytes once a second for %u s; to reach: no error\n",
              scale.callers, line_size, scale.seconds);
  std::printf("%10s %8s %8s %8s %10s %10s %10s %12s\n", "echoes", "lost", "wrong", "errors", "p50, ms",
              "p99, ms", "max, ms", "server CPU");
  std::printf("%10zu %8zu %8zu %8zu %10.2f %10.2f %10.2f %11.1f%%\n", outcome.milliseconds.size(), lost,
              outcome.wrong, crowd.errors(), quantile(outcome.milliseconds, 0.5),
              quantile(outcome.milliseconds, 0.99), quantile(outcome.milliseconds, 1),
              100 * (cpu_of(server.pid()) - cpu) / scale.seconds);
  if (crowd.errors() != 0) std::printf("the first error: %s\n", crowd.first_error().c_str());
  const bool reached = lost == 0 && outcome.wrong == 0 && crowd.errors() == 0;
  std::printf("%s\n\n", reached ? "reached" : "NOT REACHED");
  std::fflush(stdout);
  return reached;
}

}  // namespace amiko::bench
