// amiko - bulk throughput and CPU per GiB of amiko, ssh, libssh and libssh2 against one sshd, in one run
//
// usage: bench-throughput [MIB [ROUNDS]]   (the other bench programs are looked for beside this one)
#include "common/sshd.hpp"
#include "common/temp_dir.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace {

using namespace amiko::test;

struct Measured {
  double wall = 0;
  double cpu = 0;
};

struct Client {
  std::string name;
  std::vector<std::string> (*command)(const std::string& direction, const Sshd& sshd,
                                      const std::string& cipher, const std::string& bytes);
};

std::filesystem::path here;

std::vector<std::string> library_client(const char* program, const std::string& direction, const Sshd& sshd,
                                        const std::string& cipher, const std::string& bytes) {
  return {(here / program).string(),
          direction,
          std::to_string(sshd.port()),
          sshd.user(),
          sshd.client_key("ed25519").string(),
          cipher,
          bytes};
}

std::vector<std::string> amiko_client(const std::string& d, const Sshd& s, const std::string& c,
                                      const std::string& b) {
  return library_client("bench-amiko", d, s, c, b);
}
std::vector<std::string> libssh_client(const std::string& d, const Sshd& s, const std::string& c,
                                       const std::string& b) {
  return library_client("bench-libssh", d, s, c, b);
}
std::vector<std::string> libssh2_client(const std::string& d, const Sshd& s, const std::string& c,
                                        const std::string& b) {
  return library_client("bench-libssh2", d, s, c, b);
}
std::vector<std::string> openssh_client(const std::string& direction, const Sshd& sshd,
                                        const std::string& cipher, const std::string& bytes) {
  return {"/usr/bin/ssh",
          "-F",
          "none",
          "-T",
          "-p",
          std::to_string(sshd.port()),
          "-i",
          sshd.client_key("ed25519").string(),
          "-c",
          cipher,
          "-o",
          "StrictHostKeyChecking=no",
          "-o",
          "UserKnownHostsFile=/dev/null",
          "-o",
          "LogLevel=ERROR",
          "-o",
          "IdentitiesOnly=yes",
          sshd.user() + "@127.0.0.1",
          direction == "down" ? "head -c " + bytes + " /dev/zero" : "cat >/dev/null"};
}

const Client clients[] = {
    {"amiko", amiko_client}, {"ssh", openssh_client}, {"libssh", libssh_client}, {"libssh2", libssh2_client}};

// ssh reads what it uploads from a file; the libraries send from memory.
std::optional<Measured> measure(const std::vector<std::string>& argv, const std::string& input) {
  const auto start = std::chrono::steady_clock::now();
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::dup2(::open(input.c_str(), O_RDONLY), STDIN_FILENO);
    ::dup2(::open("/dev/null", O_WRONLY), STDOUT_FILENO);
    std::vector<char*> args;
    for (const std::string& a : argv)
      args.push_back(const_cast<char*>(a.c_str()));
    args.push_back(nullptr);
    ::execv(args[0], args.data());
    ::_exit(127);
  }
  int status = 0;
  rusage usage{};
  ::wait4(pid, &status, 0, &usage);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) return std::nullopt;
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return Measured{std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(),
                  seconds(usage.ru_utime) + seconds(usage.ru_stime)};
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

void row(const Sshd& sshd, const std::string& cipher, const std::string& direction, std::uint64_t mib,
         int rounds, const TempDir& temp) {
  const std::string bytes = std::to_string(mib << 20);
  const std::string sparse = (temp / "input").string();
  std::filesystem::resize_file(sparse, direction == "up" ? mib << 20 : 0);
  std::map<std::string, std::vector<double>> cpu, wall;
  for (int round = 0; round < rounds; ++round)  // in turns: what disturbs the machine disturbs all
    for (const Client& client : clients)
      if (const auto m = measure(client.command(direction, sshd, cipher, bytes), sparse)) {
        cpu[client.name].push_back(m->cpu);
        wall[client.name].push_back(m->wall);
      }
  double best = std::numeric_limits<double>::max();
  for (const auto& [name, values] : cpu)
    if (name != "amiko") best = std::min(best, median(values));
  const double gib = static_cast<double>(mib) / 1024;
  for (const Client& client : clients) {
    if (cpu[client.name].empty()) {
      std::printf("%-30s %-5s %-8s   not available\n", cipher.c_str(), direction.c_str(),
                  client.name.c_str());
      continue;
    }
    const double c = median(cpu[client.name]);
    const double w = median(wall[client.name]);
    std::printf("%-30s %-5s %-8s %8.3f %8.3f %9.0f   %6.2f\n", cipher.c_str(), direction.c_str(),
                client.name.c_str(), c / gib, w / gib, static_cast<double>(mib) / w, c / best);
  }
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  here = std::filesystem::canonical("/proc/self/exe").parent_path();
  const std::uint64_t mib = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1024;
  const int rounds = argc > 2 ? std::atoi(argv[2]) : 3;
  const TempDir temp;
  temp.write("input", "");
  const Sshd sshd;
  std::printf("%llu MiB, median of %d rounds; CPU is the client's, user and system\n",
              static_cast<unsigned long long>(mib), rounds);
  std::printf("%-30s %-5s %-8s %8s %8s %9s   %s\n", "cipher", "", "client", "CPU/GiB", "s/GiB", "MiB/s",
              "CPU to the best other");
  for (const char* cipher : {"aes128-gcm@openssh.com", "chacha20-poly1305@openssh.com"})
    for (const char* direction : {"down", "up"})
      row(sshd, cipher, direction, mib, rounds, temp);
}
