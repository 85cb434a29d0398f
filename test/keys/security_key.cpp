// amiko - tests of public keys of security keys, against a token in software and OpenSSH's own vectors
#include <amiko/keys/security_key.hpp>

#include "common/token.hpp"
#include "key_data.hpp"

using namespace amiko;
using namespace amiko::test;

namespace {

constexpr std::uint8_t present = 0x01, verified = 0x04, attested = 0x40, extended = 0x80;

struct Kind {
  const char *type, *algorithm;
};
constexpr Kind kinds[] = {{Token::sk_ed25519, Token::sk_ed25519},
                          {Token::sk_ecdsa, Token::sk_ecdsa},
                          {Token::sk_ecdsa, Token::webauthn}};

// Whether what the token signs now is taken.
bool good(const Token& token, const Kind& kind, const SecurityKeyRules& rules = {}) {
  return token.public_key().verify(kind.algorithm, "the data", token.sign(kind.algorithm, "the data"), rules);
}

const std::filesystem::path vectors = "/usr/lib/openssh/regress/unittests/sshsig/testdata";

}  // namespace

BOOST_AUTO_TEST_SUITE(security_key)

BOOST_AUTO_TEST_CASE(signatures_with_a_touch_are_right) {
  for (const Kind& kind : kinds) {
    const Token token(kind.type);
    BOOST_TEST(token.public_key().is_security_key());
    BOOST_TEST(token.public_key().type() == kind.type);
    BOOST_TEST(token.public_key().bits() == 256U);
    BOOST_TEST(good(token, kind));
    const Bytes made = token.sign(kind.algorithm, "the data");
    BOOST_TEST(!token.public_key().verify(kind.algorithm, "the date", made));
    for (std::size_t i = 0; i < made.size(); ++i) {
      Bytes changed = made;
      changed[i] ^= 0x10;
      BOOST_TEST(!token.public_key().verify(kind.algorithm, "the data", changed));
      BOOST_TEST(!token.public_key().verify(kind.algorithm, "the data", ByteView(made).first(i)));
    }
  }
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-57"))
BOOST_AUTO_TEST_CASE(touch_and_verification) {
  const SecurityKeyRules nothing{.touch_required = false};
  const SecurityKeyRules touch{};
  const SecurityKeyRules both{.verify_required = true};
  const SecurityKeyRules only_verified{.touch_required = false, .verify_required = true};
  for (const Kind& kind : kinds) {
    Token token(kind.type);
    const auto taken = [&](std::uint8_t flags) {
      token.flags = flags;
      return std::vector<bool>{good(token, kind, nothing), good(token, kind, touch), good(token, kind, both),
                               good(token, kind, only_verified)};
    };
    BOOST_TEST((taken(0) == std::vector<bool>{true, false, false, false}));
    BOOST_TEST((taken(present) == std::vector<bool>{true, true, false, false}));
    BOOST_TEST((taken(verified) == std::vector<bool>{true, false, false, true}));
    BOOST_TEST((taken(present | verified) == std::vector<bool>{true, true, true, true}));
  }
}

BOOST_AUTO_TEST_CASE(the_flags_are_signed) {
  Token token(Token::sk_ed25519);
  token.flags = 0;
  Bytes made = token.sign(Token::sk_ed25519, "the data");
  made[made.size() - 5] = present;
  BOOST_TEST(!token.public_key().verify(Token::sk_ed25519, "the data", made));
}

BOOST_AUTO_TEST_CASE(any_counter_will_do) {
  Token token(Token::sk_ecdsa);
  for (const std::uint32_t counter : {0U, 1U, 0xffffffffU}) {
    token.counter = counter;
    BOOST_TEST(good(token, kinds[1]));
  }
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-57"))
BOOST_AUTO_TEST_CASE(the_application_is_part_of_the_key) {
  for (const Kind& kind : kinds) {
    Token token(kind.type);
    token.application = "ssh:other";
    BOOST_TEST(!good(token, kind));
  }
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-57"))
BOOST_AUTO_TEST_CASE(bytes_left_over_are_refused) {
  for (const Kind& kind : kinds) {
    Token token(kind.type);
    token.trailing = {0};
    BOOST_TEST(!good(token, kind));
  }
}

BOOST_AUTO_TEST_CASE(plain_keys_have_no_flags) {
  const PrivateKey key = PrivateKey::load(key_file("ed25519"));
  Bytes made = key.sign("ssh-ed25519", "the data");
  append(made, Bytes{present, 0, 0, 0, 7});
  BOOST_TEST(!key.public_key().verify("ssh-ed25519", "the data", made));
  BOOST_TEST(!key.public_key().is_security_key());
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-57"))
BOOST_AUTO_TEST_CASE(webauthn_binds_origin_and_data) {
  const Kind& kind = kinds[2];
  const auto with = [&](auto change) {
    Token token(kind.type);
    change(token);
    return good(token, kind);
  };
  BOOST_TEST(with([](Token&) {}));
  BOOST_TEST(with([](Token& t) { t.origin = ""; }));
  BOOST_TEST(with([](Token& t) { t.client_data_end = "}"; }));
  BOOST_TEST(!with([](Token& t) { t.origin = "https://a.example\",\"x\":\"y"; }));
  BOOST_TEST(!with([](Token& t) { t.challenge = "AAAA"; }));
  BOOST_TEST(!with([](Token& t) { t.challenge = support::base64_encode(ByteView("the data")) + "="; }));
  BOOST_TEST(!with([](Token& t) { t.flags = present | attested; }));
  BOOST_TEST(!with([](Token& t) { t.flags = present | extended; }));
  BOOST_TEST(!with([](Token& t) { t.extensions = {0xa0}; }));
  BOOST_TEST(with([](Token& t) {
    t.flags = present | extended;
    t.extensions = {0xa0};
  }));
}

BOOST_AUTO_TEST_CASE(webauthn_is_another_algorithm) {
  const Token token(Token::sk_ecdsa);
  const PublicKey& key = token.public_key();
  BOOST_TEST(key.signature_algorithms() == (std::vector<std::string>{Token::sk_ecdsa, Token::webauthn}),
             boost::test_tools::per_element());
  BOOST_TEST(!key.verify(Token::sk_ecdsa, "x", token.sign(Token::webauthn, "x")));
  BOOST_TEST(!key.verify(Token::webauthn, "x", token.sign(Token::sk_ecdsa, "x")));
  BOOST_TEST(
      !Token(Token::sk_ed25519).public_key().verify(Token::webauthn, "x", token.sign(Token::webauthn, "x")));
}

BOOST_AUTO_TEST_CASE(keys_that_are_none) {
  const Bytes ed = PublicKey::load(key_file("ed25519.pub")).blob();
  wire::Reader in(ed);
  in.string();
  const Bytes point = in.string().bytes();
  const auto parse = [](const Fields& fields) { PublicKey::from_blob(fields); };
  check_refused(errc::malformed_key, "there",
                [&] { parse(Fields().string(Token::sk_ed25519).string(point)); });
  check_refused(errc::malformed_key, "bytes too many", [&] {
    parse(Fields().string(Token::sk_ed25519).string(point).string("ssh:").raw(Bytes{0}));
  });
  check_refused(errc::malformed_key, "an Ed25519 public key of 31 bytes", [&] {
    parse(Fields().string(Token::sk_ed25519).string(ByteView(point).first(31)).string("ssh:"));
  });
  check_refused(errc::malformed_key, "the curve is named", [&] {
    parse(Fields().string(Token::sk_ecdsa).string("nistp384").string(point).string("ssh:"));
  });
}

BOOST_AUTO_TEST_CASE(only_the_token_can_sign) {
  check_refused(errc::unsupported_key, "made by a token", [] { PrivateKey::generate(Token::sk_ed25519); });
  const Token token(Token::sk_ed25519);
  Fields section;
  section.uint32(1).uint32(1).string(Token::sk_ed25519).string("handle");
  OpensshBody body = OpensshBody::of(key_text("ed25519"));
  body.public_blob = token.public_key().blob();
  body.section = section.bytes;
  body.section.resize((body.section.size() + 7) / 8 * 8);
  check_refused(errc::unsupported_key, "only the security key itself can sign",
                [&] { PrivateKey::parse(body.text()); });
}

// OpenSSH's regression tests come with signatures by real tokens and a browser.
BOOST_AUTO_TEST_CASE(vectors_of_openssh) {
  if (!std::filesystem::exists(vectors)) {
    BOOST_TEST_MESSAGE("skipped: no OpenSSH regression tests here");
    return;
  }
  const Bytes hash = crypto::hash("SHA-512", ByteView(read_file(vectors / "signed-data")));
  const Bytes data =
      Fields().raw(ByteView("SSHSIG")).string("unittest").string("").string("sha512").string(hash).bytes;
  const Kind cases[] = {{"dsa", "ssh-dss"},
                        {"ecdsa_sk", Token::sk_ecdsa},
                        {"ecdsa_sk_webauthn", Token::webauthn},
                        {"ed25519_sk", Token::sk_ed25519}};
  for (const auto& [name, algorithm] : cases) {
    const PublicKey key = PublicKey::load(vectors / (std::string(name) + ".pub"));
    const Bytes sshsig = unarmoured(read_file(vectors / (std::string(name) + ".sig")));
    wire::Reader in(sshsig);
    in.raw(10);
    for (int i = 0; i < 4; ++i)
      in.string();
    const Bytes made = in.string().bytes();
    BOOST_TEST(key.verify(algorithm, data, made), name);
    BOOST_TEST(!key.verify(algorithm, "other data", made), name);
  }
}

BOOST_AUTO_TEST_SUITE_END()
