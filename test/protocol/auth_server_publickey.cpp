// amiko - tests of the server's side of authentication: keys and signatures
#include <boost/test/unit_test.hpp>

#include "common/token.hpp"
#include "login.hpp"

namespace amiko::protocol {
namespace {

using namespace test_login;

const PrivateKey& key_a() {
  static const PrivateKey key = PrivateKey::generate("ed25519");
  return key;
}
const PrivateKey& key_b() {
  static const PrivateKey key = PrivateKey::generate("ecdsa-sha2-nistp256");
  return key;
}
const PrivateKey& rsa_key() {
  static const PrivateKey key = PrivateKey::generate("rsa", {.bits = 2048});
  return key;
}

const Names all{"password", "publickey", "keyboard-interactive"};

/// A login of somebody whose keys are welcome.
struct KeyLogin : Login {
  explicit KeyLogin(AuthServerSettings settings = {}) : Login(std::move(settings)) {
    decider.keys = {key_a().public_key(), key_b().public_key(), rsa_key().public_key()};
  }
};

Bytes key_request(bool is_signed, std::string_view algorithm, ByteView blob, ByteView signature = {}) {
  Bytes body;
  wire::Writer write(body);
  write.boolean(is_signed);
  write.string(algorithm);
  write.string(blob);
  if (is_signed) write.string(signature);
  return request_for("ron", "ssh-connection", "publickey", body);
}

/// A request signed by `key` over anything.
Bytes signed_over(const PrivateKey& key, std::string_view algorithm, ByteView data) {
  return key_request(true, algorithm, key.public_key().blob(), key.sign(algorithm, data));
}

/// What has to be signed, put together by hand (RFC 4252 section 7).
Bytes covered(std::string_view session_id, std::string_view user, std::string_view service,
              std::string_view method, std::uint8_t flag, std::string_view algorithm, ByteView blob) {
  Bytes data;
  wire::Writer write(data);
  write.string(session_id);
  write.byte(50);
  for (const std::string_view text : {user, service, method})
    write.string(text);
  write.byte(flag);
  write.string(algorithm);
  write.string(blob);
  return data;
}

bool asked_about_signature(const FakeDecider& decider) {
  return decider.times("publickey") != 0;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(auth_server_publickey)

BOOST_AUTO_TEST_CASE(a_probe_and_a_signature) {
  for (const PrivateKey& key : {key_a(), key_b(), rsa_key()}) {
    KeyLogin login;
    login.get<AuthClient::KeyAccepted>(login.probe(key.public_key()));
    BOOST_TEST(!login.last.failed);
    BOOST_TEST(!login.server.authenticated());
    BOOST_TEST(!asked_about_signature(login.decider));
    login.succeeds(login.sign(key));
    const Identity& identity = login.server.identity();
    BOOST_TEST(identity.methods == Names{"publickey"}, boost::test_tools::per_element());
    BOOST_REQUIRE(identity.keys.size() == 1u);
    BOOST_TEST((identity.key() == key.public_key()));
    const std::string fingerprint = key.public_key().fingerprint();
    const Names expected{"allowed_methods ron", "offer ron " + fingerprint, "offer ron " + fingerprint,
                         "publickey ron " + fingerprint};
    BOOST_TEST(login.decider.asked == expected, boost::test_tools::per_element());
  }
}

BOOST_AUTO_TEST_CASE(a_signature_without_a_probe) {
  KeyLogin login;
  login.succeeds(login.sign(key_a()));
}

BOOST_AUTO_TEST_CASE(the_data_is_that_of_the_rfc) {
  const ByteView blob = key_a().public_key().blob();
  const auto session = Login::session_text;
  const auto request = [&](const Bytes& data) { return signed_over(key_a(), "ssh-ed25519", data); };
  KeyLogin right;
  BOOST_TEST(
      right.raw(request(covered(session, "ron", "ssh-connection", "publickey", 1, "ssh-ed25519", blob)))
          .authenticated);
  const std::vector<Bytes> wrong = {
      covered("another session", "ron", "ssh-connection", "publickey", 1, "ssh-ed25519", blob),
      covered("", "ron", "ssh-connection", "publickey", 1, "ssh-ed25519", blob),
      covered(session, "root", "ssh-connection", "publickey", 1, "ssh-ed25519", blob),
      covered(session, "ron", "ssh-userauth", "publickey", 1, "ssh-ed25519", blob),
      covered(session, "ron", "ssh-connection", "hostbased", 1, "ssh-ed25519", blob),
      covered(session, "ron", "ssh-connection", "publickey", 0, "ssh-ed25519", blob),
      covered(session, "ron", "ssh-connection", "publickey", 1, "ssh-ed448", blob),
      covered(session, "ron", "ssh-connection", "publickey", 1, "ssh-ed25519", key_b().public_key().blob()),
      Bytes(),
  };
  for (const Bytes& data : wrong) {
    KeyLogin login;
    BOOST_TEST(login.raw(request(data)).failed);
    BOOST_TEST(!asked_about_signature(login.decider));
  }
}

BOOST_AUTO_TEST_CASE(any_other_flag_than_0_means_signed_and_1_is_what_was_signed) {
  KeyLogin login;
  Bytes request = login.sign(key_a());
  const std::size_t flag = request_for("ron", "ssh-connection", "publickey").size();
  BOOST_REQUIRE(request[flag] == 1);
  request[flag] = 0xff;
  BOOST_TEST(login.raw(request).authenticated);
}

BOOST_AUTO_TEST_CASE(wrong_signatures_are_failures) {
  KeyLogin login(with_tries(100));
  Bytes request = login.sign(key_a());
  const std::size_t signature_at = request.size() - 64;
  for (std::size_t n = signature_at; n < request.size(); ++n) {
    Bytes bad = request;
    bad[n] ^= 0x10;
    BOOST_TEST(login.raw(bad).failed, n);
  }
  for (const std::string signature : {"", "x", "\xff\xff\xff\xff"})
    BOOST_TEST(login.raw(key_request(true, "ssh-ed25519", key_a().public_key().blob(), signature)).failed);
  BOOST_TEST(!asked_about_signature(login.decider));
}

BOOST_AUTO_TEST_CASE(wrong_signatures_reach_the_limit) {
  KeyLogin login(with_tries(2));
  const Bytes bad = signed_over(key_a(), "ssh-ed25519", "anything");
  BOOST_TEST(login.raw(bad).failed);
  login.ends(bad);
}

BOOST_AUTO_TEST_CASE(a_signature_by_another_key_is_wrong) {
  KeyLogin login;
  const PrivateKey stranger = PrivateKey::generate("ed25519");
  const Bytes data = login.client.data_to_sign(login.session_id, "ron", key_a().public_key(), "ssh-ed25519");
  BOOST_TEST(login
                 .raw(key_request(true, "ssh-ed25519", key_a().public_key().blob(),
                                  stranger.sign("ssh-ed25519", data)))
                 .failed);
  BOOST_TEST(!asked_about_signature(login.decider));
}

BOOST_AUTO_TEST_CASE(unwelcome_keys_are_not_verified) {
  const PrivateKey stranger = PrivateKey::generate("ed25519");
  KeyLogin login(with_tries(2));
  login.fails(login.sign(stranger));
  BOOST_TEST(login.decider.times("offer") == 1u);
  BOOST_TEST(!asked_about_signature(login.decider));
  login.ends(login.sign(stranger));
}

BOOST_AUTO_TEST_CASE(a_right_signature_may_still_be_refused) {
  KeyLogin login;
  login.decider.on_key = Decision::reject;
  login.fails(login.sign(key_a()));
  login.decider.on_key = Decision::password_expired;
  login.fails(login.sign(key_a()));
  BOOST_TEST(login.decider.times("change_prompt") == 0u);
}

// CVE-2024-45337: the key that was shown last is not the key that signed.
BOOST_TEST_DECORATOR(*boost::unit_test::label("V-10"))
BOOST_AUTO_TEST_CASE(the_identity_is_the_key_that_signed) {
  KeyLogin login;
  login.get<AuthClient::KeyAccepted>(login.probe(key_a().public_key()));
  login.get<AuthClient::KeyAccepted>(login.probe(key_b().public_key()));
  login.succeeds(login.sign(key_a()));
  BOOST_REQUIRE(login.server.identity().keys.size() == 1u);
  BOOST_TEST((login.server.identity().key() == key_a().public_key()));
  BOOST_TEST(login.decider.asked.back() == "publickey ron " + key_a().public_key().fingerprint());
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-10"))
BOOST_AUTO_TEST_CASE(a_welcome_probe_helps_no_other_key) {
  const PrivateKey stranger = PrivateKey::generate("ed25519");
  KeyLogin login;
  login.get<AuthClient::KeyAccepted>(login.probe(key_a().public_key()));
  login.fails(login.sign(stranger));
}

// --- probes

BOOST_AUTO_TEST_CASE(refused_probes_do_not_count_as_failures) {
  KeyLogin login(with_tries(2));
  for (int i = 0; i < 10; ++i)
    login.is_let_pass(login.probe(PrivateKey::generate("ed25519").public_key()));
  login.get<AuthClient::KeyAccepted>(login.probe(key_a().public_key()));
  login.succeeds(login.sign(key_a()));
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-67"))
BOOST_AUTO_TEST_CASE(probes_have_a_limit_of_their_own) {
  AuthServerSettings settings;
  settings.max_probes = 3;
  const PublicKey stranger = PrivateKey::generate("ed25519").public_key();
  for (const bool welcome : {true, false}) {
    KeyLogin login(settings);
    const PublicKey key = welcome ? key_a().public_key() : stranger;
    for (int i = 0; i < 3; ++i)
      login.pass(login.probe(key));
    login.ends(login.probe(key));
    BOOST_TEST(login.decider.times("offer") == 3u);
  }
  KeyLogin malformed(settings);
  for (int i = 0; i < 3; ++i)
    BOOST_TEST(!malformed.raw(key_request(false, "ssh-ed25519", "no key")).failed);
  malformed.ends(key_request(false, "ssh-ed25519", "no key"));
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-67"))
BOOST_AUTO_TEST_CASE(probes_are_not_counted_anew_for_another_name) {
  AuthServerSettings settings;
  settings.max_probes = 1;
  KeyLogin login(settings);
  login.get<AuthClient::KeyAccepted>(login.probe(key_a().public_key(), "ron"));
  login.ends(login.probe(key_a().public_key(), "hermione"));
}

BOOST_AUTO_TEST_CASE(the_usual_limit_of_probes) {
  KeyLogin login;
  for (int i = 0; i < 60; ++i)
    login.get<AuthClient::KeyAccepted>(login.probe(key_a().public_key()));
  login.ends(login.probe(key_a().public_key()));
}

// --- which keys and algorithms

BOOST_AUTO_TEST_CASE(publickey_must_be_allowed) {
  KeyLogin login;
  login.decider.methods = {"password"};
  login.fails(login.probe(key_a().public_key()), {"password"});
  login.fails(login.sign(key_a()), {"password"});
  BOOST_TEST(login.decider.times("offer") == 0u);
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-56"))
BOOST_AUTO_TEST_CASE(algorithms_that_are_not_taken) {
  AuthServerSettings settings;
  settings.key_algorithms = {"ecdsa-sha2-nistp256", "rsa-sha2-256"};
  KeyLogin login(settings);
  login.is_let_pass(login.probe(key_a().public_key()));
  login.fails(login.sign(key_a()));
  login.fails(login.sign(rsa_key(), "ron", "rsa-sha2-512"));
  BOOST_TEST(login.decider.times("offer") == 0u);
  login.succeeds(login.sign(rsa_key(), "ron", "rsa-sha2-256"));
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-56"))
BOOST_AUTO_TEST_CASE(sha1_only_where_it_is_named) {
  KeyLogin modern;
  modern.fails(modern.sign(rsa_key(), "ron", "ssh-rsa"));
  BOOST_TEST(modern.decider.times("offer") == 0u);
  AuthServerSettings settings;
  settings.key_algorithms = {"ssh-rsa"};
  KeyLogin legacy(settings);
  legacy.succeeds(legacy.sign(rsa_key(), "ron", "ssh-rsa"));
}

BOOST_AUTO_TEST_CASE(the_algorithm_fits_the_key) {
  KeyLogin login(with_tries(100));
  const ByteView blob = key_a().public_key().blob();
  for (const std::string algorithm : {"ecdsa-sha2-nistp256", "rsa-sha2-512", "", "ssh-ed25519 ", "ssh-dss",
                                      "ssh-ed25519-cert-v01@openssh.com", "ssh-ed25519,ssh-rsa"}) {
    BOOST_TEST(!login.raw(key_request(false, algorithm, blob)).failed);
    const Bytes signature = key_a().sign("ssh-ed25519", covered(Login::session_text, "ron", "ssh-connection",
                                                                "publickey", 1, algorithm, blob));
    BOOST_TEST(login.raw(key_request(true, algorithm, blob, signature)).failed);
  }
  BOOST_TEST(login.decider.times("offer") == 0u);
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-56"))
BOOST_AUTO_TEST_CASE(the_signature_is_of_the_algorithm_named) {
  KeyLogin login;
  const ByteView blob = rsa_key().public_key().blob();
  const Bytes data =
      covered(Login::session_text, "ron", "ssh-connection", "publickey", 1, "rsa-sha2-512", blob);
  for (const std::string used : {"rsa-sha2-256", "ssh-rsa"})
    BOOST_TEST(login.raw(key_request(true, "rsa-sha2-512", blob, rsa_key().sign(used, data))).failed);
  BOOST_TEST(!asked_about_signature(login.decider));
  BOOST_TEST(
      login.raw(key_request(true, "rsa-sha2-512", blob, rsa_key().sign("rsa-sha2-512", data))).authenticated);
}

BOOST_AUTO_TEST_CASE(blobs_that_are_no_keys) {
  KeyLogin login(with_tries(10'000));
  const Bytes& whole = key_a().public_key().blob();
  std::vector<Bytes> blobs{Bytes(), Bytes(70'000, 0xff)};
  for (std::size_t n = 0; n < whole.size(); ++n)
    blobs.push_back(ByteView(whole).first(n).bytes());
  blobs.push_back(whole);
  blobs.back().push_back(0);
  for (const Bytes& blob : blobs) {
    AuthServer::Reply reply = login.raw(key_request(true, "ssh-ed25519", blob, "signature"));
    BOOST_TEST(reply.failed);
    BOOST_TEST(methods_in(reply) == all, boost::test_tools::per_element());
  }
  BOOST_TEST(login.decider.times("offer") == 0u);
}

BOOST_AUTO_TEST_CASE(small_rsa_keys) {
  AuthServerSettings settings;
  settings.min_rsa_bits = 2049;
  KeyLogin login(settings);
  login.is_let_pass(login.probe(rsa_key().public_key()));
  login.fails(login.sign(rsa_key()));
  BOOST_TEST(login.decider.times("offer") == 0u);
  login.succeeds(login.sign(key_a()));  // 256 bits of another kind
}

BOOST_AUTO_TEST_CASE(cut_or_padded_requests_are_malformed) {
  Login source;
  Login source2;
  for (const Bytes& request : {source.probe(key_a().public_key()), source2.sign(key_a())}) {
    const std::size_t head = request_for("ron", "ssh-connection", "publickey").size();
    for (std::size_t n = head; n < request.size(); ++n) {
      KeyLogin login;
      login.breaks(ByteView(request).first(n), errc::malformed_packet);
      BOOST_TEST(login.decider.times("offer") == 0u);
    }
    Bytes longer = request;
    longer.push_back(0);
    KeyLogin login;
    login.breaks(longer, errc::malformed_packet);
  }
}

// --- several keys

BOOST_AUTO_TEST_CASE(two_steps_need_two_keys) {
  KeyLogin login(with_rules("publickey,publickey"));
  login.is_partial(login.sign(key_a()), {"publickey"});
  login.is_let_pass(login.probe(key_a().public_key()), {"publickey"});
  login.fails(login.sign(key_a()), {"publickey"});
  BOOST_TEST(login.decider.times("offer") == 1u);
  login.get<AuthClient::KeyAccepted>(login.probe(key_b().public_key()));
  login.succeeds(login.sign(key_b()));
  const Identity& identity = login.server.identity();
  BOOST_TEST(identity.methods == (Names{"publickey", "publickey"}), boost::test_tools::per_element());
  BOOST_REQUIRE(identity.keys.size() == 2u);
  BOOST_TEST((identity.keys.front() == key_a().public_key()));
  BOOST_TEST((identity.key() == key_b().public_key()));
}

BOOST_AUTO_TEST_CASE(a_key_is_used_once_without_rules_too) {
  KeyLogin login;
  login.decider.on_key = Decision::partial;
  login.is_partial(login.sign(key_a()), all);
  login.fails(login.sign(key_a()));
}

BOOST_AUTO_TEST_CASE(a_key_of_one_name_is_no_step_of_another) {
  KeyLogin login(with_rules("publickey,password"));
  login.is_partial(login.sign(key_a(), "ron"), {"password"});
  login.fails(login.right("hermione"), {"publickey"});
  BOOST_TEST(login.decider.times("password") == 0u);
  login.is_partial(login.sign(key_a(), "hermione"), {"password"});
  login.succeeds(login.right("hermione"));
  BOOST_TEST(login.server.identity().user == "hermione");
  BOOST_TEST(login.server.identity().keys.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_welcome_probe_is_no_step) {
  KeyLogin login(with_rules("publickey,password"));
  login.get<AuthClient::KeyAccepted>(login.probe(key_a().public_key()));
  login.fails(login.right(), {"publickey"});
}

// OpenSSH PROTOCOL.u2f.

BOOST_AUTO_TEST_CASE(security_keys_let_in) {
  for (const auto& [type, algorithm] : {std::pair(test::Token::sk_ed25519, test::Token::sk_ed25519),
                                        {test::Token::sk_ecdsa, test::Token::sk_ecdsa},
                                        {test::Token::sk_ecdsa, test::Token::webauthn}}) {
    const test::Token token(type);
    Login login;
    login.decider.keys = {token.public_key()};
    login.get<AuthClient::KeyAccepted>(login.probe(token.public_key()));
    login.succeeds(login.sign(token, "ron", algorithm));
    BOOST_TEST(login.decider.times("security_key_rules") == 1u);
    BOOST_TEST((login.server.identity().key() == token.public_key()));
  }
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-57"))
BOOST_AUTO_TEST_CASE(security_keys_must_be_touched_unless_they_need_not) {
  test::Token token(test::Token::sk_ed25519);
  token.flags = 0;
  Login login;
  login.decider.keys = {token.public_key()};
  login.fails(login.sign(token));
  BOOST_TEST(!asked_about_signature(login.decider));
  login.decider.sk_rules.touch_required = false;
  login.succeeds(login.sign(token));
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-57"))
BOOST_AUTO_TEST_CASE(security_keys_must_verify_their_user_where_it_is_asked) {
  test::Token token(test::Token::sk_ecdsa);
  Login login;
  login.decider.keys = {token.public_key()};
  login.decider.sk_rules.verify_required = true;
  login.fails(login.sign(token));
  login.fails(login.sign(token, "ron", test::Token::webauthn));
  token.flags = 0x05;
  login.succeeds(login.sign(token));
}

BOOST_AUTO_TEST_CASE(rules_of_security_keys_are_not_asked_for_others) {
  KeyLogin login;
  login.succeeds(login.sign(key_a()));
  BOOST_TEST(login.decider.times("security_key_rules") == 0u);
}

BOOST_AUTO_TEST_CASE(what_is_off_by_default_is_refused_until_it_is_named) {
  const PrivateKey dsa = PrivateKey::generate("dsa");
  for (const auto& [key, algorithm] : {std::pair(dsa, "ssh-dss"),
                                       {rsa_key(), "ssh-rsa"},
                                       {rsa_key(), "ssh-rsa-sha256@ssh.com"},
                                       {rsa_key(), "ssh-rsa-sha512@ssh.com"}}) {
    KeyLogin login;
    login.decider.keys.push_back(dsa.public_key());
    login.fails(login.sign(key, "ron", algorithm));
    KeyLogin other({.key_algorithms = {algorithm}});
    other.decider.keys.push_back(dsa.public_key());
    other.succeeds(other.sign(key, "ron", algorithm));
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::protocol
