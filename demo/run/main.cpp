// amiko - amiko-run: one command on many hosts at once
#include "arguments.hpp"
#include "descriptors.hpp"
#include "report.hpp"
#include "runner.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <exception>
#include <string>
#include <vector>

#include <unistd.h>

namespace {

constexpr int some_failed = 1;
constexpr int bad_usage = 2;

int run(const std::vector<std::string>& words) {
  demo::open_standard_descriptors();
  std::signal(SIGPIPE, SIG_IGN);
  const demo::Arguments arguments = demo::parse_arguments(words);
  demo::SharedOutput out(STDOUT_FILENO);
  demo::SharedOutput err(STDERR_FILENO);
  const auto begin = std::chrono::steady_clock::now();
  const std::vector<demo::HostResult> results = demo::Runner(arguments, out, err).run();
  out.write(demo::summary(results, std::chrono::steady_clock::now() - begin));
  return std::ranges::all_of(results, &demo::HostResult::ok) ? 0 : some_failed;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run({argv + std::min(argc, 1), argv + argc});
  } catch (const std::exception& e) {
    demo::write_all(STDERR_FILENO, "amiko-run: " + std::string(e.what()) + "\n");
    return bad_usage;
  }
}
