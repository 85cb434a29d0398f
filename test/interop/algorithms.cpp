// amiko - algorithms in combination, with every server that has them
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>

#include "common/available.hpp"
#include "common/dropbear.hpp"
#include "common/python_server.hpp"
#include "common/sshd.hpp"
#include "interop/client.hpp"
#include "interop/matrix.hpp"

namespace amiko::test {

namespace {

namespace data = boost::unit_test::data;

/// What a server has, of all that supported_algorithms() lists; of host keys what it lacks.  Written down,
/// and checked: an algorithm that works although it is not named here is as wrong as one that does not and
/// is.
struct Peer {
  const char* server;
  Names kex, missing_keys, cipher, mac, compression;
  bool rekeys = true;  ///< can be told to begin a key exchange soon
  friend std::ostream& operator<<(std::ostream& out, const Peer& peer) { return out << peer.server; }
};

Names operator+(Names a, const Names& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

const Names curves{"curve25519-sha256", "curve25519-sha256@libssh.org", "ecdh-sha2-nistp256",
                   "ecdh-sha2-nistp384", "ecdh-sha2-nistp521"};
const Names openssh_kex = curves + Names{"sntrup761x25519-sha512",
                                         "sntrup761x25519-sha512@openssh.com",
                                         "diffie-hellman-group-exchange-sha256",
                                         "diffie-hellman-group-exchange-sha1",
                                         "diffie-hellman-group1-sha1",
                                         "diffie-hellman-group14-sha1",
                                         "diffie-hellman-group14-sha256",
                                         "diffie-hellman-group16-sha512",
                                         "diffie-hellman-group18-sha512"};
const Names ctr{"aes128-ctr", "aes192-ctr", "aes256-ctr"};
const Names cbc{"aes128-cbc", "aes192-cbc", "aes256-cbc", "3des-cbc"};
const Names openssh_ciphers =
    ctr + cbc + Names{"aes128-gcm@openssh.com", "aes256-gcm@openssh.com", "chacha20-poly1305@openssh.com"};
const Names openssh_macs{"umac-64@openssh.com",
                         "umac-128@openssh.com",
                         "umac-64-etm@openssh.com",
                         "umac-128-etm@openssh.com",
                         "hmac-sha2-256",
                         "hmac-sha2-512",
                         "hmac-sha2-256-etm@openssh.com",
                         "hmac-sha2-512-etm@openssh.com",
                         "hmac-sha1",
                         "hmac-sha1-96",
                         "hmac-sha1-etm@openssh.com",
                         "hmac-sha1-96-etm@openssh.com",
                         "hmac-md5",
                         "hmac-md5-96",
                         "hmac-md5-etm@openssh.com",
                         "hmac-md5-96-etm@openssh.com"};

/// All of ours but the post-quantum methods, which AsyncSSH takes from liboqs where there is one.
Names asyncssh_kex() {
  Names all = supported_algorithms("kex");
  std::erase_if(
      all, [](const std::string& name) { return name.starts_with("mlkem") || name.starts_with("sntrup"); });
  return all;
}

const Peer peers[] = {
    {"sshd", openssh_kex, {}, openssh_ciphers, openssh_macs, {"none", "zlib@openssh.com"}},
    {"openssh10",
     openssh_kex + Names{"mlkem768x25519-sha256"},
     {},
     openssh_ciphers,
     openssh_macs,
     {"none", "zlib@openssh.com"}},
    {"dropbear",
     curves + Names{"diffie-hellman-group14-sha256", "diffie-hellman-group14-sha1"},
     {"rsa-sha2-512", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"},  // it takes one ECDSA key, 256 bits here
     {"chacha20-poly1305@openssh.com", "aes128-ctr", "aes256-ctr"},
     {"hmac-sha2-256", "hmac-sha1"},
     {"none", "zlib@openssh.com"},
     false},  // after 1 GiB or 8 hours
    {"asyncssh",
     asyncssh_kex(),
     {},
     supported_algorithms("cipher"),
     supported_algorithms("mac"),
     {"none", "zlib@openssh.com", "zlib"}},
    {"paramiko",
     {"curve25519-sha256@libssh.org", "ecdh-sha2-nistp256", "ecdh-sha2-nistp384", "ecdh-sha2-nistp521",
      "diffie-hellman-group-exchange-sha256", "diffie-hellman-group-exchange-sha1",
      "diffie-hellman-group16-sha512", "diffie-hellman-group14-sha256", "diffie-hellman-group14-sha1",
      "diffie-hellman-group1-sha1"},
     {},
     ctr + cbc,
     {"hmac-sha2-256", "hmac-sha2-512", "hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com",
      "hmac-sha1", "hmac-sha1-96", "hmac-md5", "hmac-md5-96"},
     {"none", "zlib@openssh.com", "zlib"}},
};

/// A kind of algorithms: where its names are asked for, where the table has them, and what must come of it.
struct Kind {
  const char* name;
  AlgorithmList AlgorithmOptions::*option;
  Names Peer::*listed;
  bool listed_are_missing;
  bool (*agreed)(const NegotiatedAlgorithms&, const std::string&);
  friend std::ostream& operator<<(std::ostream& out, const Kind& kind) { return out << kind.name; }

  bool known_to(const Peer& peer, const std::string& algorithm) const {
    const Names& names = peer.*listed;
    return (std::ranges::find(names, algorithm) != names.end()) != listed_are_missing;
  }
};

const Kind kinds[] = {
    {"kex", &AlgorithmOptions::kex, &Peer::kex, false,
     [](const NegotiatedAlgorithms& found, const std::string& name) { return found.kex == name; }},
    {"key", &AlgorithmOptions::host_keys, &Peer::missing_keys, true,
     [](const NegotiatedAlgorithms& found, const std::string& name) { return found.host_key == name; }},
    {"cipher", &AlgorithmOptions::ciphers, &Peer::cipher, false,
     [](const NegotiatedAlgorithms& found, const std::string& name) {
       return found.cipher_out == name && found.cipher_in == name;
     }},
    {"mac", &AlgorithmOptions::macs, &Peer::mac, false,
     [](const NegotiatedAlgorithms& found, const std::string& name) {
       return found.mac_out == name && found.mac_in == name;
     }},
    {"compression", &AlgorithmOptions::compression, &Peer::compression, false,
     [](const NegotiatedAlgorithms& found, const std::string& name) {
       return found.compression_out == name && found.compression_in == name;
     }},
};

std::string comma_list(const Names& names) {
  std::string list;
  for (const auto& name : names)
    list += (list.empty() ? "" : ",") + name;
  return list;
}

/// Servers begin a key exchange after so much.
constexpr std::uint64_t their_limit = 128 * 1024;

/// With all that the server has, what it holds back by default included.
std::shared_ptr<PeerServer> start_with_everything(const Peer& peer) {
  const std::string name = peer.server;
  if (name == "dropbear") return start_server(name);
  if (name == "asyncssh" || name == "paramiko")
    return std::make_shared<PythonServer>(
        PythonServerOptions{.peer = name == "asyncssh" ? PythonPeer::asyncssh : PythonPeer::paramiko,
                            .kex = peer.kex,
                            .ciphers = peer.cipher,
                            .macs = peer.mac,
                            .compression = {"zlib@openssh.com", "zlib", "none"},
                            .rekey_bytes = their_limit});
  return std::make_shared<Sshd>(SshdOptions{
      .config = {"HostKeyAlgorithms +ssh-rsa", "Compression yes", "KexAlgorithms " + comma_list(peer.kex),
                 "Ciphers " + comma_list(peer.cipher), "MACs " + comma_list(peer.mac),
                 "RekeyLimit " + std::to_string(their_limit), "LogLevel INFO"},
      .openssh10 = name == "openssh10"});
}

void set(Client& client, const std::string& kind, const std::string& name) {
  for (const Kind& each : kinds)
    if (each.name == kind) client.options.transport.algorithms.*each.option = name;
}

/// For threads, where BOOST_TEST must not be used.
void check(bool holds, const std::string& what) {
  if (!holds) throw std::runtime_error(what);
}

void check_agreed(const Transport& transport, const Choice& choice) {
  const NegotiatedAlgorithms agreed = transport.negotiated();
  for (const Kind& kind : kinds) {
    const bool idle = kind.name == std::string("mac") && brings_its_own_mac(choice.at("cipher"));
    const std::string name = idle ? "<implicit>" : choice.at(kind.name);
    check(kind.agreed(agreed, name), std::string(kind.name) + " is not " + name);
  }
}

/// More than one packet each way, of more than one size.
void check_echo(Channel& channel, std::size_t size, std::uint64_t seed) {
  const std::string sent = much_data(size, seed);
  channel.sendall(ByteView(sent));
  std::string received;
  while (received.size() < size) {
    const std::string piece = channel.recv(size - received.size());
    check(!piece.empty(), "the end after " + std::to_string(received.size()) + " bytes");
    received += piece;
  }
  check(received == sent, "other data came back");
}

/// Data before, between and after two changes of keys: one by us, and one by the server where it can be told
/// to.
void use(MatrixCell& cell, const PeerServer& server, bool server_rekeys) {
  Client client(server);
  client.options.transport.min_group_bits = 1024;  // paramiko has only what /etc/ssh/moduli holds
  for (const auto& [kind, name] : cell.choice)
    set(client, kind, name);
  Connection connection = client.connect();
  Transport& transport = connection.transport();
  check_agreed(transport, cell.choice);
  Channel channel = connection.open_session();
  channel.settimeout(scaled(milliseconds(60'000)));
  channel.exec_command("exec cat");
  const auto new_keys = [&] {
    check(transport.renegotiate_keys(scaled(milliseconds(60'000))), "no new keys");
    ++cell.our_rekeys;
    check_agreed(transport, cell.choice);
    check_echo(channel, 20'000, 2 + cell.our_rekeys);
  };
  check_echo(channel, 20'000, 1);
  new_keys();
  if (!server_rekeys) new_keys();
  const auto theirs = [&] { return transport.key_exchanges() - 1 - cell.our_rekeys; };
  for (unsigned i = 0; server_rekeys && theirs() == 0; ++i) {
    check(i < 40, "the server begins no key exchange");
    check_echo(channel, 32'000, 100 + i);  // never the same, which compression would notice
  }
  cell.their_rekeys = theirs();
  check_agreed(transport, cell.choice);
  channel.send_eof();
  check(channel.recv(1).empty(), "more data");
  check(channel.recv_exit_status(scaled(milliseconds(60'000))).ok(), "the exit status");
}

Shared shared_with(const Peer& peer) {
  Shared shared;
  for (const Kind& kind : kinds) {
    Names names = kind.listed_are_missing ? common_algorithms(kind.name) : peer.*kind.listed;
    if (kind.listed_are_missing)
      std::erase_if(names, [&](const std::string& name) { return !kind.known_to(peer, name); });
    shared[kind.name] = names;
  }
  return shared;
}

Shared all_of_ours() {
  Shared all;
  for (const Kind& kind : kinds)
    all[kind.name] = common_algorithms(kind.name);
  return all;
}

/// A server, the combinations with it, and what comes of them.
struct Bench {
  const Peer* peer;
  std::shared_ptr<PeerServer> server;
  std::vector<MatrixCell> cells;
};

void run(Bench& bench) {
  for (MatrixCell& cell : bench.cells) {
    try {
      use(cell, *bench.server, bench.peer->rekeys);
    } catch (const std::exception& error) {
      cell.error = error.what();
    }
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(algorithms)

BOOST_AUTO_TEST_CASE(combined) {
  std::vector<Bench> benches;
  for (const Peer& peer : peers) {
    if (lacks({peer.server})) continue;
    benches.push_back({&peer, start_with_everything(peer), {}});
    for (Choice& choice : combinations(shared_with(peer), matrix_depth()))
      benches.back().cells.push_back({.choice = std::move(choice)});
  }
  // One connection to each server at a time: AsyncSSH keeps which RSA signature was agreed on with the key,
  // which all its connections share.
  in_two_threads(benches.size(), [&](std::size_t i) { run(benches[i]); });
  std::vector<MatrixColumn> columns;
  for (const Bench& bench : benches) {
    MatrixColumn column(bench.peer->server);
    if (!bench.peer->rekeys) column.add_hole("begins no key exchange before 1 GiB; amiko begins both");
    for (const MatrixCell& cell : bench.cells) {
      BOOST_TEST(cell.error == "", column.peer() << ": " << described(cell.choice) << ": " << cell.error);
      column.add(cell);
    }
    for (const auto& [kind, names] : shared_with(*bench.peer))
      for (const auto& name : names)
        BOOST_TEST(column.good(kind, name) > 0U, column.peer() << ": nothing with " << name);
    columns.push_back(std::move(column));
  }
  if (columns.empty()) return;
  const Names unproven = print_matrix("amiko as the client of", all_of_ours(), columns);
  if (columns.size() == std::size(peers)) BOOST_TEST(unproven == Names{}, boost::test_tools::per_element());
}

BOOST_DATA_TEST_CASE(what_a_server_lacks, data::make(peers) * data::make(kinds), peer, kind) {
  if (lacks({peer.server})) return;
  const auto server = start_with_everything(peer);
  Client client(*server);
  // MACs are looked at only where the cipher has none of its own.
  if (kind.name == std::string("mac")) client.options.transport.algorithms.ciphers = "aes128-ctr";
  const bool keys = kind.name == std::string("key");
  const Names all = keys ? common_algorithms(kind.name) : supported_algorithms(kind.name);
  for (const std::string& algorithm : peer.*kind.listed)
    BOOST_TEST((std::ranges::find(all, algorithm) != all.end()), algorithm << " is not ours");
  for (const std::string& algorithm : all) {
    if (kind.known_to(peer, algorithm)) continue;
    BOOST_TEST_CONTEXT(algorithm) {
      client.options.transport.algorithms.*kind.option = algorithm;
      const auto error =
          caught<NegotiationError>(errc::no_common_algorithm, algorithm, [&] { client.connect(); });
      BOOST_TEST(error.detail().ours == Names{algorithm}, boost::test_tools::per_element());
      BOOST_TEST(!error.detail().theirs.empty());
    }
  }
}

// The fast cipher and the compressed one, both ways round: the lists of a client decide (RFC 4253
// section 7.1).
BOOST_AUTO_TEST_CASE(the_clients_order_decides, *needs({"sshd"})) {
  const Sshd server;
  Client client(server);
  for (const std::string order : {"aes256-ctr,aes128-ctr", "aes128-ctr,aes256-ctr"}) {
    client.options.transport.algorithms.ciphers = order;
    BOOST_TEST(client.connect().transport().negotiated().cipher_out == order.substr(0, 10));
  }
  client.options.transport.algorithms.ciphers = "^aes192-ctr";
  BOOST_TEST(client.connect().transport().negotiated().cipher_in == "aes192-ctr");
}

BOOST_AUTO_TEST_CASE(compression_saves, *needs({"sshd"})) {
  const Sshd server;
  Client client(server);
  client.options.transport.algorithms.compression = "yes";
  Connection connection = client.connect();
  BOOST_TEST(connection.transport().negotiated().compression_in == "zlib@openssh.com");
  const std::string sent(16 << 20, 'a');
  BOOST_TEST((connection.run("cat", {.input = Input::view(sent)}).out == sent));
}

// Without the post-quantum method of today there is one with its elder; the best that both have is chosen.
BOOST_AUTO_TEST_CASE(post_quantum_by_default, *needs({"openssh10"})) {
  const Sshd server({.openssh10 = true});
  const Client client(server);
  BOOST_TEST(client.connect().transport().negotiated().kex == "mlkem768x25519-sha256");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::test
