// amiko - amiko-sshd: a server for real logins that takes sshd's options
#include "command_line.hpp"
#include "daemon.hpp"
#include "descriptors.hpp"
#include "host_keys.hpp"
#include "internal_sftp.hpp"
#include "passwords.hpp"
#include "serving.hpp"

#include <amiko/base/version.hpp>

#include <boost/thread/thread_only.hpp>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <optional>

#include <fcntl.h>
#include <malloc.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

namespace demo::sshd {
namespace {

using namespace std::string_literals;

constexpr int failure = 255;
// How long sessions have to see that they are over when the server ends.
constexpr auto farewell = std::chrono::seconds(2);

// A configuration, its keys, and what the library makes of them.
struct Prepared {
  std::shared_ptr<const Site> site;
  amiko::ServerOptions options;
};

Verbosity level_of(const CommandLine& line, const Config& config) {
  if (line.debug > 0)
    return static_cast<Verbosity>(static_cast<int>(Verbosity::debug1) + std::min(line.debug, 3U) - 1);
  return line.quiet ? Verbosity::quiet : config.log_level.value_or(Verbosity::info);
}

Prepared prepare(const CommandLine& line, ServerLog& log) {
  Configuration configuration(line.options, line.config_file);
  const Config& config = configuration.base();
  log.set_level(level_of(line, config));
  for (const std::string& note : config.notes)
    log.say(line.inetd ? Verbosity::debug1 : Verbosity::info, note);
  std::vector<std::string> notes;
  std::vector<amiko::PrivateKey> keys = load_host_keys(config, notes);
  for (const std::string& note : notes)
    log.error(note);
  for (const Config& with_block : configuration.with_each_block())
    check_options(server_options(std::make_shared<const Site>(Configuration(with_block), log), keys));
  auto site = std::make_shared<const Site>(std::move(configuration), log);
  amiko::ServerOptions options = server_options(site, std::move(keys));
  check_options(options);
  return {std::move(site), std::move(options)};
}

// Checking an Argon2 hash takes 19 MiB for a moment; glibc would keep them for each thread that ever did.
void give_memory_back() {
#ifdef __GLIBC__
  ::mallopt(M_MMAP_THRESHOLD, 1024 * 1024);
#endif
}

void choose_log(const CommandLine& line, ServerLog& log) {
  if (!line.log_file.empty())
    log.to_file(line.log_file);
  else if (line.log_to_stderr || line.debug > 0 || line.test || line.show)
    log.to_stderr();
}

// The signals that a server obeys, as a descriptor; to be made before any thread.
class Signals {
 public:
  Signals() {
    sigset_t set;
    sigemptyset(&set);
    for (const int number : {SIGTERM, SIGINT, SIGQUIT, SIGHUP})
      sigaddset(&set, number);
    ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
    fd_ = ::signalfd(-1, &set, SFD_CLOEXEC);
    if (fd_ < 0) throw OptionError("signalfd");
  }
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;
  ~Signals() { ::close(fd_); }

  /// The next signal, or 0 once `other` is readable.
  int wait(int other) const {
    for (;;) {
      pollfd items[] = {{fd_, POLLIN, 0}, {other, POLLIN, 0}};
      if (::poll(items, 2, -1) < 0) continue;
      signalfd_siginfo info{};
      if (items[0].revents != 0 && ::read(fd_, &info, sizeof info) == sizeof info)
        return static_cast<int>(info.ssi_signo);
      if (items[1].revents != 0) return 0;
    }
  }

