// amiko - tests of negotiation (RFC 4253 section 7.1)
#include <amiko/base/error.hpp>
#include <amiko/protocol/negotiation.hpp>

#include <boost/test/unit_test.hpp>

namespace amiko::protocol {
namespace {

using wire::KexInit;
using wire::NameList;

/// A set of everything there is, and KEXINITs that each test narrows.
struct Sides {
  AlgorithmSet set = AlgorithmSet::defaults();
  KexInit ours = init_of(set);
  KexInit theirs = init_of(set);

  static KexInit init_of(const AlgorithmSet& set) {
    KexInit init;
    init.kex = set.names(AlgorithmKind::kex);
    init.host_key = set.names(AlgorithmKind::host_key);
    init.cipher_c2s = init.cipher_s2c = set.names(AlgorithmKind::cipher);
    init.mac_c2s = init.mac_s2c = set.names(AlgorithmKind::mac);
    init.compression_c2s = init.compression_s2c = {"none"};
    return init;
  }

  Negotiated choose(Role role = Role::client) const { return negotiate(role, set, ours, theirs); }

  NegotiationError failure(Role role = Role::client) const {
    try {
      choose(role);
    } catch (const NegotiationError& e) {
      return e;
    }
    throw std::runtime_error("the negotiation did not fail");
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(negotiation)

BOOST_AUTO_TEST_CASE(the_clients_order_decides) {
  Sides s;
  s.ours.kex = {"ecdh-sha2-nistp256", "curve25519-sha256"};
  s.theirs.kex = {"curve25519-sha256", "ecdh-sha2-nistp256"};
  BOOST_TEST(s.choose(Role::client).kex.name == "ecdh-sha2-nistp256");
  BOOST_TEST(s.choose(Role::server).kex.name == "curve25519-sha256");
}

BOOST_AUTO_TEST_CASE(unknown_and_marker_names_are_passed_over) {
  Sides s;
  s.theirs.kex = {"ext-info-s", "frobnicate@example.org", "kex-strict-s-v00@openssh.com",
                  "curve25519-sha256"};
  s.theirs.cipher_c2s = {"rot13", "aes256-ctr"};
  const Negotiated n = s.choose();
  BOOST_TEST(n.kex.name == "curve25519-sha256");
  BOOST_TEST(n.client_to_server.cipher.name == "aes256-ctr");
}

BOOST_AUTO_TEST_CASE(directions_are_independent) {
  Sides s;
  s.ours.compression_c2s = {"zlib@openssh.com", "none"};
  s.set.set_compression(true);
  s.theirs.cipher_c2s = {"aes128-ctr"};
  s.theirs.cipher_s2c = {"aes256-ctr"};
  s.theirs.mac_c2s = {"hmac-sha2-512"};
  s.theirs.mac_s2c = {"hmac-sha2-256"};
  s.theirs.compression_c2s = {"none", "zlib@openssh.com"};
  const Negotiated n = s.choose();
  BOOST_TEST(n.client_to_server.cipher.name == "aes128-ctr");
  BOOST_TEST(n.server_to_client.cipher.name == "aes256-ctr");
  BOOST_TEST(n.client_to_server.mac->name == "hmac-sha2-512");
  BOOST_TEST(n.server_to_client.mac->name == "hmac-sha2-256");
  BOOST_TEST(n.client_to_server.compression.name == "zlib@openssh.com");
  BOOST_TEST(n.server_to_client.compression.name == "none");
}

BOOST_AUTO_TEST_CASE(the_mac_is_not_looked_at_for_an_aead) {
  Sides s;
  s.theirs.cipher_c2s = s.theirs.cipher_s2c = {"aes128-gcm@openssh.com"};
  s.theirs.mac_c2s = s.theirs.mac_s2c = {};
  const Negotiated n = s.choose();
  BOOST_TEST(!n.client_to_server.mac);
  BOOST_TEST(!n.server_to_client.mac);
}

BOOST_AUTO_TEST_CASE(each_kind_fails_under_its_name) {
  const std::pair<NameList KexInit::*, const char*> cases[] = {
      {&KexInit::kex, "key exchange"},
      {&KexInit::host_key, "host key"},
      {&KexInit::cipher_c2s, "cipher client to server"},
      {&KexInit::cipher_s2c, "cipher server to client"},
      {&KexInit::mac_c2s, "MAC client to server"},
      {&KexInit::mac_s2c, "MAC server to client"},
      {&KexInit::compression_c2s, "compression client to server"},
      {&KexInit::compression_s2c, "compression server to client"},
  };
  for (const auto& [member, kind] : cases) {
    Sides s;
    s.ours.cipher_c2s = s.ours.cipher_s2c = {"aes128-ctr"};
    s.theirs.*member = {"frobnicate@example.org", "rot13"};
    const NegotiationError e = s.failure();
    BOOST_TEST((e.code() == errc::no_common_algorithm));
    BOOST_TEST(e.detail().kind == kind);
    BOOST_TEST(e.detail().ours == s.ours.*member);
    BOOST_TEST(e.detail().theirs == s.theirs.*member);
    const std::string text = e.what();
    for (const char* part :
         {kind, "frobnicate@example.org,rot13", "this build has none of those that the server offers"})
      BOOST_TEST((text.find(part) != text.npos), text << " lacks " << part);
    s.theirs.*member = {};
    BOOST_TEST((std::string(s.failure().what()).find("the server offers nothing") != std::string::npos));
  }
}

BOOST_AUTO_TEST_CASE(the_hint_names_the_option_for_what_is_off_by_default) {
  Sides s;
  s.theirs.host_key = {"ssh-none", "ssh-rsa"};
  BOOST_TEST(s.failure().hint() ==
             "the server offers ssh-rsa, which is off by default: HostKeyAlgorithms=+ssh-rsa");
}

BOOST_AUTO_TEST_CASE(the_hint_names_the_option_for_what_was_switched_off) {
  Sides s;
  s.ours.cipher_c2s = {"aes256-ctr"};
  s.theirs.cipher_c2s = {"aes128-ctr"};
  BOOST_TEST(s.failure(Role::server).hint() ==
             "the client offers aes128-ctr, which is disabled here: Ciphers=+aes128-ctr");
}

BOOST_AUTO_TEST_CASE(the_hint_tells_a_server_which_host_key_is_missing) {
  Sides s;
  s.ours.host_key = {"ssh-ed25519"};
  s.theirs.host_key = {"rsa-sha2-512", "rsa-sha2-256"};
  BOOST_TEST(s.failure(Role::server).hint() == "the client would take a host key for rsa-sha2-512");
}

BOOST_AUTO_TEST_CASE(a_marker_is_never_chosen) {
  for (const char* marker :
       {"ext-info-c", "ext-info-s", "kex-strict-c-v00@openssh.com", "kex-strict-s-v00@openssh.com"}) {
    Sides s;
    s.ours.kex = {"curve25519-sha256", marker};
    s.theirs.kex = {marker};
    const NegotiationError e = s.failure();
    BOOST_TEST(e.detail().kind == "key exchange");
    BOOST_TEST(e.detail().theirs.empty());
  }
}

BOOST_AUTO_TEST_CASE(a_guess_is_right_when_both_first_names_agree) {
  Sides s;
  BOOST_TEST(s.choose().guess_was_right);
  BOOST_TEST(s.choose(Role::server).guess_was_right);

  Sides kex = s;
  std::swap(kex.theirs.kex[0], kex.theirs.kex[1]);
  BOOST_TEST(!kex.choose().guess_was_right);

  Sides host_key = s;
  std::swap(host_key.theirs.host_key[0], host_key.theirs.host_key[1]);
  BOOST_TEST(!host_key.choose().guess_was_right);
  // The choice itself is the client's first in both lists, which makes no guess right.
  BOOST_TEST(host_key.choose().host_key == host_key.ours.host_key[0]);

  Sides cipher = s;
  std::swap(cipher.theirs.cipher_c2s[0], cipher.theirs.cipher_c2s[1]);
  BOOST_TEST(cipher.choose().guess_was_right);
}

BOOST_AUTO_TEST_CASE(long_lists_are_cut_in_the_text_and_whole_in_the_detail) {
  Sides s;
  s.theirs.kex.clear();
  for (int i = 0; i < 500; ++i)
    s.theirs.kex.push_back("method-" + std::to_string(i) + "@example.org");
  const NegotiationError e = s.failure();
  BOOST_TEST(e.detail().theirs.size() == 500u);
  BOOST_TEST(std::string_view(e.what()).size() < 4000u);
  BOOST_TEST((std::string_view(e.what()).find(",...") != std::string_view::npos));
}

BOOST_AUTO_TEST_CASE(an_entry_of_the_users_own_is_negotiated) {
  Sides s;
  crypto::KexInfo own = s.set.kex.back();
  own.name = "own-kex@example.org";
  s.set.kex.push_back(own);
  s.ours.kex = s.theirs.kex = {"own-kex@example.org"};
  BOOST_TEST(s.choose().kex.name == "own-kex@example.org");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::protocol
