// amiko - tests of PublicKey
#include "key_data.hpp"

#include <vector>

using namespace amiko;
using namespace amiko::test;

namespace {

const std::vector<std::string> golden = {"ed25519",  "ed448",     "ecdsa256", "ecdsa384",
                                         "ecdsa521", "secp256k1", "rsa",      "dsa"};

}  // namespace

BOOST_AUTO_TEST_SUITE(public_key)

BOOST_AUTO_TEST_CASE(lines_go_there_and_back) {
  for (const std::string& name : golden) {
    const PublicKey key = PublicKey::load(key_file(name + ".pub"));
    BOOST_TEST(key.to_line() + "\n" == key_text(name + ".pub"));
    BOOST_TEST(key.comment() == "amiko test key " + name);
    BOOST_TEST((PublicKey::from_line("\t " + key.to_line() + " \r\n") == key));
    BOOST_TEST((PublicKey::from_blob(key.blob()) == key));
  }
}

BOOST_AUTO_TEST_CASE(type_and_size) {
  const std::pair<const char*, unsigned> expected[] = {{"ssh-ed25519", 256},
                                                       {"ssh-ed448", 448},
                                                       {"ecdsa-sha2-nistp256", 256},
                                                       {"ecdsa-sha2-nistp384", 384},
                                                       {"ecdsa-sha2-nistp521", 521},
                                                       {"ecdsa-sha2-1.3.132.0.10", 256},
                                                       {"ssh-rsa", 2048},
                                                       {"ssh-dss", 1024}};
  for (std::size_t i = 0; i < golden.size(); ++i) {
    const PublicKey key = PublicKey::load(key_file(golden[i] + ".pub"));
    BOOST_TEST(key.type() == expected[i].first);
    BOOST_TEST(key.bits() == expected[i].second);
  }
}

BOOST_AUTO_TEST_CASE(comments) {
  const PublicKey key = PublicKey::load(key_file("ed25519.pub"));
  const PublicKey bare = key.with_comment("");
  BOOST_TEST((bare == key));
  BOOST_TEST(bare.to_line().find("amiko") == std::string::npos);
  BOOST_TEST(PublicKey::from_line(bare.to_line()).comment() == "");
  BOOST_TEST(PublicKey::from_line(bare.to_line() + "  two words ").comment() == "two words");
}

BOOST_AUTO_TEST_CASE(a_comment_cannot_begin_another_line) {
  const PublicKey key = PublicKey::load(key_file("ed25519.pub")).with_comment("x\nssh-ed25519 AAAA");
  BOOST_TEST(key.to_line().find('\n') == std::string::npos);
}

