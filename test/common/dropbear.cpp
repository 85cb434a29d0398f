// amiko - a real Dropbear server
#include "common/dropbear.hpp"

#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <fstream>
#include <sstream>
#include <system_error>

#include "common/test_account.hpp"

namespace amiko::test {

namespace fs = std::filesystem;

namespace {

constexpr const char* tag = "amiko-test-";

// Whether the line was left behind by a test program that is no more.
bool is_stale(const std::string& line) {
  const auto at = line.rfind(tag);
  if (at == std::string::npos) return false;
  const auto pid = std::atoi(line.c_str() + at + std::char_traits<char>::length(tag));
  return pid <= 0 || (::kill(pid, 0) != 0 && errno == ESRCH);
}

}  // namespace

/// The client keys in the account's authorized_keys file, which several test programs may be using at the
/// same time.
class Dropbear::Authorization {
 public:
  Authorization() {
    static std::atomic<unsigned> count = 0;
    tag_ = tag + std::to_string(::getpid()) + "-" + std::to_string(count++);
    update(true);
  }
  ~Authorization() {
    try {
      update(false);
    } catch (const std::exception&) {  // the next one finds the lines stale
    }
  }

 private:
  void update(bool add) const {
    const AccountLock lock;
    const auto& account = TestAccount::get();
    const auto folder = account.home / ".ssh";
    const auto file = folder / "authorized_keys";
    std::ostringstream kept;
    std::istringstream old(read_file(file));
    for (std::string line; std::getline(old, line);) {
      if (!is_stale(line) && !line.ends_with(tag_)) kept << line << '\n';
    }
    std::istringstream lines(add ? PeerKeys::get().authorized_lines() : "");
    for (std::string line; std::getline(lines, line);)
      kept << line << ' ' << tag_ << '\n';
    ::mkdir(folder.c_str(), 0700);
    replace(file, kept.str());
    if (::chown(folder.c_str(), account.uid, account.gid) != 0)
      throw std::system_error(errno, std::generic_category(), folder.string());
  }

  // In one step, so that a dropbear that reads it meanwhile sees the old or the new one.
  static void replace(const fs::path& file, const std::string& contents) {
    const auto& account = TestAccount::get();
    const auto next = file.string() + ".new";
    std::ofstream out(next, std::ios::trunc);
    out << contents;
    out.close();
    if (!out || ::chown(next.c_str(), account.uid, account.gid) != 0 || ::chmod(next.c_str(), 0600) != 0)
      throw std::system_error(errno, std::generic_category(), next);
    fs::rename(next, file);
  }

  std::string tag_;
};

Dropbear::Dropbear(const DropbearOptions& options) {
  if (find_program("dropbear").empty()) fail("there is no dropbear here");
  if (!is_root()) fail("dropbear's test server needs root");
  user_ = TestAccount::get().name;
  password_ = TestAccount::get().password;
  authorization_ = std::make_unique<Authorization>();
  auto arguments = make_host_keys(options.host_key_types);
  arguments.insert(arguments.end(), options.arguments.begin(), options.arguments.end());
  for (int attempt = 0; attempt < 10; ++attempt) {
    if (start(arguments)) return;
    if (log().find("Address already in use") == std::string::npos) break;
  }
  fail("dropbear does not start");
}

Dropbear::~Dropbear() = default;

std::vector<std::string> Dropbear::make_host_keys(const std::vector<std::string>& types) {
  std::vector<std::string> arguments;
  for (const auto& type : types) {
    const auto file = (directory_ / ("host_" + type)).string();
    std::vector<std::string> argv{"dropbearkey", "-f", file, "-t"};
    if (type.starts_with("ecdsa")) {
      argv.insert(argv.end(), {"ecdsa", "-s", type.substr(5)});
    } else {
      argv.push_back(type);
    }
    std::istringstream printed(run_checked(argv));
    for (std::string line; std::getline(printed, line);) {
      if (line.starts_with("ssh-") || line.starts_with("ecdsa-"))
        host_key_lines_.push_back(without_comment(line));
    }
    arguments.insert(arguments.end(), {"-r", file});
  }
  return arguments;
}

bool Dropbear::start(const std::vector<std::string>& arguments) {
  port_ = free_port();
  const auto pid_file = directory_ / "pid";
  ProcessOptions process;
  process.argv = {
      "dropbear", "-F", "-E", "-P", pid_file.string(), "-p", "127.0.0.1:" + std::to_string(port_)};
  process.argv.insert(process.argv.end(), arguments.begin(), arguments.end());
  process.log = log_file();
  process_ = std::make_unique<PeerProcess>(process);
  const auto ready = [&] { return !read_file(pid_file).empty(); };  // written once it listens
  return eventually([&] { return ready() || process_->wait(); }, milliseconds(20'000)) && ready();
}

}  // namespace amiko::test
