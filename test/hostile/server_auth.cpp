// amiko - clients that try to get in without the right
#include "hostile/victim.hpp"

namespace amiko::test {
namespace {

using wire::MessageNumber;

const PrivateKey& other_key() {
  static const PrivateKey key = PrivateKey::generate("ed25519");
  return key;
}

const PrivateKey& rsa_key() {
  static const PrivateKey key = PrivateKey::generate("rsa", {.bits = 2048});
  return key;
}

TransportOptions generous() {
  ServerSettings settings;
  settings.max_auth_tries = 1000;
  settings.max_key_offers = 1000;
  settings.login_bytes = 100'000'000;
  return victim_options(settings);
}

/// A client that may begin to guess.
struct Guesser {
  explicit Guesser(const TransportOptions& options = generous(), std::vector<std::string> methods = {}) {
    if (!methods.empty()) watcher.methods = std::move(methods);
    victim.emplace(watcher, options);
    client().connect();
    client().request_service();
  }
  ScriptedClient& client() { return victim->client; }

  /// A well-made request with a signature by `key`.
  Bytes signed_request(const PrivateKey& key, std::string_view user = "robey",
                       const std::string& algorithm = "ssh-ed25519") {
    const Bytes blob = key.public_key().blob();
    return requests::publickey(user, algorithm, blob,
                               key.sign(algorithm, client().signed_data(user, algorithm, blob)));
  }
  std::uint8_t answer(ByteView request) { return client().ask(request)[0]; }
  bool refuses(ByteView request) { return answer(request) == to_byte(MessageNumber::userauth_failure); }

