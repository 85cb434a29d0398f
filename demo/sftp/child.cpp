// amiko - programs that are started: a server, ssh, the user's shell
#include "child.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <system_error>

#include <fcntl.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace demo {
namespace {

void check(int error, const std::string& what) {
  if (error != 0) throw std::system_error(error, std::generic_category(), what);
}

std::vector<char*> pointers(const std::vector<std::string>& words) {
  std::vector<char*> list;
  for (const std::string& word : words)
    list.push_back(const_cast<char*>(word.c_str()));  // posix_spawn does not change them
  list.push_back(nullptr);
  return list;
}

// No signal is blocked in the new program, as most are here.
class Attributes {
 public:
  Attributes() {
    check(::posix_spawnattr_init(&attributes_), "posix_spawnattr_init");
    sigset_t none;
    sigemptyset(&none);
    sigset_t defaults = none;
    sigaddset(&defaults, SIGPIPE);
    ::posix_spawnattr_setsigmask(&attributes_, &none);
    ::posix_spawnattr_setsigdefault(&attributes_, &defaults);
    ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;
  ~Attributes() { ::posix_spawnattr_destroy(&attributes_); }
  const posix_spawnattr_t* get() const noexcept { return &attributes_; }

 private:
  posix_spawnattr_t attributes_{};
};

class Actions {
 public:
  Actions() { check(::posix_spawn_file_actions_init(&actions_), "posix_spawn_file_actions_init"); }
  Actions(const Actions&) = delete;
  Actions& operator=(const Actions&) = delete;
  ~Actions() { ::posix_spawn_file_actions_destroy(&actions_); }
  void duplicate(int from, int to) {
    check(::posix_spawn_file_actions_adddup2(&actions_, from, to), "posix_spawn_file_actions_adddup2");
  }
  const posix_spawn_file_actions_t* get() const noexcept { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

// What is ignored here is ignored in what is started.
class IgnoreInterrupts {
 public:
  IgnoreInterrupts() : former_(std::signal(SIGINT, SIG_IGN)) {}
  IgnoreInterrupts(const IgnoreInterrupts&) = delete;
  IgnoreInterrupts& operator=(const IgnoreInterrupts&) = delete;
  ~IgnoreInterrupts() { std::signal(SIGINT, former_); }

 private:
  void (*former_)(int);
};

pid_t spawn(const std::vector<std::string>& words, const Actions& actions) {
  const Attributes attributes;
  pid_t pid = -1;
  check(::posix_spawnp(&pid, words.front().c_str(), actions.get(), attributes.get(), pointers(words).data(),
                       ::environ),
        words.front());
  return pid;
}

}  // namespace

Child::Child(const std::vector<std::string>& words) {
  std::array<int, 2> pair{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair.data()) != 0) check(errno, "socketpair");
  fd_ = pair[0];
  try {
    Actions actions;
    actions.duplicate(pair[1], STDIN_FILENO);
    actions.duplicate(pair[1], STDOUT_FILENO);
    const IgnoreInterrupts ignored;
    pid_ = spawn(words, actions);
  } catch (...) {
    ::close(pair[0]);
    ::close(pair[1]);
    throw;
  }
  ::close(pair[1]);
}

Child::~Child() {
  if (fd_ >= 0) ::close(fd_);
  for (int i = 0; i < 20 && !ended(WNOHANG); ++i)
    ::usleep(50'000);
  terminate();
  ended(0);
}

int Child::release_descriptor() noexcept {
  const int fd = fd_;
  fd_ = -1;
  return fd;
}

bool Child::running() noexcept {
  return !ended(WNOHANG);
}

void Child::terminate() noexcept {
  if (pid_ > 0) ::kill(pid_, SIGTERM);
}

bool Child::ended(int options) noexcept {
  if (pid_ <= 0) return true;
  const pid_t result = ::waitpid(pid_, nullptr, options);
  if (result == pid_ || (result < 0 && errno == ECHILD)) pid_ = -1;
  return pid_ <= 0;
}

std::optional<std::string> run_shell(const std::string& command) {
  const char* named = std::getenv("SHELL");
  std::vector<std::string> words{named != nullptr && *named != '\0' ? named : "/bin/sh"};
  if (!command.empty()) words.insert(words.end(), {"-c", command});
  int status = 0;
  try {
    const pid_t pid = spawn(words, Actions());
    while (::waitpid(pid, &status, 0) < 0) {
      if (errno != EINTR) return "Couldn't wait for the shell: " + std::string(std::strerror(errno));
    }
  } catch (const std::system_error& e) {
    return std::string("Couldn't start the shell ") + e.what();
  }
  if (WIFSIGNALED(status)) return "Shell ended by signal " + std::to_string(WTERMSIG(status));
  if (WEXITSTATUS(status) != 0) return "Shell exited with status " + std::to_string(WEXITSTATUS(status));
  return std::nullopt;
}

}  // namespace demo
