// amiko - internal-sftp: the SFTP server that amiko-sshd brings along
#include "internal_sftp.hpp"

#include "../sftp-server/program.hpp"
#include "values.hpp"

#include <cerrno>
#include <cstring>
#include <sstream>

#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

namespace demo::sshd {
namespace {

constexpr std::string_view name = "internal-sftp";
// argv: the name, the directory (empty: all files), the user's number, then sftp-server's options.
constexpr int first_option = 3;

// Who can change one of the directories on the way can put anything in its place.
void expect_safe(const std::string& path) {
  if (!path.starts_with('/')) throw OptionError("chroot path does not begin at root: " + path);
  for (std::size_t end = 0; end != std::string::npos;) {
    end = path.find('/', end + 1);
    const std::string part = end == std::string::npos ? path : path.substr(0, end);
    struct stat status;
    if (::stat(part.c_str(), &status) != 0)
      throw OptionError("chroot directory " + part + ": " + std::strerror(errno));
    if (!S_ISDIR(status.st_mode)) throw OptionError("chroot path " + part + " is not a directory");
    if (status.st_uid != 0 || (status.st_mode & (S_IWGRP | S_IWOTH)) != 0)
      throw OptionError("bad ownership or modes for chroot directory " + part);
  }
}

void fail(const char* what) {
  throw OptionError(std::string("internal-sftp: ") + what + ": " + std::strerror(errno));
}

// Rights are given up for good: there is no way back from setresuid().
void become(const amiko::LocalAccount& account) {
  if (::setgroups(account.groups.size(), account.groups.data()) != 0) fail("setgroups");
  if (::setresgid(account.gid, account.gid, account.gid) != 0) fail("setresgid");
  if (::setresuid(account.uid, account.uid, account.uid) != 0) fail("setresuid");
}

void enter(const std::string& directory, const amiko::LocalAccount& account) {
  if (::chdir(directory.c_str()) != 0 || ::chroot(".") != 0 || ::chdir("/") != 0) fail("chroot");
  become(account);
  // Where there is no home directory under the new root the session starts at the top.
  [[maybe_unused]] const int home = ::chdir(account.home.c_str());
}

}  // namespace

bool is_internal_sftp(const std::string& command) {
  return command == name || command.starts_with(std::string(name) + " ");
}

void set_internal_sftp(amiko::LocalProgram& program, const Config& config, const amiko::LocalAccount& account,
                       const std::string& command) {
  std::string directory = config.chroot_directory.value_or("");
  if (!directory.empty()) {
    directory = expand_tokens(directory,
                              {{'h', account.home}, {'u', account.name}, {'U', std::to_string(account.uid)}});
    expect_safe(directory);
    program.account.reset();
    program.directory = "/";
  }
  program.file = "/proc/self/exe";
  program.argv = {std::string(name), directory, std::to_string(account.uid)};
  std::istringstream words(command.substr(name.size()));
  for (std::string word; words >> word;)
    program.argv.push_back(word);
  program.terminal = false;
}

bool is_called_as_internal_sftp(int argc, char** argv) {
  return argc >= first_option && argv[0] == name;
}

int run_internal_sftp(int argc, char** argv) {
  const std::string directory = argv[1];
  if (!directory.empty()) {
    const auto account = amiko::LocalAccount::find(static_cast<uid_t>(parse_number(argv[2])));
    if (!account) throw OptionError("internal-sftp: there is no such user");
    enter(directory, *account);
  }
  argv[first_option - 1] = argv[0];
  return sftp_server::run(argc - (first_option - 1), argv + first_option - 1);
}

}  // namespace demo::sshd