  Watcher watcher;
  std::optional<Victim> victim;
};

constexpr std::uint8_t failure = 51, success = 52, pk_ok = 60, info_request = 60;

// How the server ends a client that sends these in a row, whatever it is answered.
error_code ending_of_row(const std::vector<Bytes>& row, const TransportOptions& options = victim_options(),
                         Watcher* seen = nullptr) {
  Watcher own;
  Watcher& watcher = seen != nullptr ? *seen : own;
  Victim victim(watcher, options);
  try {
    victim.client.connect();
    victim.client.request_service();
    for (const Bytes& request : row)
      victim.client.ask(request);
  } catch (const PeerGone&) {
  }
  const error_code code = victim.ending();
  BOOST_TEST(watcher.logins == 0);
  victim.server.close();
  return code;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(server_auth)

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-10"))
BOOST_AUTO_TEST_CASE(the_key_that_signs_is_the_key_that_counts) {
  const NothingLeft check;
  Guesser g;
  const std::string_view type = "ssh-ed25519";
  const Bytes right = Watcher::user_key().public_key().blob(), wrong = other_key().public_key().blob();
  // Shown last, signed with another: CVE-2024-45337.
  BOOST_TEST(g.answer(requests::probe("robey", type, wrong)) == pk_ok);
  BOOST_TEST(g.answer(requests::probe("robey", type, right)) == pk_ok);
  BOOST_TEST(g.refuses(g.signed_request(other_key())));
  // The right key's blob with the other one's signature.
  const Bytes forged = other_key().sign("ssh-ed25519", g.client().signed_data("robey", type, right));
  const int proofs = g.watcher.proofs;
  BOOST_TEST(g.refuses(requests::publickey("robey", type, right, forged)));
  BOOST_TEST(g.watcher.proofs == proofs);
  BOOST_TEST(g.answer(g.signed_request(Watcher::user_key())) == success);
  BOOST_TEST((g.victim->server.identity().keys == std::vector{Watcher::user_key().public_key()}));
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-13"))
BOOST_AUTO_TEST_CASE(a_key_that_is_only_shown_lets_nobody_in) {
  const NothingLeft check;
  Guesser g;
  const Bytes blob = Watcher::user_key().public_key().blob();
  for (int i = 0; i < 50; ++i)
    BOOST_TEST(g.answer(requests::probe("robey", "ssh-ed25519", blob)) == pk_ok);
  BOOST_TEST(g.watcher.proofs == 0);
  BOOST_TEST(!g.victim->server.is_authenticated());
}

BOOST_AUTO_TEST_CASE(signatures_of_other_things) {
  const NothingLeft check;
  Guesser g;
  const PrivateKey& key = Watcher::user_key();
  const Bytes blob = key.public_key().blob();
  const std::string type = "ssh-ed25519";
  const auto tries = [&](ByteView signature) {
    return g.refuses(requests::publickey("robey", type, blob, signature));
  };
  const Bytes data = g.client().signed_data("robey", type, blob);
  // Another session, another user, without the session, another service.
  Bytes replayed = data;
  replayed[4] ^= 1;
  BOOST_TEST(tries(key.sign(type, replayed)));
  BOOST_TEST(tries(key.sign(type, g.client().signed_data("root", type, blob))));
  BOOST_TEST(tries(key.sign(type, ByteView(data).from(4 + g.client().machine().session_id().size()))));
  BOOST_TEST(tries(key.sign(type, {})));
  // No signature, half of one, one with something behind it, one that names another algorithm.
  const Bytes good = key.sign(type, data);
  BOOST_TEST(tries({}));
  for (std::size_t size = 1; size < good.size(); size += 5)
    BOOST_TEST(tries(ByteView(good).first(size)));
  Bytes longer = good;
  longer.push_back(0);
  BOOST_TEST(tries(longer));
  for (const std::string& name : {std::string("ssh-rsa"), std::string("ssh-ed448"), std::string(),
                                  std::string("SSH-ED25519"), type + '\0'}) {
    Bytes renamed = strings({name});
    append(renamed, ByteView(good).from(4 + type.size()));
    BOOST_TEST(tries(renamed), name);
  }
  BOOST_TEST(g.watcher.proofs == 0);
  BOOST_TEST(g.answer(requests::publickey("robey", type, blob, good)) == success);
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-56"))
BOOST_AUTO_TEST_CASE(algorithms_that_do_not_fit) {
  const NothingLeft check;
  struct Everybody : Watcher {
    Decision check_auth_publickey(std::string_view, const PublicKey&) override {
      ++proofs;
      return Decision::accept;
    }
  } watcher;
  Victim victim(watcher, generous());
  ScriptedClient& client = victim.client;
  client.connect();
  client.request_service();
  const Bytes rsa = rsa_key().public_key().blob(), ed = other_key().public_key().blob();
  const auto refuses = [&](std::string_view algorithm, ByteView blob, ByteView signature) {
    return client.ask(requests::publickey("robey", algorithm, blob, signature))[0] == failure &&
           client.ask(requests::probe("robey", algorithm, blob))[0] == failure;
  };
  // SHA-1 is not taken, whether it is said outside or only in the signature.
  const Bytes sha1 = rsa_key().sign("ssh-rsa", client.signed_data("robey", "ssh-rsa", rsa));
  BOOST_TEST(refuses("ssh-rsa", rsa, sha1));
  const Bytes hidden = rsa_key().sign("ssh-rsa", client.signed_data("robey", "rsa-sha2-256", rsa));
  BOOST_TEST(client.ask(requests::publickey("robey", "rsa-sha2-256", rsa, hidden))[0] == failure);
  const Bytes sha512 = rsa_key().sign("rsa-sha2-512", client.signed_data("robey", "rsa-sha2-256", rsa));
  BOOST_TEST(client.ask(requests::publickey("robey", "rsa-sha2-256", rsa, sha512))[0] == failure);
  // An algorithm of another type of key, and none.
  const Bytes by_ed = other_key().sign("ssh-ed25519", client.signed_data("robey", "rsa-sha2-256", ed));
  BOOST_TEST(refuses("rsa-sha2-256", ed, by_ed));
  BOOST_TEST(refuses("ssh-ed25519", rsa, by_ed));
  BOOST_TEST(refuses("", ed, by_ed));
  BOOST_TEST(refuses("none", ed, by_ed));
  BOOST_TEST(refuses(std::string(100'000, 'a'), ed, by_ed));
  BOOST_TEST(watcher.proofs == 0);
  const Bytes good = rsa_key().sign("rsa-sha2-256", client.signed_data("robey", "rsa-sha2-256", rsa));
  BOOST_TEST(client.lets_in(requests::publickey("robey", "rsa-sha2-256", rsa, good)));
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-30"))
BOOST_AUTO_TEST_CASE(blobs_that_are_no_keys) {
  const NothingLeft check;
  Guesser g;
  const auto refuses = [&](std::string_view type, ByteView blob) {
    return g.refuses(requests::probe("robey", type, blob)) &&
           g.refuses(requests::publickey("robey", type, blob, strings({type, std::string(64, 's')})));
  };
  const Bytes whole = Watcher::user_key().public_key().blob();
  for (std::size_t size = 0; size < whole.size(); size += 3)
    BOOST_TEST(refuses("ssh-ed25519", ByteView(whole).first(size)), size);
  for (const std::size_t size : {0U, 31U, 33U, 1000U})
    BOOST_TEST(refuses("ssh-ed25519", strings({"ssh-ed25519", std::string(size, 'k')})), size);
  for (const std::size_t n : {0U, 1U, 64U, 2048U, 2049U, 20'000U}) {
    const std::string modulus = n == 0 ? std::string() : '\0' + std::string(n, '\xff');
    for (const std::string& e : {std::string(), std::string("\0", 1), std::string("\1"), std::string("\2"),
                                 std::string(34, '\x7f'), std::string(n, '\x7f')})
      BOOST_TEST(refuses("rsa-sha2-256", strings({"ssh-rsa", e, modulus})), n << ", " << e.size());
  }
  for (const std::string& point :
       {std::string("\0", 1), '\4' + std::string(64, '\0'), '\4' + std::string(64, '\xff'),
        '\2' + std::string(32, '\1'), std::string(65, '\4'), std::string()})
    BOOST_TEST(refuses("ecdsa-sha2-nistp256", strings({"ecdsa-sha2-nistp256", "nistp256", point})));
  BOOST_TEST(refuses("ecdsa-sha2-nistp256",
                     strings({"ecdsa-sha2-nistp256", "nistp384", '\4' + std::string(96, '\1')})));
  BOOST_TEST(g.watcher.proofs == 0);
}

// --- users

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-12"))
BOOST_AUTO_TEST_CASE(another_user_begins_anew) {
  const NothingLeft check;
  ServerSettings settings;
  settings.authentication_methods = "publickey,password";
  settings.max_auth_tries = 100;
  Guesser g(victim_options(settings));
  const Bytes step = g.client().ask(g.signed_request(Watcher::user_key()));
  BOOST_TEST(wire::decode<wire::UserauthFailure>(step).partial_success);
  // The first factor was robey's, so it is no good for root, nor for robey after root.
  const Bytes as_root = g.client().ask(requests::password("root", "foo"));
  BOOST_TEST(!wire::decode<wire::UserauthFailure>(as_root).partial_success);
  BOOST_TEST((wire::decode<wire::UserauthFailure>(as_root).methods == wire::NameList{"publickey"}));
  BOOST_TEST(g.refuses(requests::password("robey", "foo")));
  BOOST_TEST(g.watcher.logins == 0);
  const Bytes again = g.client().ask(g.signed_request(Watcher::user_key()));
  BOOST_TEST(wire::decode<wire::UserauthFailure>(again).partial_success);
  BOOST_TEST(g.client().lets_in(requests::password("robey", "foo")));
}

BOOST_AUTO_TEST_CASE(a_signature_is_for_one_user) {
  const NothingLeft check;
  Guesser g;
  const Bytes blob = other_key().public_key().blob();
  const Bytes by_other =
      other_key().sign("ssh-ed25519", g.client().signed_data("mallory", "ssh-ed25519", blob));
  BOOST_TEST(g.refuses(requests::publickey("robey", "ssh-ed25519", blob, by_other)));
  BOOST_TEST(g.watcher.proofs == 0);
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-12"))
BOOST_AUTO_TEST_CASE(answers_after_another_request) {
  const NothingLeft check;
  for (const Bytes& other :
       {requests::none("root"), requests::none("robey"), requests::password("root", "x")})
    BOOST_TEST((ending_of_row({requests::interactive("robey"), other, requests::answers({"42"})}) ==
                errc::protocol_error));
  BOOST_TEST((ending_of_row({requests::answers({"42"})}) == errc::protocol_error));
  BOOST_TEST((ending_of_row({requests::interactive("robey"), requests::answers({"41"}),
                             requests::answers({"42"})}) == errc::protocol_error));
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-12"))
BOOST_AUTO_TEST_CASE(answers_for_the_user_who_was_asked) {
  const NothingLeft check;
  Guesser g;
  BOOST_TEST(g.answer(requests::interactive("robey")) == info_request);
  BOOST_TEST(g.answer(requests::interactive("root")) == info_request);
  BOOST_TEST(g.refuses(requests::answers({"42"})));
  BOOST_TEST(g.answer(requests::interactive("robey")) == info_request);
  for (const auto& wrong : {std::vector<std::string>{}, std::vector<std::string>{"42", "42"}}) {
    BOOST_TEST(g.refuses(requests::answers(wrong)));
    BOOST_TEST(g.answer(requests::interactive("robey")) == info_request);
  }
  BOOST_TEST(g.client().lets_in(requests::answers({"42"})));
  BOOST_TEST(g.victim->server.identity().user == "robey");
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-13"))
BOOST_AUTO_TEST_CASE(names_that_are_none) {
  const NothingLeft check;
  Guesser g;
  using namespace std::string_literals;
  for (const std::string& user : {""s, "\0"s, "robey\0"s, "robey\n"s, "\x1b[2J"s, "ro\x7f"s, "\xff\xfe"s,
                                  std::string(256, 'u'), std::string(200'000, 'u')}) {
    BOOST_TEST(g.refuses(requests::password(user, "foo")), user.size());
    BOOST_TEST(g.refuses(requests::none(user)), user.size());
    BOOST_TEST(g.refuses(requests::interactive(user)), user.size());
  }
  BOOST_TEST(g.watcher.auth_calls == 0);
  BOOST_TEST(g.client().lets_in(requests::password("robey", "foo")));
}

// --- passwords and methods

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-13") * boost::unit_test::label("V-50"))
BOOST_AUTO_TEST_CASE(passwords_that_nobody_is_asked_about) {
  const NothingLeft check;
  Guesser g;
  using namespace std::string_literals;
  for (const std::string& password :
       {""s, "foo\0"s, "\0foo"s, std::string(1025, 'p'), std::string(200'000, 'p')})
    BOOST_TEST(g.refuses(requests::password("robey", password)), password.size());
  BOOST_TEST(g.refuses(requests::password_change("robey", "", "new")));
  BOOST_TEST(g.refuses(requests::password_change("robey", "old", "")));
  BOOST_TEST(g.watcher.auth_calls == 0);
  for (int i = 0; i < 50; ++i)
    BOOST_TEST(g.refuses(requests::password_change("robey", "wrong", "foo")));
  BOOST_TEST(g.watcher.logins == 0);
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-13"))
BOOST_AUTO_TEST_CASE(methods_that_are_not_offered) {
  const NothingLeft check;
  Guesser g(generous(), {"password"});
  BOOST_TEST(g.refuses(requests::none("robey")));
  BOOST_TEST(g.refuses(g.signed_request(Watcher::user_key())));
  BOOST_TEST(g.refuses(requests::interactive("robey")));
  for (const std::string& method :
       {std::string(), std::string("hostbased"), std::string("gssapi-with-mic"), std::string("Password"),
        std::string("password\0", 9), std::string(64, 'm'), std::string(100'000, 'm')})
    BOOST_TEST(g.refuses(requests::userauth("robey", method, strings({"x"}))), method.substr(0, 20));
  BOOST_TEST(g.watcher.auth_calls == 0);
  BOOST_TEST(g.watcher.proofs == 0);
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-25"))
BOOST_AUTO_TEST_CASE(requests_that_are_cut_short) {
  const NothingLeft check;
  const Bytes key = requests::publickey("robey", "ssh-ed25519", Bytes(51, 'k'), Bytes(83, 's'));
  for (const Bytes& whole :
       {requests::password("robey", "wrong"), requests::password_change("robey", "a", "b"),
        requests::interactive("robey"), key})
    for (std::size_t size = 1; size<whole.size(); size += whole.size()> 80 ? 7 : 1)
      BOOST_TEST((ending_of_row({ByteView(whole).first(size).bytes()}) == errc::malformed_packet), size);
  for (Bytes whole :
       {requests::none("robey"), requests::password("robey", "foo"), requests::interactive("robey"), key}) {
    whole.push_back(0);
    BOOST_TEST((ending_of_row({whole}) == errc::malformed_packet));
  }
}

// RFC 4252 section 5.1: nobody has to wait for an answer before the next request.
BOOST_AUTO_TEST_CASE(requests_in_a_row_are_answered_in_their_order) {
  const NothingLeft check;
  Guesser g;
  g.client().send_together({requests::none("robey"), requests::password("robey", "wrong"),
                            requests::interactive("robey"), requests::password("robey", "foo")});
  for (const std::uint8_t expected : {failure, failure, info_request, success})
    BOOST_TEST(g.client().next()[0] == expected);
}

// --- how often

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-15"))
BOOST_AUTO_TEST_CASE(ten_thousand_requests) {
  const NothingLeft check;
  const Bytes blob = other_key().public_key().blob();
  struct Kind {
    Bytes request;
    int at_most;
  };
  const Kind kinds[] = {{requests::password("robey", "wrong"), 6},
                        {requests::none("robey"), 7},
                        {requests::probe("robey", "ssh-ed25519", blob), 60},
                        {requests::probe("robey", "ssh-ed25519", {}), 60},
                        {requests::interactive("robey"), 7},
                        {requests::userauth("robey", "no-such-method", {}), 6},
                        {requests::password_change("robey", "wrong", "new"), 6},
                        {requests::password("", "wrong"), 6}};
  for (const Kind& kind : kinds) {
    Watcher watcher;
    BOOST_TEST((ending_of_row(std::vector<Bytes>(10'000, kind.request), victim_options(), &watcher) ==
                errc::too_many_attempts));
    BOOST_TEST(watcher.auth_calls <= kind.at_most);
  }
}

// Without waiting for an answer.
BOOST_TEST_DECORATOR(*boost::unit_test::label("V-15"))
BOOST_AUTO_TEST_CASE(ten_thousand_requests_at_once) {
  const NothingLeft check;
  const Bytes guess = requests::password("robey", "wrong");
  for (const std::size_t at_once : {1U, 500U}) {
    const error_code code = victim_ending([&](ScriptedClient& client) {
      client.connect();
      client.request_service();
      for (std::size_t i = 0; i < 10'000; i += at_once)
        client.send_together(std::vector<Bytes>(at_once, guess));
    });
    BOOST_TEST((code == errc::protocol_error || code == errc::too_many_attempts), code.message());
  }
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-15"))
BOOST_AUTO_TEST_CASE(a_user_name_for_each_request) {
  const NothingLeft check;
  std::vector<Bytes> row;
  for (int i = 0; i < 100; ++i)
    row.push_back(requests::none("user" + std::to_string(i)));
  Watcher watcher;
  BOOST_TEST((ending_of_row(row, victim_options(), &watcher) == errc::too_many_attempts));
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-66"))
BOOST_AUTO_TEST_CASE(guessing_takes_its_time) {
  const NothingLeft check;
  const milliseconds delay(30);
  TransportOptions options = generous();
  options.server.failure_delay = delay;
  const auto time_of = [&](const std::function<Bytes(int)>& make) {
    Guesser g(options);
    const auto start = Clock::now();
    for (int i = 0; i < 5; ++i)
      BOOST_TEST(g.refuses(make(i)));
    return Clock::now() - start;
  };
  // At least: a failed test never means that the machine is slow.
  BOOST_TEST(
      (time_of([](int i) { return requests::password("robey", "guess" + std::to_string(i)); }) >= 4 * delay));
  BOOST_TEST((time_of([](int) { return requests::password("nobody", "guess"); }) >= 4 * delay));
  BOOST_TEST((time_of([](int) { return requests::password("", ""); }) >= 4 * delay));
  BOOST_TEST((time_of([](int i) { return requests::none("user" + std::to_string(i)); }) >= 3 * delay));
  BOOST_TEST((time_of([](int) { return requests::userauth("robey", "no-such-method", {}); }) >= 4 * delay));
  // The last one before the end, too.
  options.server.max_auth_tries = 1;
  const auto start = Clock::now();
  BOOST_TEST((ending_of_row({requests::password("robey", "guess")}, options) == errc::too_many_attempts));
  BOOST_TEST((Clock::now() - start >= delay));
}

// What a client learns is the same for everybody.
BOOST_TEST_DECORATOR(*boost::unit_test::label("V-66"))
BOOST_AUTO_TEST_CASE(users_cannot_be_told_from_strangers) {
  const NothingLeft check;
  const Bytes blob = other_key().public_key().blob();
  const auto answers_for = [&](const std::string& user) {
    std::vector<Bytes> answers;
    for (const Bytes& request :
         {requests::none(user), requests::password(user, "wrong"),
          requests::password(user, std::string(1000, 'p')), requests::probe(user, "ssh-ed25519", {}),
          requests::probe(user, "ssh-ed25519", blob), requests::interactive(user),
          requests::userauth(user, "hostbased", {})}) {
      Guesser g;
      answers.push_back(g.client().ask(request));
    }
    return answers;
  };
  BOOST_TEST((answers_for("robey") == answers_for("stranger")));
}

BOOST_AUTO_TEST_CASE(requests_after_the_login_do_nothing) {
  const NothingLeft check;
  Guesser g;
  BOOST_TEST(g.client().lets_in(requests::password("robey", "foo")));
  const int asked = g.watcher.auth_calls;
  for (int i = 0; i < 100; ++i)
    g.client().send(requests::password("root", "foo"));
  g.client().send(requests::interactive("root"));
  g.client().send(requests::answers({"42"}));
  BOOST_TEST(g.client().alive());
  BOOST_TEST(g.watcher.auth_calls == asked);
  BOOST_TEST(g.victim->server.identity().user == "robey");
}

// The answer is not waited for: the session's messages are there before SUCCESS is.
BOOST_TEST_DECORATOR(*boost::unit_test::label("V-02"))
BOOST_AUTO_TEST_CASE(a_session_that_is_too_eager) {
  const NothingLeft check;
  BOOST_TEST((victim_ending([](ScriptedClient& client) {
                client.connect();
                client.request_service();
                client.send_together(
                    {requests::password("robey", "wrong"),
                     wire::encoded(wire::ChannelOpen{.type = "session", .window = 1, .max_packet = 1}),
                     wire::encoded(wire::ChannelRequest{.type = "exec", .body = {strings({"id"})}})});
              }) == errc::protocol_error));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::test
