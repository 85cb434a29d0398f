// amiko - what goes wrong has its own error, says what to do about it, comes in time and loses nothing
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <functional>

#include "common/available.hpp"
#include "common/python_server.hpp"
#include "common/raw_server.hpp"
#include "common/scripted_server.hpp"
#include "common/sshd.hpp"
#include "interop/client.hpp"

namespace amiko::test {

namespace {

namespace data = boost::unit_test::data;

/// The deadline of calls that nobody answers.
constexpr milliseconds brief(300);

Timeout limit() {
  return scaled(milliseconds(60'000));
}

/// caught(), and it must not take longer than a call with a brief deadline may on a busy machine.
template <class Exception, class Call>
Exception caught_in_time(errc code, const std::string& part, Call&& call) {
  const auto before = Clock::now();
  Exception error = caught<Exception>(code, part, std::forward<Call>(call));
  BOOST_TEST((Clock::now() - before < scaled(milliseconds(20'000))));
  return error;
}

/// Options for a server that is none: nothing is known of it.
ConnectOptions options_for(std::uint16_t port) {
  ConnectOptions options;
  options.port = port;
  options.user = "somebody";
  options.default_keys = false;
  options.host_key = HostKeyPolicy::none();
  return options;
}

std::string address(std::uint16_t port) {
  return std::string(loopback) + ":" + std::to_string(port);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(errors)

// --- on the way to the server

BOOST_AUTO_TEST_SUITE(reaching)

BOOST_AUTO_TEST_CASE(name_not_found) {
  auto options = options_for(22);
  const auto error =
      caught<ConnectError>(errc::name_not_found, unknown_host, [&] { connect(unknown_host, options); });
  BOOST_TEST((error.phase() == Phase::resolve));
}

BOOST_AUTO_TEST_CASE(refused) {
  const RefusedPort port;
  const auto error = caught_in_time<ConnectError>(errc::connection_refused, address(port.port()),
                                                  [&] { connect(loopback, options_for(port.port())); });
  BOOST_TEST((error.phase() == Phase::connect));
  BOOST_TEST(!error.hint().empty());
}

BOOST_AUTO_TEST_CASE(unreachable) {
  caught_in_time<ConnectError>(errc::unreachable, unreachable_address,
                               [&] { connect(unreachable_address, options_for(22)); });
}

BOOST_AUTO_TEST_CASE(no_answer_to_connect) {
  const FullPort full;
  auto options = options_for(full.port());
  options.connect_timeout = brief;
  const auto error = caught_in_time<TimeoutError>(errc::timed_out, address(full.port()),
                                                  [&] { connect(loopback, options); });
  BOOST_TEST((error.phase() == Phase::connect));
  options.connect_timeout = forever;
  options.timeout = brief;
  caught_in_time<TimeoutError>(errc::timed_out, address(full.port()), [&] { connect(loopback, options); });
}

BOOST_AUTO_TEST_CASE(no_such_socket) {
  const TempDir directory;
  auto options = options_for(22);
  options.unix_socket = (directory / "nobody").string();
  const auto error =
      caught<ConnectError>(errc::connect_failed, options.unix_socket, [&] { connect("host", options); });
  BOOST_TEST(has(error.what(), "No such file"));
}

BOOST_AUTO_TEST_CASE(proxy_command_that_ends) {
  auto options = options_for(22);
  options.proxy_command = "false";
  options.handshake_timeout = limit();
  caught_in_time<Disconnected>(errc::connection_lost, "", [&] { connect("host", options); });
}

BOOST_AUTO_TEST_CASE(two_ways_at_once) {
  auto options = options_for(22);
  options.proxy_command = "true";
  options.unix_socket = "/nowhere";
  caught<Error>(errc::invalid_argument, "proxy_command", [&] { connect("host", options); });
}

BOOST_AUTO_TEST_SUITE_END()

// --- what answers is no good server

struct Misfit {
  const char* name;
  RawScript script;
  errc code;
  Phase phase;
  const char* part;
  friend std::ostream& operator<<(std::ostream& out, const Misfit& misfit) { return out << misfit.name; }
};

Bytes with_ident(const Bytes& more) {
  Bytes all = ByteView(raw::ident).bytes();
  append(all, more);
  return all;
}

const Misfit misfits[] = {
    {"silence", raw::silent(), errc::timed_out, Phase::version, ""},
    {"garbage", raw::garbage(), errc::not_ssh, Phase::version, ""},
    {"web server", raw::http(), errc::not_ssh, Phase::version, "HTTP"},
    {"over-long identification", raw::overlong_ident(), errc::not_ssh, Phase::version, "over-long"},
    {"endless banner", raw::endless_banner(), errc::not_ssh, Phase::version, "no identification"},
    {"SSH-1", raw::ssh1_only(), errc::old_protocol, Phase::version, "SSH-1.5-old"},
    {"end at once", raw::closes_at_once(), errc::connection_lost, Phase::version, ""},
    {"reset at once", raw::resets_at_once(), errc::connection_lost, Phase::version, ""},
    {"end after identification", raw::closes_after_ident(), errc::connection_lost, Phase::kex, ""},
    {"silence after identification", raw::ident_only(), errc::timed_out, Phase::kex, ""},
    {"a message that nobody knows", raw::ident_then_garbage(), errc::timed_out, Phase::kex, ""},
    {"no packet", raw::says(with_ident(Bytes(1000, 'A'))), errc::packet_too_large, Phase::kex, "1094795585"},
    {"nothing but padding", raw::says(with_ident({0, 0, 0, 12, 11, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0})),
     errc::malformed_packet, Phase::kex, "without content"},
    {"more padding than packet", raw::says(with_ident({0, 0, 0, 12, 200, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0})),
     errc::corrupted_packet, Phase::kex, "padding of 200"},
    {"oversized packet", raw::ident_then_oversized(), errc::packet_too_large, Phase::kex, "4294967295"},
    {"truncated packet", raw::ident_then_truncated(), errc::connection_lost, Phase::kex, "in the middle"},
    {"silence in the key exchange", raw::ident_then_kexinit({}), errc::timed_out, Phase::kex, ""},
};

BOOST_DATA_TEST_CASE(misfits_are_told_apart, data::make(misfits), misfit) {
  RawServer server(misfit.script);
  auto options = options_for(server.port());
  options.handshake_timeout = misfit.code == errc::timed_out ? Timeout(brief) : limit();
  const auto before = Clock::now();
  try {
    connect(loopback, options);
    BOOST_FAIL("it connected");
  } catch (const Error& error) {
    BOOST_TEST_MESSAGE(error.what());
    BOOST_TEST((error.code() == misfit.code), error.what());
    BOOST_TEST((error.phase() == misfit.phase), error.what());
    BOOST_TEST(has(error.what(), misfit.part), error.what());
    BOOST_TEST(error.peer() == address(server.port()));
    const bool timeout = dynamic_cast<const TimeoutError*>(&error) != nullptr;
    const bool lost = dynamic_cast<const Disconnected*>(&error) != nullptr;
    const bool protocol = dynamic_cast<const ProtocolError*>(&error) != nullptr;
    BOOST_TEST(timeout == (misfit.code == errc::timed_out));
    BOOST_TEST(lost == (misfit.code == errc::connection_lost));
    BOOST_TEST(protocol == (!timeout && !lost));
  }
  BOOST_TEST((Clock::now() - before < scaled(milliseconds(20'000))));
}

struct Mismatch {
  const char* kind;
  raw::KexInit theirs;
  const char* name;
  const char* option;
  friend std::ostream& operator<<(std::ostream& out, const Mismatch& mismatch) {
    return out << mismatch.kind;
  }
};
const Mismatch mismatches[] = {
    {"key exchange", {.kex = "diffie-hellman-group1-sha1"}, "diffie-hellman-group1-sha1", "KexAlgorithms"},
    {"host key", {.host_keys = "ssh-rsa"}, "ssh-rsa", "HostKeyAlgorithms"},
    {"cipher", {.ciphers = "3des-cbc,arcfour"}, "arcfour", "Ciphers"},
    {"MAC", {.macs = "hmac-md5"}, "hmac-md5", "MACs"},
    {"compression", {.compression = "zlib"}, "zlib", "Compression"},
};

BOOST_DATA_TEST_CASE(no_common_algorithm, data::make(mismatches), mismatch) {
  RawServer server(raw::ident_then_kexinit(mismatch.theirs));
  auto options = options_for(server.port());
  options.transport.algorithms.ciphers = "aes128-ctr";
  if (mismatch.kind == std::string("cipher")) options.transport.algorithms.ciphers = "aes128-ctr,aes256-ctr";
  const auto error = caught_in_time<NegotiationError>(errc::no_common_algorithm, mismatch.name,
                                                      [&] { connect(loopback, options); });
  BOOST_TEST(has(error.detail().kind, mismatch.kind), error.detail().kind);
  BOOST_TEST(!error.detail().ours.empty());
  BOOST_TEST(std::ranges::count(error.detail().theirs, mismatch.name) == 1);
  for (const auto& ours : error.detail().ours)
    BOOST_TEST(has(error.what(), ours));
  // Where we have what the server wants, but off, the hint says how to turn it on.
  const std::string name = mismatch.name;
  if (name == "ssh-rsa" || name == "zlib") BOOST_TEST(has(error.hint(), mismatch.option), error.hint());
}

// --- who is it?

BOOST_AUTO_TEST_SUITE(host_keys)

std::string fingerprint(const std::string& line) {
  return PublicKey::from_line(line).fingerprint();
}

BOOST_AUTO_TEST_CASE(unknown, *needs({"sshd"})) {
  const Sshd server;
  const Client client(server);
  std::ofstream(client.known_hosts()) << "elsewhere " << server.host_key_line("ed25519") << "\n";
  const auto error = caught<HostKeyError>(errc::host_key_unknown, "SHA256:", [&] { client.connect(); });
  BOOST_TEST(error.detail().fingerprint == fingerprint(server.host_key_line("ed25519")));
  BOOST_TEST(error.detail().key_type == "ssh-ed25519");
  BOOST_TEST(error.detail().host == "[127.0.0.1]:" + std::to_string(server.port()));
  BOOST_TEST(error.detail().known_fingerprints.empty());
  BOOST_TEST((error.phase() == Phase::host_key));
  BOOST_TEST(!error.hint().empty());
}

BOOST_AUTO_TEST_CASE(changed, *needs({"sshd"})) {
  const Sshd server;
  const Client client(server);
  const auto old = PeerKeys::get().client_key_line("ed25519");  // anybody else's
  std::ofstream(client.known_hosts()) << "# a comment\n" << known_hosts_lines(server.port(), {old});
  const auto error =
      caught<HostKeyError>(errc::host_key_changed, fingerprint(old), [&] { client.connect(); });
  BOOST_TEST(has(error.what(), fingerprint(server.host_key_line("ed25519"))));
  BOOST_TEST(error.detail().known_fingerprints == std::vector<std::string>{"ssh-ed25519 " + fingerprint(old)},
             boost::test_tools::per_element());
  BOOST_TEST(has(error.detail().where, client.known_hosts().string() + ":2"), error.detail().where);
}

BOOST_AUTO_TEST_CASE(revoked, *needs({"sshd"})) {
  const Sshd server;
  const Client client(server);
  const auto line = server.host_key_line("ed25519");
  std::ofstream(client.known_hosts(), std::ios::app) << "@revoked * " << line << "\n";
  const auto error =
      caught<HostKeyError>(errc::host_key_revoked, fingerprint(line), [&] { client.connect(); });
  BOOST_TEST(has(error.detail().where, client.known_hosts().string()));
}

BOOST_AUTO_TEST_CASE(pinned_to_another, *needs({"sshd"})) {
  const Sshd server;
  Client client(server);
  const auto pinned = fingerprint(PeerKeys::get().client_key_line("rsa"));
  client.options.host_key = HostKeyPolicy::pinned(pinned);
  caught<HostKeyError>(errc::host_key_changed, pinned, [&] { client.connect(); });
}

// Nothing secret goes out before the check: sshd never gets to see the user's name.
BOOST_AUTO_TEST_CASE(nothing_is_given_away, *needs({"sshd"})) {
  Sshd server({.log_level = "DEBUG"});
  Client client(server);
  std::filesystem::remove(client.known_hosts());
  client.options.password = Secret("secret");
  caught<HostKeyError>(errc::host_key_unknown, "SHA256:", [&] { client.connect(); });
  BOOST_TEST(server.wait_for_log("[preauth]"));
  server.stop();
  BOOST_TEST(!has(server.log(), "userauth-request"));
}

BOOST_AUTO_TEST_CASE(bad_signature) {
  ScriptedOptions options;
  options.script = [](ScriptedPeer& peer) {
    peer.tamper_kex = [](Bytes& message) {
      if (message[0] == 31) message.back() ^= 1;  // SSH_MSG_KEX_ECDH_REPLY ends with the signature
    };
    peer.connect();
  };
  ScriptedServer server(options);
  auto client_options = options_for(22);
  client_options.socket = server.take_client();
  caught<HostKeyError>(errc::bad_host_signature, "", [&] { connect("host", client_options); });
}

BOOST_AUTO_TEST_SUITE_END()

// --- who are you?

BOOST_AUTO_TEST_SUITE(authentication)

BOOST_AUTO_TEST_CASE(no_method_left, *needs({"sshd"})) {
  const Sshd server({.config = {"PasswordAuthentication no"}});
  Client client(server);
  client.use_password("no use");
  const auto error = caught<AuthError>(errc::no_more_auth_methods, "publickey", [&] { client.connect(); });
  BOOST_TEST(error.detail().methods_left == std::vector<std::string>{"publickey"},
             boost::test_tools::per_element());
  BOOST_TEST(error.detail().tried.empty());
  BOOST_TEST(!error.hint().empty());
  client.options.password.reset();
  caught<AuthError>(errc::no_more_auth_methods, "publickey", [&] { client.connect(); });
}

BOOST_AUTO_TEST_CASE(too_many_tries, *needs({"sshd"})) {
  const Sshd server({.config = {"MaxAuthTries 2"}});
  Client client(server);
  client.options.key_files.clear();
  for (int i = 0; i < 5; ++i)
    client.options.keys.push_back(PrivateKey::generate("ssh-ed25519"));
  const auto error =
      caught<Disconnected>(errc::disconnected, "Too many authentication failures", [&] { client.connect(); });
  BOOST_REQUIRE(error.detail() != nullptr);
  BOOST_TEST(has(error.detail()->text, "Too many"));
  BOOST_TEST((error.phase() == Phase::authentication));
}

BOOST_AUTO_TEST_CASE(no_answer, *needs({"sshd"})) {
  Sshd server;
  Client client(server);
  Transport transport = client.dial();
  server.suspend();
  transport.set_auth_timeout(brief);
  caught_in_time<TimeoutError>(errc::timed_out, address(server.port()),
                               [&] { transport.auth_none(server.user()); });
  BOOST_TEST(!transport.is_active());  // a late answer would be taken for the next one
  server.resume();
  client.options.auth_timeout = Timeout(forever);
  client.options.password = Secret("wrong");
  client.options.auth_methods = {"password"};
  client.options.key_files.clear();
  client.options.banner = nullptr;
  // The deadline of the whole, when the phase has none of its own: FAIL_DELAY or not, sshd sleeps for good.
  client.options.timeout = scaled(milliseconds(3000));
  client.options.ask_password = [&](const std::string&) {
    server.suspend();
    return std::optional<Secret>("late");
  };
  client.options.password.reset();
  caught_in_time<TimeoutError>(errc::timed_out, address(server.port()), [&] { client.connect(); });
}

/// A key file that is of no use.
struct KeyFile {
  const char* name;
  std::function<std::filesystem::path(const TempDir&)> make;
  errc code;
  const char* passphrase;
  const char* part;
  friend std::ostream& operator<<(std::ostream& out, const KeyFile& file) { return out << file.name; }
};

const KeyFile key_files[] = {
    {"missing", [](const TempDir& dir) { return dir / "missing"; }, errc::file_not_found, "", "missing"},
    {"a directory", [](const TempDir& dir) { return dir.path(); }, errc::file_unreadable, "", "irectory"},
    {"text", [](const TempDir& dir) { return dir.write("text", "not a key\n"); }, errc::unknown_format, "",
     "text"},
    {"a public key",
     [](const TempDir&) {
       return std::filesystem::path(PeerKeys::get().client_key("rsa").string() + ".pub");
     },
     errc::unknown_format, "", "public key"},
    {"locked", [](const TempDir&) { return PeerKeys::get().client_key("encrypted"); },
     errc::passphrase_needed, "", "client_encrypted"},
    {"locked, wrong passphrase", [](const TempDir&) { return PeerKeys::get().client_key("encrypted"); },
     errc::wrong_passphrase, "wrong", "client_encrypted"},
    {"cut short",
     [](const TempDir& dir) {
       const auto whole = read_file(PeerKeys::get().client_key("ed25519"));
       return dir.write("short", whole.substr(0, 150) + "\n-----END OPENSSH PRIVATE KEY-----\n");
     },
     errc::malformed_key, "", "short"},
};

BOOST_DATA_TEST_CASE(useless_key_files, data::make(key_files), file) {
  if (lacks({"sshd"})) return;
  const Sshd server;
  Client client(server);
  const TempDir directory;
  client.options.key_files = {file.make(directory)};
  if (*file.passphrase != '\0')
    client.options.passphrase = [&](const std::string&) { return std::optional<Secret>(file.passphrase); };
  caught<KeyError>(file.code, file.part, [&] { client.connect(); });
}

BOOST_AUTO_TEST_SUITE_END()

// --- channels

BOOST_AUTO_TEST_SUITE(channels_and_requests)

BOOST_DATA_TEST_CASE(no_more_sessions, data::make({0, 1}), most) {
  if (lacks({"sshd"})) return;
  const Sshd server({.config = {"MaxSessions " + std::to_string(most)}});
  const Client client(server);
  Connection connection = client.connect();
  std::vector<Channel> open;
  for (int i = 0; i < most; ++i)
    open.push_back(connection.open_session(limit()));
  for (int i = 0; i < 2; ++i) {
    const auto error =
        caught<ChannelOpenError>(errc::channel_refused, "open failed", [&] { connection.run("true"); });
    BOOST_TEST((error.detail().reason == OpenFailureReason::connect_failed ||
                error.detail().reason == OpenFailureReason::administratively_prohibited ||
                error.detail().reason == OpenFailureReason::resource_shortage));
    BOOST_TEST(error.detail().text == "open failed");
  }
  open.clear();
  if (most == 0) return;
  // The place is free again, and the connection as good as before.
  BOOST_TEST(eventually([&] {
    try {
      return connection.run("echo in").out == "in\n";
    } catch (const ChannelOpenError&) {
      return false;
    }
  }));
}

BOOST_AUTO_TEST_CASE(other_channels_are_refused_with_a_reason, *needs({"sshd"})) {
  const Sshd server;
  const Client client(server);
  Connection connection = client.connect();
  const auto unknown = caught<ChannelOpenError>(errc::channel_refused, "open failed", [&] {
    connection.transport().open_channel("parrot@example.org");
  });
  BOOST_TEST((unknown.detail().reason == OpenFailureReason::connect_failed));  // as sshd sees it
  const RefusedPort port;
  const auto refused = caught<ChannelOpenError>(errc::channel_refused, "onnection refused", [&] {
    connection.transport().open_direct_tcpip(loopback, port.port());
  });
  BOOST_TEST((refused.detail().reason == OpenFailureReason::connect_failed));

  const Sshd closed({.config = {"AllowTcpForwarding no"}});
  const Client other(closed);
  Connection second = other.connect();
  const auto prohibited = caught<ChannelOpenError>(errc::channel_refused, "administratively prohibited", [&] {
    second.transport().open_direct_tcpip(loopback, closed.port());
  });
  BOOST_TEST((prohibited.detail().reason == OpenFailureReason::administratively_prohibited));
}

BOOST_AUTO_TEST_CASE(requests_are_refused, *needs({"sshd"})) {
  const Sshd server({.config = {"PermitTTY no"}});
  const Client client(server);
  Connection connection = client.connect();
  Channel channel = connection.open_session();
  caught<ChannelError>(errc::request_refused, "pseudo terminal", [&] { channel.get_pty(); });
  caught<ChannelError>(errc::request_refused, "subsystem",
                       [&] { channel.invoke_subsystem("no-such-thing"); });
  BOOST_TEST(!channel.request("parrot@example.org", {}, true));
  channel.exec_command("echo in");  // still as good as new
  BOOST_TEST(channel.recv(100) == "in\n");
  caught<ChannelError>(errc::request_refused, "subsystem",
                       [&] { connection.run("", {.subsystem = "no-such-thing"}); });
  caught<ChannelError>(errc::request_refused, "pseudo terminal",
                       [&] { connection.run("true", {.pty = PtyRequest{}}); });
}

BOOST_AUTO_TEST_CASE(unknown_channel_types, *needs({"asyncssh"})) {
  const PythonServer server;
  const Client client(server);
  Connection connection = client.connect();
  const auto error = caught<ChannelOpenError>(errc::channel_refused, "unknown channel type", [&] {
    connection.transport().open_channel("parrot@example.org");
  });
  BOOST_TEST((error.detail().reason == OpenFailureReason::unknown_channel_type));
}

BOOST_AUTO_TEST_CASE(commands_are_refused) {
  ScriptedServer server;  // it refuses what it does not know
  auto options = options_for(22);
  options.socket = server.take_client();
  Connection connection = connect("host", options);
  caught<ChannelError>(errc::request_refused, "exec", [&] { connection.run("rm -rf /"); });
  BOOST_TEST((connection.run("exit 3").status.code == 3));
}

BOOST_AUTO_TEST_CASE(no_answer, *needs({"sshd"})) {
  Sshd server;
  const Client client(server);
  Connection connection = client.connect();
  Channel channel = connection.open_session();
  server.suspend();
  caught_in_time<TimeoutError>(errc::timed_out, address(server.port()),
                               [&] { connection.open_session(brief); });
  channel.settimeout(brief);
  caught_in_time<TimeoutError>(errc::timed_out, "exec", [&] { channel.exec_command("echo in"); });
  caught_in_time<TimeoutError>(errc::timed_out, address(server.port()),
                               [&] { connection.run("echo in", {.timeout = brief}); });
  caught_in_time<TimeoutError>(errc::timed_out, "", [&] { channel.recv(1); });
  BOOST_TEST(!connection.transport().renegotiate_keys(brief));
  server.resume();
  // What was given up for one call is not lost for the others.
  BOOST_TEST(connection.run("echo on", {.timeout = limit()}).out == "on\n");
  channel.settimeout(limit());
  BOOST_TEST(channel.recv(100) == "in\n");  // of the command whose answer came late
}

BOOST_AUTO_TEST_CASE(full_window, *needs({"sshd"})) {
  const Sshd server;
  const Client client(server);
  Connection connection = client.connect();
  Channel channel = connection.open_session();
  channel.exec_command("exec sleep 1000");
  channel.settimeout(brief);
  const auto data_that_nobody_reads = much_data(64 << 20);
  caught_in_time<TimeoutError>(errc::timed_out, "bytes were sent",
                               [&] { channel.sendall(data_that_nobody_reads); });
  channel.settimeout(std::chrono::seconds(0));
  error_code ec;
  BOOST_TEST(channel.send("more", ec) == 0U);
  BOOST_TEST((ec == errc::would_block));
  Bytes buffer(10);
  BOOST_TEST(channel.recv(buffer, ec) == 0U);
  BOOST_TEST((ec == errc::would_block));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::test