BOOST_AUTO_TEST_CASE(fingerprints_of_a_published_key) {
  // GitHub's host key, whose fingerprint GitHub publishes
  const PublicKey key = PublicKey::from_line(
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl");
  BOOST_TEST(key.fingerprint() == "SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU");
  BOOST_TEST(key.fingerprint("MD5") == "MD5:65:96:2d:fc:e8:d5:a9:11:64:0c:0f:ea:00:6e:5b:bd");
  BOOST_CHECK_THROW(key.fingerprint("SHA3"), Error);
}

BOOST_AUTO_TEST_CASE(an_empty_key_throws_no_state) {
  const PublicKey none;
  BOOST_TEST(!none);
  BOOST_TEST((none == PublicKey()));
  BOOST_TEST(!(none == PublicKey::load(key_file("rsa.pub"))));
  const auto no_state = [](const Error& e) { return e.code() == make_error_code(errc::no_state); };
  BOOST_CHECK_EXCEPTION(none.type(), Error, no_state);
  BOOST_CHECK_EXCEPTION(none.comment(), Error, no_state);
  BOOST_CHECK_EXCEPTION(none.fingerprint(), Error, no_state);
  BOOST_CHECK_EXCEPTION(none.verify("ssh-ed25519", "", ""), Error, no_state);
}

BOOST_AUTO_TEST_CASE(lines_that_are_none) {
  const std::string good = PublicKey::load(key_file("ed25519.pub")).with_comment("").to_line();
  const std::string base64 = good.substr(good.find(' ') + 1);
  check_refused(errc::malformed_key, "type base64 [comment]", [] { PublicKey::from_line(""); });
  check_refused(errc::malformed_key, "type base64 [comment]", [] { PublicKey::from_line("ssh-ed25519"); });
  check_refused(errc::malformed_key, "it says ssh-rsa and holds a key of type ssh-ed25519",
                [&] { PublicKey::from_line("ssh-rsa " + base64); });
  check_refused(errc::malformed_key, "", [&] { PublicKey::from_line(good.substr(0, good.size() - 1)); });
  check_refused(errc::malformed_key, "", [] { PublicKey::from_line("ssh-ed25519 not*base64"); });
  check_refused(errc::unsupported_key, "the key type is unknown: \"no-pty\"",
                [&] { PublicKey::from_line("no-pty " + good); });
  check_refused(errc::unsupported_key, "certificates are not supported",
                [] { PublicKey::from_line("ssh-ed25519-cert-v01@openssh.com AAAA"); });
  for (const char* broken : {"ssh-dss AAAA", "sk-ssh-ed25519@openssh.com AAAA", "ssh-ed448 AAAA"})
    check_refused(errc::malformed_key, "", [&] { PublicKey::from_line(broken); });
}

BOOST_AUTO_TEST_CASE(unprintable_type_names_are_shown_escaped) {
  check_refused(errc::unsupported_key, "\\033[2J", [] { PublicKey::from_blob(Fields().string("\033[2J")); });
}

BOOST_AUTO_TEST_CASE(files) {
  const TempDir dir;
  const std::string line = key_text("ed25519.pub");
  const PublicKey key = PublicKey::load(key_file("ed25519.pub"));
  BOOST_TEST(
      (PublicKey::load(dir.write("commented", "# a comment\r\n\r\n" + line + "\n# another\n")) == key));
  check_refused(errc::malformed_key, "more than one key",
                [&] { PublicKey::load(dir.write("two", line + line)); });
  check_refused(errc::unknown_format, "an OpenSSH private key", [] { PublicKey::load(key_file("ed25519")); });
  check_refused(errc::unknown_format, "an empty file", [&] { PublicKey::load(dir.write("empty", "")); });
  check_refused(errc::file_not_found, "nowhere", [&] { PublicKey::load(dir / "nowhere"); });
}

BOOST_AUTO_TEST_CASE(every_truncated_blob_is_refused) {
  for (const std::string& name : golden) {
    const Bytes blob = PublicKey::load(key_file(name + ".pub")).blob();
    for (std::size_t size = 0; size < blob.size(); ++size)
      BOOST_CHECK_THROW(PublicKey::from_blob(ByteView(blob).first(size)), KeyError);
    Bytes longer = blob;
    longer.push_back(0);
    check_refused(errc::malformed_key, "bytes too many", [&] { PublicKey::from_blob(longer); });
  }
}

BOOST_AUTO_TEST_CASE(changed_blobs_are_refused_or_other_keys) {
  for (const std::string& name : golden) {
    const Bytes blob = PublicKey::load(key_file(name + ".pub")).blob();
    for (std::size_t i = 0; i < blob.size(); ++i) {
      for (const std::uint8_t flip : std::initializer_list<std::uint8_t>{0x01, 0x80, 0xff}) {
        Bytes changed = blob;
        changed[i] ^= flip;
        try {
          BOOST_TEST((PublicKey::from_blob(changed).blob() == changed));
        } catch (const KeyError&) {
          continue;
        }
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(changed_signatures_are_false) {
  for (const std::string& name : golden) {
    const PrivateKey key = PrivateKey::load(key_file(name));
    const PublicKey& half = key.public_key();
    const std::string algorithm = key.algorithms().front();
    const Bytes good = key.sign(algorithm, "data");
    BOOST_TEST(half.verify(algorithm, "data", good));
    BOOST_TEST(!half.verify(algorithm, "Data", good));
    for (std::size_t i = 0; i < good.size(); ++i) {
      BOOST_TEST(!half.verify(algorithm, "data", ByteView(good).first(i)));
      for (const std::uint8_t flip : std::initializer_list<std::uint8_t>{0x01, 0x80}) {
        Bytes changed = good;
        changed[i] ^= flip;
        BOOST_TEST(!half.verify(algorithm, "data", changed));
      }
    }
    Bytes longer = good;
    longer.push_back(0);
    BOOST_TEST(!half.verify(algorithm, "data", longer));
  }
}

BOOST_AUTO_TEST_CASE(the_algorithm_must_be_the_one_that_was_asked_for) {
  const PrivateKey key = PrivateKey::load(key_file("ecdsa256"));
  const Bytes good = key.sign("ecdsa-sha2-nistp256", "data");
  for (const char* name : {"", "ecdsa-sha2-nistp384", "ssh-ed25519", "rsa-sha2-256", "none"}) {
    BOOST_TEST(!key.public_key().verify(name, "data", good));
    BOOST_TEST(
        !key.public_key().verify("ecdsa-sha2-nistp256", "data", signature(name, signature_content(good))));
  }
}

BOOST_AUTO_TEST_SUITE_END()
