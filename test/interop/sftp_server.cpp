// amiko - SFTP clients of others against our server
//
// AMIKO_SFTP_SERVER names amiko-sftp-server; without it the one that was built last is taken.
#include <amiko/support/fd.hpp>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <random>

#include "common/available.hpp"
#include "interop/client.hpp"
#include "interop/server_client.hpp"
#include "interop/server_target.hpp"

namespace amiko::test {

namespace {

namespace data = boost::unit_test::data;
namespace fs = std::filesystem;

struct SftpPeer {
  std::string name;
  std::vector<std::string> needs;
  bool odd_names;  ///< takes names that are no UTF-8, and those with newlines and quotes
  bool modes;      ///< can keep permissions
  friend std::ostream& operator<<(std::ostream& out, const SftpPeer& peer) { return out << peer.name; }
};

const std::vector<SftpPeer> peers{{"sftp", {"sftp"}, true, true},
                                  {"psftp", {"psftp", "puttygen"}, false, false},
                                  {"lftp", {"lftp"}, false, true},
                                  {"curl", {"curl"}, false, false},
                                  {"sshfs", {"sshfs", "fusermount3"}, true, true},
                                  {"paramiko", {"paramiko"}, false, false},
                                  {"asyncssh", {"asyncssh"}, true, true}};

std::string random_bytes(std::size_t size) {
  static std::mt19937 random(4711);
  std::string bytes(size, '\0');
  for (char& c : bytes)
    c = static_cast<char>(random());
  return bytes;
}

void write_new(const fs::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

void make_tree(const fs::path& top, bool odd_names) {
  fs::create_directories(top / "below/deeper");
  for (const std::size_t size : {0U, 1U, 32767U, 32768U, 32769U, 5U << 20})
    write_new(top / ("size-" + std::to_string(size)), random_bytes(size));
  write_new(top / "plain", random_bytes(1000));
  write_new(top / "moved", "moved");
  write_new(top / "below/with space", "x");
  write_new(top / "below/deeper/-rf", "y");
  for (int i = 0; i < 300; ++i)
    write_new(top / "below/deeper" / ("many-" + std::to_string(i)), std::to_string(i));
  fs::permissions(top / "plain", fs::perms::owner_all | fs::perms::group_read);
  if (odd_names)
    for (const char* name : {"\xff\xfe", "new\nline", "qu'ote\"", "\xc3\xa9"})
      write_new(top / "below" / name, name);
}

// Path, permissions where they count, and content.
std::map<std::string, std::string> snapshot(const fs::path& top, bool modes) {
  std::map<std::string, std::string> all;
  for (const auto& entry : fs::recursive_directory_iterator(top)) {
    const std::string mode =
        modes ? std::to_string(static_cast<unsigned>(entry.status().permissions())) : std::string();
    all[fs::relative(entry.path(), top).string()] =
        entry.is_directory() ? "directory" : mode + " " + read_file(entry.path());
  }
  return all;
}

void expect_same(const fs::path& a, const fs::path& b, bool modes) {
  const auto first = snapshot(a, modes), second = snapshot(b, modes);
  for (const auto& [path, content] : first)
    BOOST_TEST((second.contains(path) && second.at(path) == content), path << " is not the same in " << b);
  BOOST_TEST(first.size() == second.size());
}

std::string fingerprint_of(const Target& target) {
  const TempDir dir;
  write_new(dir / "keys", target.host_key_lines.front() + "\n");
  const std::string line = run_checked({"ssh-keygen", "-lf", (dir / "keys").string()});
  const auto start = line.find("SHA256:");
  return line.substr(start, line.find(' ', start) - start);
}

CommandResult run_peer(const std::string& name, const Target& target, const fs::path& home,
                       const fs::path& source, const fs::path& back) {
  const fs::path key = home / "key";
  fs::copy_file(PeerKeys::get().client_key("ed25519"), key);
  fs::permissions(key, fs::perms::owner_read | fs::perms::owner_write);
  write_new(home / "key.pub", PeerKeys::get().client_key_line("ed25519") + "\n");
  write_new(home / "hosts", known_hosts_lines(target.port, target.host_key_lines));
  return run(
      {.argv = {"bash", source_file("test/interop/peers/sftp_clients.sh").string(), name},
       .environment = {"PORT=" + std::to_string(target.port), "USER=" + target.user,
                       "PASSWORD=" + target.password, "KEY=" + key.string(),
                       "KNOWN_HOSTS=" + (home / "hosts").string(), "FINGERPRINT=" + fingerprint_of(target),
                       "SOURCE=" + source.string(), "TARGET=" + back.string(), "HOME=" + home.string()}},
      {}, scaled(milliseconds(60'000)));
}

/// Empty where there is none, after a line that says so.
fs::path find_sftp_server() {
  if (const char* path = std::getenv("AMIKO_SFTP_SERVER")) return fs::absolute(path);
  fs::path newest;
  std::error_code ignored;
  for (fs::recursive_directory_iterator file(source_file("out"), ignored), end; file != end;
       file.increment(ignored)) {
    if (file->path().filename() != "amiko-sftp-server" || !file->is_regular_file(ignored)) continue;
    if (newest.empty() || file->last_write_time() > fs::last_write_time(newest)) newest = file->path();
  }
  if (newest.empty())
    std::cout << "skipped: " << boost::unit_test::framework::current_test_case().full_name()
              << ": no amiko-sftp-server was built" << std::endl;
  return newest;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sftp_server)

BOOST_DATA_TEST_CASE(a_tree_goes_up_and_comes_back, data::make(peers), peer) {
  for (const std::string& need : peer.needs)
    if (lacks({need})) return;
  if (peer.name == "sshfs" && !fs::exists("/dev/fuse")) return;
  const TempDir dir;
  const fs::path root = dir / "root", source = dir / "source", home = dir / "home";
  fs::create_directories(root / "arena");
  fs::create_directories(home);
  make_tree(source, peer.odd_names);
  const TestServer server([&](ServerOptions& options) {
    options.sftp = true;
    options.sftp_root = root.string();
  });
  const CommandResult result = run_peer(peer.name, server.target(), home, source, dir / "back");
  BOOST_REQUIRE_MESSAGE(result.exit_code == 0, result.out << result.err);
  expect_same(source, root / (peer.name == "sshfs" ? "arena/up" : "up"), peer.modes);
  expect_same(source, dir / "back", peer.modes);
}

// Without any SSH: sftp starts the program itself.
BOOST_AUTO_TEST_CASE(sftp_with_amiko_sftp_server, *needs({"sftp"})) {
  const fs::path program = find_sftp_server();
  if (program.empty()) return;
  const TempDir dir;
  const fs::path source = dir / "source";
  make_tree(source, true);
  const std::string batch = "mkdir " + (dir / "up").string() + "\nput -rp " + source.string() + "/. " +
                            (dir / "up").string() + "\nget -rp " + (dir / "up").string() + " " +
                            (dir / "back").string() + "\nget /proc/self/status " + (dir / "status").string() +
                            "\n";
  const CommandResult result =
      run(ProcessOptions{.argv = {"sftp", "-b", "-", "-D", program.string() + " -e -l INFO"}}, batch,
          scaled(milliseconds(60'000)));
  BOOST_REQUIRE_MESSAGE(result.exit_code == 0, result.out << result.err);
  expect_same(source, dir / "up", true);
  expect_same(source, dir / "back", true);
  BOOST_TEST(read_file(dir / "status").find("State:") != std::string::npos);
  BOOST_TEST(result.err.find("bytes read 0 written 32769") != std::string::npos, result.err);
  BOOST_TEST(result.err.find("flags WRITE,CREATE,TRUNCATE mode 0") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(options_of_amiko_sftp_server, *needs({"sftp"})) {
  const fs::path program = find_sftp_server();
  if (program.empty()) return;
  const TempDir dir;
  const auto batch = [&](const std::string& options, const std::string& commands) {
    return run(ProcessOptions{.argv = {"sftp", "-b", "-", "-D", program.string() + " " + options}}, commands)
        .exit_code;
  };
  write_new(dir / "file", "x");
  BOOST_TEST(batch("-R -d " + dir.path().string(), "get file " + (dir / "got").string()) == 0);
  BOOST_TEST(batch("-R -d " + dir.path().string(), "put " + (dir / "got").string() + " new") != 0);
  BOOST_TEST(batch("-R -d " + dir.path().string(), "rename file new") != 0);
  BOOST_TEST(!fs::exists(dir / "new"));
  BOOST_TEST(batch("-P remove -d " + dir.path().string(), "rm file") != 0);
  BOOST_TEST(batch("-u 077 -d " + dir.path().string(), "mkdir private") == 0);
  BOOST_TEST((fs::status(dir / "private").permissions() == fs::perms::owner_all));
  BOOST_TEST(run({program.string(), "-Q", "requests"}).out.starts_with("open\nclose\nread\n"));
  BOOST_TEST(run({program.string(), "-h"}).exit_code == 1);
  BOOST_TEST(run({program.string(), "-u", "9"}).exit_code != 0);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::test
