// amiko - amiko's server in a process of its own, and what can be seen of a process from outside
#include "served.hpp"

#include <amiko/server/server.hpp>

#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <utility>

namespace amiko::bench {
namespace {

std::string proc(pid_t pid, const char* file) {
  return "/proc/" + std::to_string(pid) + "/" + file;
}

void run(ServerProcess& process) {
  if (process.command() != "echo") return;
  Bytes buffer(4096);
  while (const std::size_t n = process.channel().recv(buffer))
    process.channel().sendall(ByteView(buffer.data(), n));
}

}  // namespace

Memory memory_of(pid_t pid) {
  Memory memory;
  for (const char* file : {"smaps_rollup", "status"}) {
    std::ifstream in(proc(pid, file));
    for (std::string line; std::getline(in, line);) {
      std::istringstream words(line);
      std::string name;
      double kib = 0;
      words >> name >> kib;
      if (name == "Rss:") memory.rss = kib;
      if (name == "Pss:") memory.pss = kib;
      if (name == "VmPTE:") memory.tables = kib;
    }
  }
  return memory;
}

double cpu_of(pid_t pid) {
  const std::string stat = test::read_file(proc(pid, "stat"));
  std::istringstream fields(stat.substr(stat.rfind(')') + 1));
  std::string skipped;
  for (int i = 3; i < 14; ++i)
    fields >> skipped;
  double user = 0, system = 0, children_user = 0, children_system = 0;
  fields >> user >> system >> children_user >> children_system;
  return (user + system + children_user + children_system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

std::size_t descriptors_of(pid_t pid) {
  std::size_t n = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(proc(pid, "fd")))
    ++n;
  return n;
}

test::ProcessOptions again(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), std::filesystem::canonical("/proc/self/exe").string());
  return {.argv = std::move(arguments), .pipe_stdin = true, .pipe_stdout = true};
}

Served::Served() {
  PrivateKey::generate("ed25519").save(directory_ / "host_key");
  settings_.key = PrivateKey::generate("ed25519");
  directory_.write("authorized_keys", settings_.key.public_key().to_line() + "\n");
  process_.emplace(again({"--serve", directory_.path().string()}));
  const auto port = process_->read_line();
  if (!port) throw std::runtime_error("the server did not start");
  settings_.port = static_cast<std::uint16_t>(std::stoi(*port));
  settings_.user = "caller";
  settings_.algorithms.edit(protocol::AlgorithmKind::kex, "curve25519-sha256");
  settings_.algorithms.edit(protocol::AlgorithmKind::host_key, "ssh-ed25519");
}

int serve(const std::string& directory) {
  ServerOptions options;
  options.addresses = {"127.0.0.1"};
  options.port = 0;
  options.backlog = 1024;
  options.host_keys = {PrivateKey::load(directory + "/host_key")};
  options.authorized_keys = directory + "/authorized_keys";
  options.process = run;
  // Everybody here comes from one address and many of them misbehave: that is what is measured.
  options.max_startups = "10000";
  options.per_source_penalties = "no";
  const Server server = listen(std::move(options));
  std::printf("%u\n", server.port());
  std::fflush(stdout);
  char byte = 0;
  while (::read(STDIN_FILENO, &byte, 1) > 0) {
  }
  return 0;
}

}  // namespace amiko::bench
