// amiko - every algorithm by name, with every server that has it
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>

#include "common/available.hpp"
#include "common/dropbear.hpp"
#include "common/python_server.hpp"
#include "common/sshd.hpp"
#include "interop/client.hpp"

namespace amiko::test {

namespace {

namespace data = boost::unit_test::data;

using Names = std::vector<std::string>;

/// What a server has, of all that supported_algorithms() lists; of host keys what it lacks.  Written down,
/// and checked: an algorithm that works although it is not named here is as wrong as one that does not and
/// is.
struct Peer {
  const char* server;
  Names kex, missing_keys, cipher, mac, compression;
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
     {"none", "zlib@openssh.com"}},
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
                            .compression = {"zlib@openssh.com", "zlib", "none"}});
  return std::make_shared<Sshd>(SshdOptions{
      .config = {"HostKeyAlgorithms +ssh-rsa", "Compression yes", "KexAlgorithms " + comma_list(peer.kex),
                 "Ciphers " + comma_list(peer.cipher), "MACs " + comma_list(peer.mac)},
      .openssh10 = name == "openssh10"});
}

void use(const Client& client, const Kind& kind, const std::string& algorithm) {
  Connection connection = client.connect();
  Transport& transport = connection.transport();
  const auto check = [&] {
    BOOST_TEST(kind.agreed(transport.negotiated(), algorithm));
    // More than one packet each way, of more than one size.
    const auto sent = much_data(100'000);
    const auto result =
        connection.run("cat", {.input = Input::view(sent), .timeout = scaled(milliseconds(60'000))});
    BOOST_TEST((result.out == sent));
    BOOST_TEST(result.ok());
  };
  check();
  BOOST_TEST(transport.key_exchanges() == 1U);
  BOOST_TEST(transport.renegotiate_keys(scaled(milliseconds(60'000))));
  BOOST_TEST(transport.key_exchanges() == 2U);
  check();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(algorithms)

BOOST_DATA_TEST_CASE(one_at_a_time, data::make(peers) * data::make(kinds), peer, kind) {
  if (lacks({peer.server})) return;
  const auto server = start_with_everything(peer);
  Client client(*server);
  client.options.transport.min_group_bits = 1024;  // paramiko has only what /etc/ssh/moduli holds
  // MACs are looked at only where the cipher has none of its own.
  if (kind.name == std::string("mac")) client.options.transport.algorithms.ciphers = "aes128-ctr";
  const bool keys = kind.name == std::string("key");
  const Names all = keys ? common_algorithms(kind.name) : supported_algorithms(kind.name);
  for (const std::string& algorithm : peer.*kind.listed)
    BOOST_TEST((std::ranges::find(all, algorithm) != all.end()), algorithm << " is not ours");
  for (const std::string& algorithm : all) {
    BOOST_TEST_CONTEXT(algorithm) {
      client.options.transport.algorithms.*kind.option = algorithm;
      if (kind.known_to(peer, algorithm)) {
        BOOST_CHECK_NO_THROW(use(client, kind, algorithm));
        continue;
      }
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
