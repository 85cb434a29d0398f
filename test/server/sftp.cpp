// amiko - tests of listen() that serves files
#include <amiko/client/connect.hpp>
#include <amiko/server/server.hpp>

#include <boost/test/unit_test.hpp>

#include <fstream>

#include "../../libs/sftp/src/messages.hpp"
#include "common/calls.hpp"
#include "common/joined.hpp"
#include "common/temp_dir.hpp"

using namespace amiko;
using namespace amiko::test;
using namespace std::chrono_literals;

namespace {

ServerOptions with_files() {
  ServerOptions options;
  options.addresses = {"127.0.0.1"};
  options.port = 0;
  options.host_keys = {joined_host_key()};
  options.password = [](std::string_view, const Secret&) { return Decision::accept; };
  options.per_source_penalties = "no";
  options.sftp = true;
  return options;
}

Connection call(const Server& server) {
  ConnectOptions options;
  options.port = server.port();
  options.user = "robey";
  options.password = Secret(std::string_view("foo"));
  options.default_keys = false;
  options.host_key = HostKeyPolicy::none();
  return connect("127.0.0.1", options);
}

// INIT and one REALPATH or OPEN on a channel; the answers' bodies.
class Files {
 public:
  explicit Files(Channel channel) : channel_(std::move(channel)) {
    channel_.settimeout(scaled(20'000ms));
    Bytes init;
    sftp::encode_version(init, sftp::PacketType::init, 3, {});
    channel_.sendall(init);
    BOOST_REQUIRE(next().front() == 2);
  }
  /// The type's byte, the id, and the rest.
  template <class Message>
  Bytes ask(const Message& message) {
    Bytes packet;
    sftp::encode(packet, 1, message);
    channel_.sendall(packet);
    return next();
  }
  Channel& channel() { return channel_; }

 private:
  Bytes next() {
    const Bytes length = exactly(4);
    return exactly(wire::Reader(length).uint32());
  }
  Bytes exactly(std::size_t size) {
    Bytes bytes;
    while (bytes.size() < size) {
      const std::string part = channel_.recv(size - bytes.size());
      BOOST_REQUIRE(!part.empty());
      append(bytes, part);
    }
    return bytes;
  }
  Channel channel_;
};

Channel subsystem(Connection& connection, std::string_view name = "sftp") {
  Channel channel = connection.transport().open_session();
  channel.invoke_subsystem(std::string(name));
  return channel;
}

bool exists(Files& files, std::string_view path) {
  return files.ask(sftp::Stat{path}).front() == sftp::to_byte(sftp::PacketType::attrs);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(server_sftp)

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-69"))
BOOST_AUTO_TEST_CASE(the_root_is_all_that_there_is) {
  const TempDir dir;
  std::filesystem::create_directories(dir / "root");
  std::ofstream(dir / "root/inside") << "x";
  std::ofstream(dir / "outside") << "x";
  ServerOptions options = with_files();
  options.sftp_root = (dir / "root").string();
  const Server server = listen(options);
  Connection connection = call(server);
  Files files(subsystem(connection));
  BOOST_TEST(exists(files, "/inside"));
  BOOST_TEST(!exists(files, "/../outside"));
  BOOST_TEST(!exists(files, (dir / "outside").string()));
  files.channel().shutdown(Shutdown::write);
  BOOST_TEST(files.channel().recv_exit_status().code.value_or(99) == 0U);
}

BOOST_AUTO_TEST_CASE(a_function_chooses_the_files_of_each_user) {
  const TempDir dir;
  ServerOptions options = with_files();
  options.sftp_filesystem = [&dir](const ServerConnection& caller) -> std::shared_ptr<SftpFilesystem> {
    const auto home = dir / caller.identity().user;
    if (!std::filesystem::exists(home)) return nullptr;
    return local_filesystem({.root = home.string()});
  };
  const Server server = listen(options);
  Connection connection = call(server);
  Channel refused = subsystem(connection);
  BOOST_TEST(refused.recv_exit_status().code.value_or(99) == 1U);
  std::filesystem::create_directories(dir / "robey");
  std::ofstream(dir / "robey/mine") << "x";
  Files files(subsystem(connection));
  BOOST_TEST(exists(files, "/mine"));
}

BOOST_AUTO_TEST_CASE(nothing_but_files) {
  const Server server = listen(with_files());
  Connection connection = call(server);
  BOOST_CHECK_EXCEPTION(connection.run("id"), Error, has_code(errc::request_refused));
  BOOST_CHECK_EXCEPTION(subsystem(connection, "other"), Error, has_code(errc::request_refused));
  Files files(subsystem(connection));
  BOOST_TEST(exists(files, "/"));
}

BOOST_AUTO_TEST_CASE(without_it_there_are_no_files) {
  ServerOptions options = with_files();
  options.sftp = false;
  options.process = [](ServerProcess& process) { process.exit(0); };
  const Server server = listen(options);
  Connection connection = call(server);
  BOOST_CHECK_EXCEPTION(subsystem(connection), Error, has_code(errc::request_refused));
}

BOOST_AUTO_TEST_CASE(permit_is_asked) {
  ServerOptions options = with_files();
  options.permit = [](const ServerConnection&, const SessionStart& start) { return start.command != "sftp"; };
  const Server server = listen(options);
  Connection connection = call(server);
  BOOST_CHECK_EXCEPTION(subsystem(connection), Error, has_code(errc::request_refused));
}

// A forced command stands in the place of files too, unless it is the one that means files.
BOOST_TEST_DECORATOR(*boost::unit_test::label("V-11") * boost::unit_test::label("V-76"))
BOOST_AUTO_TEST_CASE(a_forced_command_rules) {
  ServerOptions options = with_files();
  options.process = [](ServerProcess& process) { process.out().write("forced"); };
  options.force_command = "backup";
  {
    const Server server = listen(options);
    Connection connection = call(server);
    Channel channel = subsystem(connection);
    BOOST_TEST(channel.recv(100) == "forced");
  }
  options.force_command = "internal-sftp";
  const Server server = listen(options);
  Connection connection = call(server);
  Files files(subsystem(connection));
  BOOST_TEST(exists(files, "/"));
  Channel command = connection.transport().open_session();
  command.exec_command("id");
  Files forced(std::move(command));
  BOOST_TEST(exists(forced, "/"));
}

BOOST_AUTO_TEST_SUITE_END()
