// amiko - amiko-sftp-server as a function
#include "program.hpp"

#include "logged_filesystem.hpp"
#include "options.hpp"
#include "session_log.hpp"

#include <amiko/base/error.hpp>
#include <amiko/base/printable.hpp>
#include <amiko/sftp/sftp_server.hpp>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <iostream>

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

namespace demo::sftp_server {
namespace {

constexpr int failed = 255;

struct User {
  std::string name = "UNKNOWN";
  std::string home = "/";
};

// Under a chroot there may be no user database.
User this_user() {
  const passwd* const entry = ::getpwuid(::getuid());
  if (entry == nullptr) return {};
  return {entry->pw_name, entry->pw_dir};
}

std::string client_address() {
  const char* const connection = std::getenv("SSH_CONNECTION");
  const std::string text = connection != nullptr ? connection : "";
  return text.empty() ? "UNKNOWN" : text.substr(0, text.find(' '));
}

void enter(const std::string& directory, const SessionLog& log) {
  if (directory.empty() || ::chdir(directory.c_str()) == 0) return;
  log.write(amiko::LogLevel::error,
            "chdir to \"" + amiko::printable(directory) + "\" failed: " + std::strerror(errno));
}

// Requests that change something are refused by the file system; clients are not told that they exist.
void add_read_only(std::vector<std::string>& denied) {
  for (const char* name : {"write", "setstat", "fsetstat", "remove", "mkdir", "rmdir", "rename", "symlink",
                           "posix-rename", "hardlink", "fsync", "lsetstat", "copy-data"})
    denied.emplace_back(name);
}

int serve(const Options& options, const User& user, const SessionLog& log) {
  amiko::SftpServerOptions how{
      .allowed = options.allowed, .denied = options.denied, .log = log.library_log()};
  if (options.read_only) add_read_only(how.denied);
  const std::string who = "for local user " + user.name + " from [" + client_address() + "]";
  log.write(amiko::LogLevel::info, "session opened " + who);
  int status = 0;
  try {
    const auto files = amiko::local_filesystem({.read_only = options.read_only});
    amiko::serve_sftp(amiko::sftp_stream(STDIN_FILENO, STDOUT_FILENO),
                      std::make_shared<LoggedFilesystem>(files, log), how);
  } catch (const std::exception& e) {
    log.write(amiko::LogLevel::error, e.what());
    status = failed;
  }
  log.write(amiko::LogLevel::info, "session closed " + who);
  return status;
}

}  // namespace

int run(int argc, char** argv) {
  const User user = this_user();
  try {
    const Options options = parse_options(argc, argv, user.home, user.name);
    if (options.action == Options::Action::help) return std::cerr << usage(), 1;
    if (options.action == Options::Action::query) {
      for (const std::string& name : request_names())
        std::cout << name << '\n';
      return 0;
    }
    const SessionLog log(options.log_level, options.log_to_stderr, options.facility);
    if (options.umask) ::umask(*options.umask);
    enter(options.directory, log);
    return serve(options, user, log);
  } catch (const OptionError& e) {
    std::cerr << "amiko-sftp-server: " << e.what() << '\n' << usage();
    return failed;
  }
}

}  // namespace demo::sftp_server
