// amiko - copies by SFTP: amiko, sftp, libssh2, AsyncSSH and paramiko against one sshd, in one run
//
// usage: bench-sftp [MIB [ROUNDS]]   (the other bench programs are looked for beside this one)
#include "common/available.hpp"
#include "common/python_server.hpp"
#include "common/relay.hpp"
#include "common/sshd.hpp"
#include "common/temp_dir.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace {

using namespace amiko::test;
namespace fs = std::filesystem;

constexpr const char* cipher = "aes128-gcm@openssh.com";
fs::path here;

struct Job {
  std::string operation;  ///< get, put, list
  bool tree = false;
  std::string remote, local;
};

struct Where {
  const Sshd& sshd;
  std::uint16_t port;
  const TempDir& temp;
  std::string key() const { return sshd.client_key("ed25519").string(); }
};

struct Command {
  std::vector<std::string> argv;
  std::string input;
};

struct Client {
  std::string name;
  Command (*command)(const Where& where, const Job& job);
};

Command library_client(const char* program, const Where& w, const Job& job) {
  return {{(here / program).string(), job.operation, std::to_string(w.port), w.sshd.user(), w.key(), cipher,
           job.remote, job.local},
          {}};
}
Command amiko_client(const Where& w, const Job& job) {
  return library_client("bench-sftp-amiko", w, job);
}
Command libssh2_client(const Where& w, const Job& job) {
  if (job.tree || job.operation == "list") return {};
  return library_client("bench-sftp-libssh2", w, job);
}

Command openssh_client(const Where& w, const Job& job) {
  Command c;
  c.argv = {"/usr/bin/sftp",        "-q", "-b",    "-",  "-F",  "none", "-P",
            std::to_string(w.port), "-i", w.key(), "-c", cipher};
  for (const char* option :
       {"StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "LogLevel=ERROR", "IdentitiesOnly=yes"})
    c.argv.insert(c.argv.end(), {"-o", option});
  c.argv.push_back(w.sshd.user() + "@127.0.0.1");
  const std::string recurse = job.tree ? " -r " : " ";
  if (job.operation == "get") c.input = "get" + recurse + job.remote + " " + job.local + "\n";
  if (job.operation == "put") c.input = "put" + recurse + job.local + " " + job.remote + "\n";
  if (job.operation == "list") c.input = "ls -1 -f " + job.remote + "\n";
  return c;
}

Command python_client(const char* module, const char* script, const Where& w, const Job& job) {
  if (!available(module)) return {};
  return {{python_program, "-W", "ignore", "-c", script, job.operation, std::to_string(w.port), w.sshd.user(), w.key(),
           job.remote, job.local},
          {}};
}

Command asyncssh_client(const Where& w, const Job& job) {
  return python_client("asyncssh", R"(
import asyncio, asyncssh, sys
op, port, user, key, remote, local = sys.argv[1:]
async def main():
    async with asyncssh.connect('127.0.0.1', int(port), username=user, client_keys=[key], known_hosts=None,
                                config=None, encryption_algs=['aes128-gcm@openssh.com']) as c:
        async with c.start_sftp_client() as s:
            if op == 'get': await s.get(remote, local, recurse=True)
            if op == 'put': await s.put(local, remote, recurse=True)
            if op == 'list': await s.listdir(remote)
asyncio.run(main())
)",
                       w, job);
}

// It has no copies of trees.
Command paramiko_client(const Where& w, const Job& job) {
  if (job.tree) return {};
  return python_client("paramiko", R"(
import paramiko, sys, warnings
op, port, user, key, remote, local = sys.argv[1:]
c = paramiko.SSHClient()
c.set_missing_host_key_policy(paramiko.AutoAddPolicy())
c.connect('127.0.0.1', int(port), user, key_filename=key, allow_agent=False, look_for_keys=False)
s = c.open_sftp()
if op == 'get': s.get(remote, local)
if op == 'put': s.put(local, remote)
if op == 'list': s.listdir(remote)
c.close()
)",
                       w, job);
}

const Client clients[] = {{"amiko", amiko_client},
                          {"sftp", openssh_client},
                          {"libssh2", libssh2_client},
                          {"AsyncSSH", asyncssh_client},
                          {"paramiko", paramiko_client}};

struct Measured {
  double wall = 0, cpu = 0, mib = 0;
};

// With what it starts, as sftp starts ssh.
std::optional<Measured> measure(const Command& command, const TempDir& temp) {
  if (command.argv.empty()) return std::nullopt;
  const std::string input = temp.write("input", command.input);
  const auto start = std::chrono::steady_clock::now();
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::dup2(::open(input.c_str(), O_RDONLY), STDIN_FILENO);
    ::dup2(::open("/dev/null", O_WRONLY), STDOUT_FILENO);
    std::vector<char*> args;
    for (const std::string& a : command.argv)
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
                  seconds(usage.ru_utime) + seconds(usage.ru_stime),
                  static_cast<double>(usage.ru_maxrss) / 1024};
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

