// amiko - amiko-bbs: a bulletin board that people call with ssh
#include "data_directory.hpp"
#include "door.hpp"
#include "options.hpp"
#include "visit.hpp"

#include <amiko/base/version.hpp>
#include <amiko/server/server.hpp>

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <exception>
#include <iostream>
#include <memory>

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace {

using namespace std::chrono_literals;

constexpr auto time_for_goodbyes = 3s;
constexpr unsigned most_connections = 2000;

amiko::LogLevel level_of(unsigned verbosity) {
  if (verbosity == 0) return amiko::LogLevel::warning;
  return verbosity == 1 ? amiko::LogLevel::info : amiko::LogLevel::debug;
}

// The signals that end the program, for the main thread to wait for; to be blocked before there are others.
sigset_t block_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP})
    sigaddset(&set, signal);
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  return set;
}

// Each caller takes some descriptors.
void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

// Hashing a password takes 19 MiB for a moment; glibc would keep them for each thread that ever did.
void give_memory_back() {
#ifdef __GLIBC__
  ::mallopt(M_MMAP_THRESHOLD, 1024 * 1024);
#endif
}

amiko::ServerOptions server_options(const std::shared_ptr<bbs::Bbs>& board, const amiko::PrivateKey& key) {
  const bbs::Options& wanted = board->options;
  amiko::ServerOptions options;
  options.addresses = wanted.addresses;
  options.port = wanted.port;
  options.host_keys = {key};
  options.handler = [board](const amiko::ServerConnection&) { return std::make_shared<bbs::Door>(board); };
  options.process = [board](amiko::ServerProcess& process) { bbs::visit(*board, process); };
  options.permit = bbs::may_start;
  options.accept_env = {"LANG", "LC_*", "NO_COLOR"};
  options.max_connections = most_connections;
  // Callers who come through a tunnel all have that address; one of them must not shut out the others.
  options.penalty_exempt = "127.0.0.0/8,::1";
  options.transport.keepalive_interval = 60s;
  options.transport.server.max_sessions = 4;
  options.transport.server.idle_timeout = 5min;
  options.transport.window_size = 64 * 1024;
  options.transport.max_window_size = 64 * 1024;
  options.transport.log = amiko::log_to_stderr();
  options.transport.log_level = level_of(wanted.verbosity > 0 ? wanted.verbosity - 1 : 0);
  options.connected = [board](const amiko::ServerConnection&) { ++board->connections; };
  return options;
}

void announce(const amiko::Server& server, const amiko::PrivateKey& key) {
  for (const std::string& address : server.addresses())
    std::cout << "amiko-bbs: listening on " << address << "\n";
  std::cout << "amiko-bbs: host key " << key.public_key().fingerprint() << " (" << key.public_key().type()
            << ")\n"
            << "amiko-bbs: sign up with: ssh -p " << server.port() << " new@HOST" << std::endl;
}

// Everybody gets the time to read it; who does not use it is cut off.
void close(amiko::Server& server, bbs::Bbs& board) {
  server.stop_accepting();
  board.callers.hang_up_all("The board is closing. Good bye!");
  board.callers.wait_empty(time_for_goodbyes);
  server.wait(500ms);
  server.close();
  if (server.wait_sessions(time_for_goodbyes)) return;
  board.log.write(amiko::LogLevel::warning, "some sessions do not end");
  ::_exit(0);
}

int run(const std::vector<std::string>& arguments) {
  bbs::Options options = bbs::parse_command_line(arguments);
  if (options.show_help || options.show_version) {
    std::cout << (options.show_help ? bbs::usage() : "amiko-bbs " + std::string(amiko::version())) << "\n";
    return 0;
  }
  const sigset_t signals = block_signals();
  raise_descriptor_limit();
  give_memory_back();
  ::umask(077);
  if (options.data_directory.empty()) options.data_directory = bbs::default_data_directory();
  const bbs::DataDirectory directory(options.data_directory);
  if (options.host_key.empty()) options.host_key = directory.host_key();
  const amiko::PrivateKey key = bbs::load_or_make_host_key(options.host_key);
  const auto board = std::make_shared<bbs::Bbs>(
      options, directory.database(),
      amiko::Log(amiko::log_to_stderr(), level_of(options.verbosity), "amiko-bbs"));
  board->shut_down = [] { ::kill(::getpid(), SIGTERM); };
  amiko::Server server = amiko::listen(server_options(board, key));
  announce(server, key);
  int signal = 0;
  ::sigwait(&signals, &signal);
  board->log.write(amiko::LogLevel::info, "closing");
  close(server, *board);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run({argv + std::min(argc, 1), argv + argc});
  } catch (const bbs::OptionError& e) {
    std::cerr << "amiko-bbs: " << e.what() << "\n";
    return 2;
  } catch (const std::exception& e) {
    std::cerr << "amiko-bbs: " << e.what() << "\n";
    return 1;
  }
}
