// amiko - records the sessions anew, with the peers that are installed: --run_test=record
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <functional>
#include <thread>

#include "common/available.hpp"
#include "common/calls.hpp"
#include "common/dropbear.hpp"
#include "common/joined.hpp"
#include "common/python_server.hpp"
#include "common/sshd.hpp"
#include "recorded/fixed_source.hpp"
#include "recorded/recording.hpp"
#include "recorded/session.hpp"

namespace amiko::test {

namespace {

namespace fs = std::filesystem;

/// Carries bytes between amiko and the peer, one side's turn at a time, and writes them down.
class Recorder {
 public:
  Recorder(int amiko_side, support::UniqueFd peer, Recording& recording)
      : amiko_(amiko_side), peer_(std::move(peer)), recording_(recording), thread_([this] { run(); }) {}
  ~Recorder() { join(); }
  /// Waits for amiko's end of the stream.
  void join() {
    if (thread_.joinable()) thread_.join();
  }

 private:
  void run() {
    bool peer_speaks = true;
    for (;;) {
      pollfd ends[] = {{amiko_.get(), POLLIN, 0}, {peer_speaks ? peer_.get() : -1, POLLIN, 0}};
      if (::poll(ends, 2, -1) < 0) return;
      if (ends[0].revents != 0 && !carry(amiko_.get(), peer_.get(), true)) return;
      if (ends[1].revents != 0 && !carry(peer_.get(), amiko_.get(), false)) {
        peer_speaks = false;
        ::shutdown(amiko_.get(), SHUT_WR);
      }
    }
  }

  bool carry(int from, int to, bool ours) {
    std::array<std::uint8_t, 65'536> buffer{};
    const auto n = ::recv(from, buffer.data(), buffer.size(), 0);
    if (n <= 0) return false;
    const ByteView data(buffer.data(), static_cast<std::size_t>(n));
    recording_.append(ours, data);
    return ::send(to, data.data(), data.size(), MSG_NOSIGNAL) == n || ours;
  }