 private:
  int fd_ = -1;
};

// One of ours above the standard descriptors, and nothing in its place.
int taken_over(int standard) {
  const int fd = ::fcntl(standard, F_DUPFD_CLOEXEC, 3);
  const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  if (fd < 0 || null < 0) throw OptionError("standard input and output are no connection");
  ::dup2(null, standard);
  ::close(null);
  return fd;
}

// Until the server has nothing more to do, or a signal ends it.
void obey_signals(amiko::Server& server, const CommandLine& line, ServerLog& log, const Signals& signals,
                  const PidFile& pid_file) {
  WakeUp done;
  boost::thread watcher([&] {
    server.wait();
    done.set();
  });
  for (;;) {
    const int number = signals.wait(done.fd());
    if (number == SIGHUP && !line.inetd) {
      log.info("Received SIGHUP; reading the configuration again.");
      try {
        server.update(prepare(line, log).options);
        pid_file.write();
      } catch (const std::exception& e) {
        log.error("The old configuration stays: "s + e.what());
      }
      continue;
    }
    if (number != 0) log.info("Received signal " + std::to_string(number) + "; terminating.");
    break;
  }
  server.close();
  watcher.join();
  server.wait_sessions(farewell);
}

bool has_logged_in(const amiko::ServerConnection& connection) {
  try {
    static_cast<void>(connection.identity());
    return true;
  } catch (const amiko::Error&) {
    return false;
  }
}

int serve_one(Prepared prepared, const CommandLine& line, ServerLog& log, const Signals& signals) {
  const int in = taken_over(STDIN_FILENO);
  const int out = taken_over(STDOUT_FILENO);
  std::optional<amiko::ServerConnection> caller;
  prepared.options.connected =
      [&caller, inner = prepared.options.connected](const amiko::ServerConnection& connection) {
        inner(connection);
        caller = connection;
      };
  amiko::Server server = amiko::serve(in, out, std::move(prepared.options));
  obey_signals(server, line, log, signals, PidFile(""));
  return caller && has_logged_in(*caller) ? 0 : failure;
}

int serve_all(Prepared prepared, const CommandLine& line, ServerLog& log, const Signals& signals,
              Daemon& daemon) {
  const auto site = prepared.site;
  amiko::ServerOptions options = std::move(prepared.options);
  WakeUp first;
  if (line.debug > 0)
    options.connected = [&first, inner = options.connected](const amiko::ServerConnection& connection) {
      inner(connection);
      first.set();
    };
  amiko::Server server = amiko::listen(std::move(options));
  for (const std::string& address : server.addresses()) {
    const std::size_t colon = address.rfind(':');
    std::string host = address.substr(0, colon);
    if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
    log.info("Server listening on " + host + " port " + address.substr(colon + 1) + ".");
  }
  const std::string usual = ::geteuid() == 0 && daemon.detached() ? "/run/amiko-sshd.pid" : "";
  const PidFile pid_file(site->config().pid_file.value_or(usual));
  daemon.ready();
  std::optional<boost::thread> only_one;
  if (line.debug > 0)
    only_one.emplace([&] {
      pollfd item{first.fd(), POLLIN, 0};
      while (::poll(&item, 1, -1) < 0) {
      }
      server.stop_accepting();
    });
  obey_signals(server, line, log, signals, pid_file);
  first.set();
  if (only_one) only_one->join();
  return 0;
}

int run(const CommandLine& line) {
  ServerLog log;
  choose_log(line, log);
  const Signals signals;
  const bool detach = !line.inetd && !line.foreground && line.debug == 0 && !line.test && !line.show;
  Daemon daemon;
  try {
    if (line.show) {
      const Configuration configuration(line.options, line.config_file);
      MatchSubject subject;
      for (const std::string& specification : line.subject)
        parse_subject(subject, specification);
      const auto shown = line.subject.empty() ? std::make_shared<const Config>(configuration.base())
                                              : configuration.for_subject(subject);
      return write_all(STDOUT_FILENO, show_config(*shown)) ? 0 : failure;
    }
    if (line.test) {
      prepare(line, log);
      return 0;
    }
    if (detach) daemon.detach();
    Prepared prepared = prepare(line, log);
    return line.inetd ? serve_one(std::move(prepared), line, log, signals)
                      : serve_all(std::move(prepared), line, log, signals, daemon);
  } catch (const std::exception& e) {
    daemon.failed(e.what());
    log.say(Verbosity::fatal, e.what());
    if (line.log_file.empty() && !line.log_to_stderr && line.debug == 0 && !line.test && !line.show &&
        !detach)
      write_all(STDERR_FILENO, e.what() + "\n"s);
    return failure;
  }
}

int start(const std::vector<std::string>& arguments) {
  open_standard_descriptors();
  std::signal(SIGPIPE, SIG_IGN);
  give_memory_back();
  ::umask(::umask(0077) | 0022);
  CommandLine line = parse_command_line(arguments);
  // It is read again on SIGHUP, when the process is somewhere else.
  if (!line.config_file.empty()) line.config_file = std::filesystem::absolute(line.config_file);
  if (line.version) {
    write_all(STDERR_FILENO, "amiko-sshd "s + std::string(amiko::version()) + "\n");
    return 0;
  }
  if (line.hash_password) return print_password_hash();
  return run(line);
}

}  // namespace
}  // namespace demo::sshd

int main(int argc, char** argv) {
  try {
    if (demo::sshd::is_called_as_internal_sftp(argc, argv)) return demo::sshd::run_internal_sftp(argc, argv);
    return demo::sshd::start({argv + std::min(argc, 1), argv + argc});
  } catch (const std::exception& e) {
    demo::write_all(STDERR_FILENO, e.what() + std::string("\n"));
    return 1;
  }
}
