// amiko - other programs as peers of a test: started, watched, and gone when the test is
#include "common/peer_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <sstream>
#include <stdexcept>
#include <system_error>

#include "common/process_guard.hpp"
#include "common/temp_dir.hpp"

extern "C" char** environ;

namespace amiko::test {

namespace fs = std::filesystem;

namespace {

struct Pipe {
  UniqueFd reader, writer;
};

Pipe make_pipe() {
  int fds[2];
  if (::pipe2(fds, O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe2");
  return {UniqueFd(fds[0]), UniqueFd(fds[1])};
}

UniqueFd open_file(const fs::path& file, int flags) {
  UniqueFd fd(::open(file.c_str(), flags | O_CLOEXEC, 0600));
  if (!fd) throw std::system_error(errno, std::generic_category(), "open " + file.string());
  return fd;
}

std::vector<std::string> merged_environment(const std::vector<std::string>& ours) {
  std::vector<std::string> all = ours;
  for (char** entry = environ; *entry; ++entry) {
    const std::string_view old = *entry;
    const auto name = old.substr(0, old.find('=') + 1);
    bool replaced = false;
    for (const auto& value : ours)
      replaced = replaced || value.starts_with(name);
    if (!replaced) all.emplace_back(old);
  }
  return all;
}

std::vector<char*> pointers(std::vector<std::string>& strings) {
  std::vector<char*> result;
  for (auto& string : strings)
    result.push_back(string.data());
  result.push_back(nullptr);
  return result;
}

bool wait_readable(int fd, Clock::time_point deadline) {
  pollfd wait{fd, POLLIN, 0};
  for (;;) {
    const int ready = ::poll(&wait, 1, poll_timeout(deadline));
    if (ready > 0) return true;
    if (ready == 0 || errno != EINTR) return false;
  }
}

std::optional<GuardReport> read_report(int fd) {
  GuardReport report{};
  ssize_t size = 0;
  while ((size = ::read(fd, &report, sizeof report)) < 0 && errno == EINTR) {
  }
  if (size != sizeof report) return std::nullopt;
  return report;
}

// The process and all below it; one that ends meanwhile is left out.
void collect_family(pid_t pid, std::vector<pid_t>& family) {
  family.push_back(pid);
  std::error_code gone;
  for (const auto& thread : fs::directory_iterator("/proc/" + std::to_string(pid) + "/task", gone)) {
    std::istringstream children(read_file(thread.path() / "children"));
    for (pid_t child = 0; children >> child;)
      collect_family(child, family);
  }
}

}  // namespace

PeerProcess::PeerProcess(const ProcessOptions& options) {
  const auto program = options.argv.empty() ? fs::path() : find_program(options.argv[0]);
  if (program.empty()) {
    const auto name = options.argv.empty() ? std::string("(no name)") : options.argv[0];
    throw std::system_error(ENOENT, std::generic_category(), name);
  }
  auto argv = options.argv;
  auto environment = merged_environment(options.environment);
  const auto argv_pointers = pointers(argv);
  const auto environment_pointers = pointers(environment);

  const bool logs = !options.log.empty();
  const UniqueFd nothing = open_file("/dev/null", O_RDWR);
  const UniqueFd log = logs ? open_file(options.log, O_WRONLY | O_CREAT | O_APPEND) : UniqueFd();
  const int sink = logs ? log.get() : nothing.get();
  Pipe in, out, err, control = make_pipe(), status = make_pipe();
  if (options.pipe_stdin) in = make_pipe();
  if (options.pipe_stdout) out = make_pipe();
  if (options.pipe_stderr) err = make_pipe();

  guard_ = start_guard({.program = program.c_str(),
                        .argv = argv_pointers.data(),
                        .envp = environment_pointers.data(),
                        .directory = options.directory.empty() ? nullptr : options.directory.c_str(),
                        .in = in.reader ? in.reader.get() : nothing.get(),
                        .out = out.writer ? out.writer.get() : sink,
                        .err = err.writer ? err.writer.get() : sink,
                        .control = control.reader.get(),
                        .status = status.writer.get()});
  control_ = std::move(control.writer);
  status_pipe_ = std::move(status.reader);
  stdin_ = std::move(in.writer);
  stdout_ = std::move(out.reader);
  stderr_ = std::move(err.reader);
  status.writer.reset();

  const auto started = read_report(status_pipe_.get());
  if (!started || started->value != 0) {
    stop();
    throw std::system_error(started ? started->value : ECHILD, std::generic_category(), program.string());
  }
  pid_ = started->pid;
}

std::optional<std::string> PeerProcess::read_line(milliseconds limit) {
  const auto deadline = deadline_after(limit);
  std::string line;
  while (wait_readable(stdout_.get(), deadline)) {
    char c = 0;  // one at a time: what follows the line is for others to read
    const auto size = ::read(stdout_.get(), &c, 1);
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return std::nullopt;
    if (c == '\n') return line;
    line += c;
  }
  return std::nullopt;
}

std::optional<ExitStatus> PeerProcess::wait(milliseconds limit) {
  if (status_ || !status_pipe_ || !wait_readable(status_pipe_.get(), deadline_after(limit))) return status_;
  if (const auto ended = read_report(status_pipe_.get())) {
    status_ = WIFSIGNALED(ended->value) ? ExitStatus{0, WTERMSIG(ended->value)}
                                        : ExitStatus{WEXITSTATUS(ended->value), 0};
  }
  return status_;
}

void PeerProcess::signal(int number) {
  if (!wait() && pid_ > 1) ::kill(pid_, number);
}

void PeerProcess::signal_all(int number) {
  if (guard_ < 0) return;
  std::vector<pid_t> family;
  collect_family(guard_, family);
  for (std::size_t i = 1; i < family.size(); ++i)
    ::kill(family[i], number);  // the first is the guard
}

void PeerProcess::stop() noexcept {
  if (guard_ < 0) return;
  control_.reset();
  while (::waitpid(guard_, nullptr, 0) < 0 && errno == EINTR) {
  }
  guard_ = -1;
  stdin_.reset();
  wait(milliseconds(0));
}

namespace {

// write() to a pipe that nobody reads raises SIGPIPE, which would be the end of the test.
ssize_t write_without_signal(int fd, std::string_view data) {
  sigset_t pipe, before;
  ::sigemptyset(&pipe);
  ::sigaddset(&pipe, SIGPIPE);
  ::pthread_sigmask(SIG_BLOCK, &pipe, &before);
  const auto size = ::write(fd, data.data(), data.size());
  const int error = errno;
  const timespec no_time{};
  if (size < 0 && error == EPIPE) ::sigtimedwait(&pipe, nullptr, &no_time);
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  errno = error;
  return size;
}

// Moves the program's three streams until it has ended and its output has been read.
class Conversation {
 public:
  Conversation(PeerProcess& process, std::string_view input) : process_(process), input_(input) {
    ::fcntl(process.stdin_fd(), F_SETFL, O_NONBLOCK);
    if (input_.empty()) process_.close_stdin();
  }

  /// Whether the program ended before `deadline`.
  bool run(Clock::time_point deadline, CommandResult& result) {
    bool ended = false;
    while (!ended) {
      std::array<pollfd, 4> wait{{{process_.stdin_fd(), POLLOUT, 0},
                                  {out_open_ ? process_.stdout_fd() : -1, POLLIN, 0},
                                  {err_open_ ? process_.stderr_fd() : -1, POLLIN, 0},
                                  {process_.status_fd(), POLLIN, 0}}};
      const int ready = ::poll(wait.data(), wait.size(), poll_timeout(deadline));
      if (ready == 0) break;
      if (ready < 0) continue;
      if (wait[0].revents != 0) write_some();
      if (wait[1].revents != 0) out_open_ = read_some(process_.stdout_fd(), result.out);
      if (wait[2].revents != 0) err_open_ = read_some(process_.stderr_fd(), result.err);
      ended = wait[3].revents != 0 && process_.wait().has_value();
    }
    process_.stop();  // who is left of its family would keep the pipes open
    while (out_open_)
      out_open_ = read_some(process_.stdout_fd(), result.out);
    while (err_open_)
      err_open_ = read_some(process_.stderr_fd(), result.err);
    return ended;
  }

 private:
  void write_some() {
    const auto size = write_without_signal(process_.stdin_fd(), input_);
    if (size > 0) input_.remove_prefix(static_cast<std::size_t>(size));
    if (input_.empty() || (size < 0 && errno != EAGAIN && errno != EINTR)) process_.close_stdin();
  }

  static bool read_some(int fd, std::string& to) {
    std::array<char, 65536> buffer;
    const auto size = ::read(fd, buffer.data(), buffer.size());
    if (size > 0) to.append(buffer.data(), static_cast<std::size_t>(size));
    return size > 0 || (size < 0 && errno == EINTR);
  }

  PeerProcess& process_;
  std::string_view input_;
  bool out_open_ = true, err_open_ = true;
};

}  // namespace

CommandResult run(const ProcessOptions& options, std::string_view input, milliseconds limit) {
  const auto deadline = deadline_after(limit);
  auto piped = options;
  piped.pipe_stdin = piped.pipe_stdout = piped.pipe_stderr = true;
  PeerProcess process(piped);
  CommandResult result;
  if (Conversation(process, input).run(deadline, result)) {
    const auto status = *process.wait();
    result.exit_code = status.signal != 0 ? 128 + status.signal : status.code;
  }
  return result;
}

CommandResult run(const std::vector<std::string>& argv, std::string_view input, milliseconds limit) {
  ProcessOptions options;
  options.argv = argv;
  return run(options, input, limit);
}

std::string run_checked(const std::vector<std::string>& argv, std::string_view input) {
  auto result = run(argv, input);
  if (result.exit_code != 0) {
    throw std::runtime_error(argv.at(0) + " failed (" + std::to_string(result.exit_code) +
                             "): " + result.out + result.err);
  }
  return std::move(result.out);
}

fs::path find_program(const std::string& name) {
  if (name.find('/') != std::string::npos)
    return ::access(name.c_str(), X_OK) == 0 ? fs::path(name) : fs::path();
  const char* path = std::getenv("PATH");
  std::istringstream folders((path ? std::string(path) : std::string()) +
                             ":/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin");
  for (std::string folder; std::getline(folders, folder, ':');) {
    const auto candidate = fs::path(folder) / name;
    if (!folder.empty() && ::access(candidate.c_str(), X_OK) == 0) return candidate;
  }
  return {};
}

bool is_root() {
  return ::geteuid() == 0;
}

}  // namespace amiko::test
