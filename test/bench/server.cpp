// amiko - what the server takes and gives: memory, many callers, logins under attack, handshakes
//
// usage: bench-server [seconds=N] [connections=N] [memory] [echo] [login] [handshakes]
#include "server/sections.hpp"
#include "server/served.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <exception>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace {

using namespace amiko::bench;

struct Section {
  const char* name;
  bool (*measure)(const Scale&);
};

const Section sections[] = {{"memory", measure_memory},
                            {"echo", measure_echo},
                            {"login", measure_login},
                            {"handshakes", measure_handshakes}};

int usage() {
  std::fprintf(stderr,
               "usage: bench-server [seconds=N] [connections=N] [memory] [echo] [login] [handshakes]\n");
  return 2;
}

// A connection takes a few descriptors; the server's process inherits the limit.
void raise_limit() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

// "name=N" with N above 0.
template <class T>
bool take(const std::string& argument, std::string_view name, T& value) {
  if (!argument.starts_with(name)) return false;
  const char* const end = argument.data() + argument.size();
  T number = 0;
  const auto [stop, error] = std::from_chars(argument.data() + name.size(), end, number);
  if (error != std::errc() || stop != end || number == 0) return false;
  value = number;
  return true;
}

int run(const std::vector<std::string>& arguments) {
  Scale scale;
  std::vector<std::string> wanted;
  for (const std::string& argument : arguments) {
    const auto is_named = [&](const Section& section) { return argument == section.name; };
    if (std::ranges::any_of(sections, is_named))
      wanted.push_back(argument);
    else if (!take(argument, "seconds=", scale.seconds) && !take(argument, "connections=", scale.idle))
      return usage();
  }
  bool reached = true;
  for (const Section& section : sections)
    if (wanted.empty() || std::ranges::find(wanted, section.name) != wanted.end())
      reached = section.measure(scale) && reached;
  return reached ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  try {
    raise_limit();
    if (arguments.size() == 2 && arguments[0] == "--serve") return serve(arguments[1]);
    if (arguments.size() == 4 && arguments[0] == "--attack")
      return attack(static_cast<std::uint16_t>(std::stoi(arguments[1])), std::stoul(arguments[2]),
                    arguments[3] == "empty");
    return run(arguments);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "bench-server: %s\n", e.what());
    return 1;
  }
}
