// amiko - the SFTP client with the servers of others
#include <sys/stat.h>
#include <unistd.h>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "common/available.hpp"
#include "common/peer_process.hpp"
#include "common/sshd.hpp"
#include "common/test_account.hpp"
#include "interop/client.hpp"

namespace amiko::test {

namespace {

namespace data = boost::unit_test::data;
using Strings = std::vector<std::string>;

constexpr const char* sftp_server_program = "/usr/lib/openssh/sftp-server";

struct SftpServerCase {
  const char* name;
  bool openssh;  ///< has its extensions
  bool bytes;    ///< names are bytes, and not text
  friend std::ostream& operator<<(std::ostream& out, const SftpServerCase& one) { return out << one.name; }
};
const SftpServerCase servers[] = {
    {"sftp-server", true, true}, {"sshd", true, true}, {"asyncssh", false, true}, {"paramiko", false, false}};

bool cannot_run(const SftpServerCase& one) {
  if (std::string(one.name) == "sftp-server") return lacks({sftp_server_program});
  return lacks({one.name});
}

/// A client of one of them, and a directory on its side that is removed at the end.
class RemoteFiles {
 public:
  explicit RemoteFiles(const SftpServerCase& one) : client(start(one)) {
    client->mkdir(directory);
    client->chdir(directory);
  }
  ~RemoteFiles() {
    std::error_code ignored;
    std::filesystem::remove_all(directory, ignored);
  }
  RemoteFiles(const RemoteFiles&) = delete;
  RemoteFiles& operator=(const RemoteFiles&) = delete;

  const std::string directory = "/tmp/amiko-sftp-" + random_text();

