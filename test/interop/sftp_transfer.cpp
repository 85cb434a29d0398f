// amiko - copies by SFTP with the servers of others, there and back
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/available.hpp"
#include "common/temp_dir.hpp"
#include "interop/client.hpp"

namespace amiko::test {

namespace {

namespace data = boost::unit_test::data;
namespace fs = std::filesystem;

const std::vector<std::string> sftp_servers{"sshd", "openssh10", "asyncssh", "paramiko"};

/// A client, a directory here and one there, both removed at the end.
struct Session {
  explicit Session(const std::string& name)
      : server(start_server(name)),
        connection(Client(*server).connect()),
        sftp(connection.sftp({.timeout = scaled(milliseconds(30'000))})) {
    sftp.mkdir(there);
  }
  ~Session() {
    std::error_code ignored;
    fs::remove_all(there, ignored);
  }

  const TempDir here;
  const std::string there = "/tmp/amiko-transfer-" + here.path().filename().string();
  std::shared_ptr<PeerServer> server;
  Connection connection;
  SftpClient sftp;
};

// Paths, kinds, permissions and contents of all below.
std::map<std::string, std::string> tree_of(const fs::path& top) {
  std::map<std::string, std::string> tree;
  for (const auto& entry : fs::recursive_directory_iterator(top)) {
    const std::string name = entry.path().string().substr(top.string().size());
    if (entry.is_symlink())
      tree[name] = "link to " + fs::read_symlink(entry.path()).string();
    else if (entry.is_directory())
      tree[name] = "directory";
    else
      tree[name] =
          std::to_string(static_cast<unsigned>(entry.status().permissions())) + read_file(entry.path());
  }
  return tree;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sftp_transfer)

BOOST_DATA_TEST_CASE(a_tree_there_and_back, data::make(sftp_servers), name) {
  if (lacks({name})) return;
  Session s(name);
  fs::create_directories(s.here / "tree/sub/er");
  for (const std::size_t size : {0, 1, 32767, 32768, 32769, 5 << 20})
    s.here.write("tree/" + std::to_string(size), much_data(size));
  for (const std::string odd : {"-dash", " blank ", "new\nline", "*?[x]", "\xc3\xa4"})
    s.here.write("tree/sub/" + odd, odd);
  for (int i = 0; i < 300; ++i)
    s.here.write("tree/sub/er/" + std::to_string(i), much_data(static_cast<std::size_t>(i) * 10));
  fs::permissions(s.here / "tree/1", fs::perms(0751));
  fs::create_symlink("sub", s.here / "tree/link");

  const TransferOptions options{.recurse = true, .preserve = true, .follow_symlinks = false, .verify = true};
  const TransferResult put = s.sftp.put(s.here / "tree", s.there, options);
  BOOST_TEST(put.files == 311U);
  BOOST_TEST(put.links == 1U);
  const TransferResult copied = s.sftp.copy(s.there + "/tree", s.there + "/copy", options);
  BOOST_TEST(copied.files == 311U);
  const TransferResult got = s.sftp.get(s.there + "/copy", s.here / "back", options);
  BOOST_TEST(got.files == 311U);
  BOOST_TEST((tree_of(s.here / "back") == tree_of(s.here / "tree")));
}

BOOST_DATA_TEST_CASE(a_copy_goes_on_where_it_ended, data::make(sftp_servers), name) {
  if (lacks({name})) return;
  Session s(name);
  const std::string content = much_data(3'000'000);
  s.here.write("file", content);
  s.here.write("part", content.substr(0, 1'234'567));
  s.sftp.put(s.here / "part", s.there + "/file");
  const TransferResult put = s.sftp.put(s.here / "file", s.there, {.resume = true});
  BOOST_TEST(put.resumed == 1'234'567U);
  const TransferResult got = s.sftp.get(s.there + "/file", s.here / "part", {.resume = true});
  BOOST_TEST(got.resumed == 1'234'567U);
  BOOST_TEST((read_file(s.here / "part") == content));
}

BOOST_DATA_TEST_CASE(patterns, data::make(sftp_servers), name) {
  if (lacks({name})) return;
  Session s(name);
  for (const char* file : {"a.txt", "b.txt", "c.dat"})
    s.here.write(file, file);
  const TransferResult put = s.sftp.mput({s.here / "*.txt", s.here / "*.dat"}, s.there);
  BOOST_TEST(put.files == 3U);
  fs::create_directory(s.here / "back");
  const TransferResult got = s.sftp.mget({s.there + "/[ab].*"}, s.here / "back");
  BOOST_TEST(got.files == 2U);
  BOOST_TEST(read_file(s.here / "back/b.txt") == "b.txt");
  BOOST_CHECK_THROW(s.sftp.mget({s.there + "/none*"}, s.here / "back"), TransferError);
}

BOOST_DATA_TEST_CASE(what_the_server_refuses_is_told, data::make(sftp_servers), name) {
  if (lacks({name})) return;
  Session s(name);
  BOOST_CHECK_THROW(s.sftp.get(s.there + "/none", s.here / "x"), TransferError);
  s.here.write("file", "x");
  BOOST_CHECK_THROW(s.sftp.put(s.here / "file", s.there + "/none/file"), TransferError);
  BOOST_TEST(!fs::exists(s.here / "x"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::test
