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

/// What a server does not have, of all that supported_algorithms() lists.  Written down, and checked: an
/// algorithm that works although it is named here is as wrong as one that does not and is not.
struct Lacks {
  const char* server;
  Names kex, key, cipher, mac, compression;
  friend std::ostream& operator<<(std::ostream& out, const Lacks& peer) { return out << peer.server; }
};

const Lacks peers[] = {
    {"sshd", {"mlkem768x25519-sha256"}, {}, {}, {}, {"zlib"}},
    {"openssh10", {}, {}, {}, {}, {"zlib"}},
    {"dropbear",
     {"mlkem768x25519-sha256", "diffie-hellman-group-exchange-sha256", "diffie-hellman-group16-sha512",
      "diffie-hellman-group18-sha512"},
     {"rsa-sha2-512", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"},  // it takes one ECDSA key, 256 bits here
     {"aes128-gcm@openssh.com", "aes256-gcm@openssh.com", "aes192-ctr"},
     {"hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com", "hmac-sha2-512"},
     {"zlib"}},
    {"asyncssh", {"mlkem768x25519-sha256"}, {}, {}, {}, {}},
    {"paramiko",
     {"mlkem768x25519-sha256", "curve25519-sha256", "diffie-hellman-group18-sha512"},
     {},
     {"aes128-gcm@openssh.com", "aes256-gcm@openssh.com", "chacha20-poly1305@openssh.com"},
     {},
     {}},
};

/// A kind of algorithms: where its names are asked for, where the table has those that are missing, and what
/// must come of it.
struct Kind {
  const char* name;
  AlgorithmList AlgorithmOptions::*option;
  Names Lacks::*lacking;
  bool (*agreed)(const NegotiatedAlgorithms&, const std::string&);
  friend std::ostream& operator<<(std::ostream& out, const Kind& kind) { return out << kind.name; }
};

const Kind kinds[] = {
    {"kex", &AlgorithmOptions::kex, &Lacks::kex,
     [](const NegotiatedAlgorithms& found, const std::string& name) { return found.kex == name; }},
    {"key", &AlgorithmOptions::host_keys, &Lacks::key,
     [](const NegotiatedAlgorithms& found, const std::string& name) { return found.host_key == name; }},
    {"cipher", &AlgorithmOptions::ciphers, &Lacks::cipher,
     [](const NegotiatedAlgorithms& found, const std::string& name) {
       return found.cipher_out == name && found.cipher_in == name;
     }},
    {"mac", &AlgorithmOptions::macs, &Lacks::mac,
     [](const NegotiatedAlgorithms& found, const std::string& name) {
       return found.mac_out == name && found.mac_in == name;
     }},
    {"compression", &AlgorithmOptions::compression, &Lacks::compression,
     [](const NegotiatedAlgorithms& found, const std::string& name) {
       return found.compression_out == name && found.compression_in == name;
     }},
};

/// With all that the server has, what it holds back by default included.
std::shared_ptr<PeerServer> start_with_everything(const std::string& name) {
  SshdOptions sshd{.config = {"HostKeyAlgorithms +ssh-rsa", "Compression yes"}};
  if (name == "sshd") return std::make_shared<Sshd>(sshd);
  if (name == "openssh10") {
    sshd.openssh10 = true;
    sshd.config.push_back(  // given up as defaults
        "KexAlgorithms +diffie-hellman-group-exchange-sha256,diffie-hellman-group14-sha256,"
        "diffie-hellman-group16-sha512,diffie-hellman-group18-sha512");
    return std::make_shared<Sshd>(sshd);
  }
  if (name == "dropbear") return start_server(name);
  return std::make_shared<PythonServer>(
      PythonServerOptions{.peer = name == "asyncssh" ? PythonPeer::asyncssh : PythonPeer::paramiko,
                          .compression = {"zlib@openssh.com", "zlib", "none"}});
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
  const auto server = start_with_everything(peer.server);
  Client client(*server);
  // MACs are looked at only where the cipher has none of its own.
  if (kind.name == std::string("mac")) client.options.transport.algorithms.ciphers = "aes128-ctr";
  const Names& missing = peer.*kind.lacking;
  const Names all = common_algorithms(kind.name);
  for (const std::string& algorithm : missing)
    BOOST_TEST((std::ranges::find(all, algorithm) != all.end()), algorithm << " is not ours");
  for (const std::string& algorithm : all) {
    BOOST_TEST_CONTEXT(algorithm) {
      client.options.transport.algorithms.*kind.option = algorithm;
      if (std::ranges::find(missing, algorithm) == missing.end()) {
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