  support::UniqueFd amiko_, peer_;
  Recording& recording_;
  std::thread thread_;
};

/// Plays the session with the peer at the other end of `peer`.
void record(const Session& session, support::UniqueFd peer, Recording& recording) {
  restart_random();
  const auto [theirs, ours] = stream_pair();
  Recorder recorder(theirs, std::move(peer), recording);
  play(session, recording, ours);
  recorder.join();
}

std::string first_line(const std::string& text) {
  return text.substr(0, text.find_first_of("\r\n"));
}

/// The identification line that the peer began with.
std::string version_of(const Recording& recording) {
  for (const Segment& segment : recording.segments)
    if (!segment.ours) return first_line(ByteView(segment.data).str());
  return {};
}

void keep(const Session& session, Recording& recording) {
  recording.peer = std::string(session.peer) + ", " + version_of(recording);
  recording.save(recording_file(session.name));
}

// --- amiko as the client

std::shared_ptr<PeerServer> start_peer(const Session& session) {
  const std::string name = session.peer;
  if (name == "dropbear") return std::make_shared<Dropbear>();
  if (name == "asyncssh" || name == "paramiko")
    return std::make_shared<PythonServer>(
        PythonServerOptions{.peer = name == "asyncssh" ? PythonPeer::asyncssh : PythonPeer::paramiko,
                            .kex = {session.kex},
                            .ciphers = {session.cipher},
                            .macs = {session.mac},
                            .compression = {session.compression}});
  return std::make_shared<Sshd>(
      SshdOptions{.config = {std::string("KexAlgorithms ") + session.kex,
                             std::string("Ciphers ") + session.cipher, std::string("MACs ") + session.mac},
                  .openssh10 = name == "openssh10"});
}

void record_client(const Session& session) {
  const auto server = start_peer(session);
  Recording recording;
  recording.user = server->user();
  if (session.password)
    recording.password = server->password();
  else
    recording.key = read_file(PeerKeys::get().client_key(session.key_type));
  record(session, connect_to_loopback(server->port()), recording);
  keep(session, recording);
}

// --- amiko as the server

constexpr const char* paramiko_program = R"(
import sys, paramiko
t = paramiko.Transport(('127.0.0.1', int(sys.argv[1])))
o = t.get_security_options()
o.kex, o.ciphers, o.digests = (sys.argv[2],), (sys.argv[3],), (sys.argv[4],)
t.start_client(timeout=60)
t.auth_password(sys.argv[5], sys.argv[6])
c = t.open_session()
c.exec_command(sys.argv[7])
assert c.recv(4) == b'one\n'
t.renegotiate_keys()
c.sendall(sys.argv[8].encode())
c.shutdown_write()
assert c.recv_exit_status() == 7
t.close()
)";

std::vector<std::string> openssh_arguments(const Session& session, const std::string& port,
                                           const std::string& user, const std::string& key) {
  const char* folder = std::getenv("AMIKO_OPENSSH10");
  const bool ten = session.peer == std::string("ssh10");
  std::vector<std::string> argv{ten && folder ? (fs::absolute(folder) / "usr/bin/ssh").string() : "ssh",
                                "-F",
                                "none",
                                "-T",
                                "-p",
                                port,
                                "-l",
                                user,
                                "-i",
                                key};
  for (const std::string& option :
       {std::string("KexAlgorithms=") + session.kex, std::string("HostKeyAlgorithms=") + session.host_key,
        std::string("Ciphers=") + session.cipher, std::string("MACs=") + session.mac,
        std::string("Compression=") + (session.compression == std::string("none") ? "no" : "yes"),
        std::string("NoHostAuthenticationForLocalhost=yes"), std::string("UserKnownHostsFile=none"),
        std::string("GlobalKnownHostsFile=none"), std::string("IdentityAgent=none"),
        std::string("IdentitiesOnly=yes")})
    argv.insert(argv.end(), {"-o", option});
  argv.insert(argv.end(), {loopback, recorded_command});
  return argv;
}

ProcessOptions client_program(const Session& session, const std::string& port, const Recording& recording) {
  const std::string peer = session.peer, &user = recording.user;
  if (peer == "paramiko-client")
    return {.argv = {python_program, "-W", "ignore", "-c", paramiko_program, port, session.kex,
                     session.cipher, session.mac, user, recording.password, recorded_command,
                     recorded_input}};
  if (peer == "dbclient")
    return {.argv = {"dbclient", "-y", "-y", "-T", "-p", port, "-l", user, "-c", session.cipher, "-m",
                     session.mac, loopback, recorded_command},
            .environment = {"DROPBEAR_PASSWORD=" + recording.password}};
  return {.argv = openssh_arguments(session, port, user, PeerKeys::get().client_key("ed25519").string())};
}

void record_server(const Session& session) {
  Recording recording;
  recording.user = "robey";
  if (session.password) recording.password = "foo";
  recording.key = read_file(PeerKeys::get().host_key(session.key_type));
  const support::UniqueFd listener = listen_on_loopback();
  ProcessOptions options = client_program(session, std::to_string(local_port(listener.get())), recording);
  for (const std::string& word : options.argv)
    recording.command += (recording.command.empty() ? "" : " ") + fs::path(word).filename().string();
  const TempDir home;
  options.environment.push_back("HOME=" + home.path().string());
  CommandResult result;
  Call client([&] { result = run(options, recorded_input, milliseconds(60'000)); });
  std::string error;
  try {
    record(session, support::UniqueFd(::accept(listener.get(), nullptr, nullptr)), recording);
  } catch (const std::exception& thrown) {
    error = thrown.what();
  }
  const auto failure = client.failure();
  BOOST_REQUIRE_MESSAGE(error == "", error << ": " << result.err);
  BOOST_TEST(!failure);
  BOOST_TEST(result.exit_code == (session.rekey == Session::Rekey::theirs ? 0 : 7), result.err);
  if (recording.command.find('\n') != std::string::npos) recording.command.clear();  // a script, above
  keep(session, recording);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(record, *boost::unit_test::disabled())

BOOST_DATA_TEST_CASE(all, boost::unit_test::data::make(sessions()), session) {
  BOOST_TEST_CONTEXT(session.name) {
    session.server ? record_server(session) : record_client(session);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::test