// A fresh place for the copy, and away with it.
void forget(const Job& job) {
  if (job.operation == "get") fs::remove_all(job.local);
  if (job.operation == "put") fs::remove_all(job.remote);
}

void row(const char* title, const Where& where, const Job& job, int rounds) {
  struct Values {
    std::vector<double> wall, cpu, mib;
  };
  std::map<std::string, Values> all;
  for (int round = 0; round < rounds; ++round)  // in turns: what disturbs the machine disturbs all
    for (const Client& client : clients) {
      if (const auto m = measure(client.command(where, job), where.temp)) {
        all[client.name].wall.push_back(m->wall);
        all[client.name].cpu.push_back(m->cpu);
        all[client.name].mib.push_back(m->mib);
      }
      forget(job);
    }
  for (const Client& client : clients) {
    const auto found = all.find(client.name);
    if (found == all.end()) {
      std::printf("%-28s %-9s   -\n", title, client.name.c_str());
      continue;
    }
    const double wall = median(found->second.wall), cpu = median(found->second.cpu);
    std::printf("%-28s %-9s %8.2f %8.2f %8.0f", title, client.name.c_str(), wall, cpu,
                median(found->second.mib));
    if (const auto reference = all.find("sftp"); reference != all.end())
      std::printf("   %6.2f %6.2f", wall / median(reference->second.wall),
                  cpu / median(reference->second.cpu));
    std::printf("\n");
  }
  std::fflush(stdout);
}

void fill(const fs::path& file, std::uint64_t bytes) {
  std::ofstream out(file, std::ios::binary);
  std::mt19937_64 random(bytes);
  std::string block(1 << 20, '\0');
  for (std::size_t i = 0; i < block.size(); i += 8) {
    const std::uint64_t value = random();
    block.replace(i, 8, reinterpret_cast<const char*>(&value), 8);
  }
  for (std::uint64_t left = bytes; left > 0;) {
    const std::uint64_t n = std::min<std::uint64_t>(left, block.size());
    out.write(block.data(), static_cast<std::streamsize>(n));
    left -= n;
  }
}

void open_for_all(const fs::path& path) {
  ::chmod(path.c_str(), 0777);
}

}  // namespace

int main(int argc, char** argv) {
  here = fs::canonical("/proc/self/exe").parent_path();
  const std::uint64_t mib = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1024;
  const int rounds = argc > 2 ? std::atoi(argv[2]) : 3;
  const TempDir temp;
  open_for_all(temp.path());
  for (const char* name : {"files", "local", "remote", "many"})
    fs::create_directory(temp / name), open_for_all(temp / name);
  fill(temp / "big", mib << 20);
  fill(temp / "quarter", mib << 18);
  for (int i = 0; i < 5000; ++i)
    fill(temp / ("files/" + std::to_string(i)), 4096);
  for (int i = 0; i < 100'000; ++i)
    std::ofstream(temp / ("many/" + std::to_string(i)));
  const Sshd sshd;
  const Relay slow(sshd.port(),
                   {.to_server = {.delay = milliseconds(25)}, .to_client = {.delay = milliseconds(25)}});
  const Where direct{sshd, sshd.port(), temp}, far{sshd, slow.port(), temp};

  std::printf("median of %d rounds; seconds, of CPU the client's with all it starts, user and system\n",
              rounds);
  std::printf("%-28s %-9s %8s %8s %8s   %6s %6s\n", "", "client", "wall", "CPU", "MiB used", "wall",
              "CPU of sftp's");
  const std::string size = std::to_string(mib) + " MiB", quarter = std::to_string(mib / 4) + " MiB, 50 ms";
  row(("get " + size).c_str(), direct, {"get", false, temp / "big", temp / "local/big"}, rounds);
  row(("put " + size).c_str(), direct, {"put", false, temp / "remote/big", temp / "big"}, rounds);
  row("get 5000 files of 4 KiB", direct, {"get", true, temp / "files", temp / "local/files"}, rounds);
  row("put 5000 files of 4 KiB", direct, {"put", true, temp / "remote/files", temp / "files"}, rounds);
  row("list 100000 names", direct, {"list", false, temp / "many", "-"}, rounds);
  row(("get " + quarter).c_str(), far, {"get", false, temp / "quarter", temp / "local/quarter"}, rounds);
  row(("put " + quarter).c_str(), far, {"put", false, temp / "remote/quarter", temp / "quarter"}, rounds);
}