 private:
  std::optional<SftpClient> start(const SftpServerCase& one) {
    const std::string name = one.name;
    const SftpOptions options{.timeout = scaled(milliseconds(30'000))};
    if (name == "sftp-server") return SftpClient(pipe_to_program(), options);
    server_ = start_server(name);
    connection_.emplace(Client(*server_).connect());
    return connection_->sftp(options);
  }
  std::shared_ptr<SftpStream> pipe_to_program() {
    program_ = std::make_unique<PeerProcess>(
        ProcessOptions{.argv = {sftp_server_program}, .pipe_stdin = true, .pipe_stdout = true});
    const int in = ::dup(program_->stdout_fd()), out = ::dup(program_->stdin_fd());
    program_->close_stdin();
    return sftp_stream(in, out);
  }

  std::shared_ptr<PeerServer> server_;
  std::optional<Connection> connection_;
  std::unique_ptr<PeerProcess> program_;

 public:
  std::optional<SftpClient> client;
};

auto is(sftp_errc status) {
  return [status](const SftpError& e) {
    const bool same = e.status() == status;
    if (!same) BOOST_TEST_MESSAGE("thrown was: " << e.what());
    return same;
  };
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sftp_client)

BOOST_DATA_TEST_CASE(files_of_all_sizes_come_back, data::make(servers), one) {
  if (cannot_run(one)) return;
  RemoteFiles remote(one);
  for (const std::size_t size : {0u, 1u, 32767u, 32768u, 32769u, 5u << 20}) {
    const std::string content = much_data(size);
    remote.client->write_file("file", content);
    BOOST_TEST(remote.client->getsize("file") == size);
    BOOST_TEST((remote.client->read_file("file") == content), size << " bytes");
    BOOST_TEST((read_file(std::filesystem::path(remote.directory) / "file") == content), size << " bytes");
  }
}

BOOST_DATA_TEST_CASE(a_file_is_read_and_written_anywhere, data::make(servers), one) {
  if (cannot_run(one)) return;
  RemoteFiles remote(one);
  SftpFile file = remote.client->open("file", "w+");
  file.write("0123456789\nsecond line\n");
  file.pwrite("ab", 3);
  file.seek(0);
  BOOST_TEST(file.readline().value() == "012ab56789\n");
  BOOST_TEST(file.readline().value() == "second line\n");
  BOOST_TEST(!file.readline().has_value());
  file.truncate(5);
  BOOST_TEST(file.stat().size.value() == 5u);
  file.close();
  SftpFile more = remote.client->open("file", "a");
  more.write("+");
  more.close();
  BOOST_TEST(remote.client->read_file("file") == "012ab+");
  BOOST_CHECK_THROW(remote.client->open("file", "x"), SftpError);
  remote.client->write_file("large", much_data(1 << 20));
  BOOST_TEST((remote.client->open("large").read_all() == much_data(1 << 20)));
}

BOOST_DATA_TEST_CASE(attributes_are_read_and_set, data::make(servers), one) {
  if (cannot_run(one)) return;
  RemoteFiles remote(one);
  SftpClient& client = *remote.client;
  client.write_file("file", "12345");
  client.chmod("file", 0640);
  client.utime("file", FileTime{1'000'000'000}, FileTime{1'100'000'000});
  struct stat status {};
  BOOST_REQUIRE(::stat((remote.directory + "/file").c_str(), &status) == 0);
  BOOST_TEST((status.st_mode & 07777u) == 0640u);
  BOOST_TEST(status.st_mtime == 1'100'000'000);
  const SftpAttributes told = client.stat("file");
  BOOST_TEST(told.size.value() == 5u);
  BOOST_TEST(told.mode().value() == 0640u);
  BOOST_TEST(told.uid.value() == status.st_uid);
  BOOST_TEST((told.mtime == FileTime{1'100'000'000}));
  BOOST_TEST((client.getatime("file") == FileTime{1'000'000'000}));
  client.truncate("file", 2);
  BOOST_TEST(client.read_file("file") == "12");
  BOOST_TEST(client.isfile("file"));
  BOOST_TEST(client.isdir("."));
  BOOST_TEST(!client.exists("nothing"));
  BOOST_CHECK_EXCEPTION(client.stat("nothing"), SftpError, is(sftp_errc::no_such_file));
  BOOST_CHECK_EXCEPTION(client.open("nothing"), SftpError, is(sftp_errc::no_such_file));
  BOOST_CHECK_THROW(client.remove("nothing"), SftpError);
}

BOOST_DATA_TEST_CASE(directories_are_made_listed_searched_and_removed, data::make(servers), one) {
  if (cannot_run(one)) return;
  RemoteFiles remote(one);
  SftpClient& client = *remote.client;
  BOOST_TEST(client.getcwd() == remote.directory);
  client.makedirs("a/b/c");
  client.makedirs("a/b/c");
  for (int i = 0; i < 300; ++i)
    client.write_file("a/b/f" + std::to_string(i), "");
  BOOST_TEST(client.listdir("a/b").size() == 301u);
  BOOST_TEST(client.glob("a/*/f29?").size() == 10u);
  BOOST_TEST(client.glob("**/c/") == Strings{"a/b/c"}, boost::test_tools::per_element());
  client.rename("a/b/f1", "a/moved");
  BOOST_TEST(client.exists("a/moved"));
  BOOST_CHECK_THROW(client.rmdir("a"), SftpError);
  client.rmtree("a");
  BOOST_TEST(client.listdir().empty());
}

BOOST_DATA_TEST_CASE(links_say_what_they_were_given, data::make(servers), one) {
  if (cannot_run(one)) return;
  RemoteFiles remote(one);
  SftpClient& client = *remote.client;
  client.write_file("target", "content");
  client.symlink("target", "link");
  BOOST_TEST(std::filesystem::read_symlink(remote.directory + "/link") == "target");
  BOOST_TEST(client.readlink("link") == "target");
  BOOST_TEST(client.islink("link"));
  BOOST_TEST(client.read_file("link") == "content");
  BOOST_TEST(client.realpath("link").starts_with(remote.directory));
  client.symlink("nowhere", "dangling");
  BOOST_TEST(!client.exists("dangling"));
  BOOST_TEST(client.lexists("dangling"));
  client.mkdir("d");
  client.symlink("../target", "d/up");
  client.rmtree("d");
  BOOST_TEST(client.exists("target"));
}

BOOST_DATA_TEST_CASE(odd_names_survive, data::make(servers), one) {
  if (cannot_run(one)) return;
  RemoteFiles remote(one);
  SftpClient& client = *remote.client;
  Strings names{"-rf", "--", "new\nline", " ", "a b", "*", "\\", "~", "\xc3\xa9", std::string(255, 'n')};
  if (one.bytes) names.emplace_back("\xff\xfe\x80");
  for (const std::string& name : names) {
    client.write_file(name, name);
    BOOST_TEST(client.read_file(name) == name);
  }
  std::sort(names.begin(), names.end());
  BOOST_TEST(client.listdir() == names, boost::test_tools::per_element());
  BOOST_TEST(client.glob("\\*") == Strings{"*"}, boost::test_tools::per_element());
  for (const std::string& name : names)
    client.remove(name);
  BOOST_TEST(client.listdir().empty());
}

BOOST_DATA_TEST_CASE(many_threads_share_a_client, data::make(servers), one) {
  if (cannot_run(one)) return;
  RemoteFiles remote(one);
  SftpClient& client = *remote.client;
  std::atomic<int> right{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 6; ++t)
    threads.emplace_back([&client, &right, t] {
      try {
        const std::string name = "file" + std::to_string(t);
        const std::string content =
            much_data(700'000 + static_cast<std::size_t>(t), static_cast<std::uint64_t>(t));
        client.write_file(name, content);
        const bool same = client.read_file(name) == content && client.getsize(name) == content.size();
        right += same && client.listdir("/").size() > 3;
      } catch (const std::exception& e) {
        std::cerr << "a thread: " << e.what() << '\n';
      }
    });
  for (std::thread& thread : threads)
    thread.join();
  BOOST_TEST(right == 6);
}

BOOST_DATA_TEST_CASE(extensions_of_openssh, data::make(servers), one) {
  if (!one.openssh || cannot_run(one)) return;
  RemoteFiles remote(one);
  SftpClient& client = *remote.client;
  client.write_file("a", "from here");
  client.write_file("b", "other");
  client.posix_rename("a", "b");
  BOOST_TEST(client.read_file("b") == "from here");
  client.link("b", "c");
  BOOST_TEST(std::filesystem::hard_link_count(remote.directory + "/b") == 2u);
  BOOST_TEST(client.limits().max_read > 32768u);
  const SftpStatVfs system = client.statvfs(".");
  BOOST_TEST(system.blocks > 0u);
  BOOST_TEST(system.name_max == 255u);
  if (client.supports("expand-path@openssh.com")) BOOST_TEST(client.expand_path("~").starts_with('/'));
  if (client.supports("home-directory")) BOOST_TEST(client.home_directory("root") == "/root");
  if (client.supports("users-groups-by-id@openssh.com")) {
    BOOST_TEST(client.user_names({0, 4'000'000'000u}) == (Strings{"root", ""}),
               boost::test_tools::per_element());
    BOOST_TEST(client.group_names({0}) == Strings{"root"}, boost::test_tools::per_element());
  }
  client.symlink("b", "link");
  client.utime("link", FileTime{5}, FileTime{6}, false);
  BOOST_TEST((client.lstat("link").mtime == FileTime{6}));
  BOOST_TEST((client.stat("link").mtime != FileTime{6}));
  SftpFile from = client.open("b"), to = client.open("copy", "w+");
  to.write("0123456789");
  to.fsync();
  BOOST_TEST(to.statvfs().blocks == system.blocks);
  if (client.supports_remote_copy()) {
    client.remote_copy(from, 5, 4, to, 2);
    BOOST_TEST(to.read_all().empty());
    to.seek(0);
    BOOST_TEST(to.read_all() == "01here6789");
  }
}

BOOST_DATA_TEST_CASE(files_whose_size_is_a_lie_are_read_whole, data::make(servers), one) {
  if (!one.openssh || cannot_run(one)) return;
  RemoteFiles remote(one);
  BOOST_TEST(remote.client->getsize("/proc/self/status") == 0u);
  const std::string status = remote.client->read_file("/proc/self/status");
  BOOST_TEST(has(status, "Name:\tsftp-server"));
  BOOST_TEST(status.back() == '\n');
  const std::string symbols = remote.client->read_file("/proc/kallsyms");
  BOOST_TEST(symbols.size() == read_file("/proc/kallsyms").size());
}

BOOST_AUTO_TEST_CASE(a_server_that_is_killed_is_told_in_the_middle, *needs({"sshd"})) {
  Sshd server;
  Connection connection = Client(server).connect();
  SftpClient client = connection.sftp({.timeout = scaled(milliseconds(30'000))});
  SftpFile file = client.open("/dev/zero");
  BOOST_TEST(file.read(1000).size() > 0u);
  server.stop();
  BOOST_CHECK_THROW(for (;;) file.read(1 << 20), Disconnected);
  BOOST_CHECK_THROW(client.stat("/"), Disconnected);
}

BOOST_AUTO_TEST_CASE(a_server_without_sftp_is_a_channel_error, *needs({"dropbear"})) {
  const auto server = start_server("dropbear");
  Connection connection = Client(*server).connect();
  BOOST_CHECK_THROW(connection.sftp({.timeout = scaled(milliseconds(30'000))}), Error);
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace amiko::test
