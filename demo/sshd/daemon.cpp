// amiko - leaving the terminal, and the file with the process's number
#include "daemon.hpp"

#include "descriptors.hpp"
#include "options.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>

#include <fcntl.h>
#include <unistd.h>

namespace demo::sshd {
namespace {

[[noreturn]] void throw_system(const char* what) {
  throw OptionError(std::string(what) + ": " + std::strerror(errno));
}

// In the process that was started: what it learns is its own end.
[[noreturn]] void wait_for_report(int from_child) {
  std::string text;
  char buffer[4096];
  for (;;) {
    const ssize_t n = ::read(from_child, buffer, sizeof buffer);
    if (n > 0) text.append(buffer, static_cast<std::size_t>(n));
    if (n == 0 || (n < 0 && errno != EINTR)) break;
  }
  if (text == "\n") ::_exit(0);
  write_all(STDERR_FILENO, text.empty() ? "amiko-sshd: the server has ended\n" : text);
  ::_exit(255);
}

}  // namespace

Daemon::~Daemon() {
  if (report_ >= 0) ::close(report_);
}

void Daemon::detach() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw_system("pipe");
  const pid_t child = ::fork();
  if (child < 0) throw_system("fork");
  if (child > 0) {
    ::close(ends[1]);
    wait_for_report(ends[0]);
  }
  ::close(ends[0]);
  report_ = ends[1];
  if (::setsid() < 0) throw_system("setsid");
  const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  if (null < 0) throw_system("/dev/null");
  for (int fd = 0; fd <= 2; ++fd)
    ::dup2(null, fd);
  ::close(null);
}

void Daemon::report(const std::string& text) noexcept {
  if (report_ < 0) return;
  write_all(report_, text);
  ::close(report_);
  report_ = -1;
}

void Daemon::ready() noexcept {
  if (report_ < 0) return;
  // Not before: what the configuration names may be relative.
  if (::chdir("/") != 0) return failed("chdir /");
  report("\n");
}

void Daemon::failed(const std::string& text) noexcept {
  report(text + "\n");
}

PidFile::PidFile(std::string path) : path_(std::move(path)) {
  write();
}

void PidFile::write() const {
  if (path_.empty()) return;
  std::ofstream file(path_, std::ios::trunc);
  file << ::getpid() << "\n";
  if (!file.flush()) throw OptionError("Couldn't create pid file \"" + path_ + "\": " + std::strerror(errno));
}

PidFile::~PidFile() {
  if (path_.empty()) return;
  pid_t number = 0;
  std::ifstream file(path_);
  if (file >> number && number == ::getpid()) ::unlink(path_.c_str());
}

}  // namespace demo::sshd
