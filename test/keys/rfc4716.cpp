// amiko - tests of the public key file format of RFC 4716
#include "key_data.hpp"

using namespace amiko;
using namespace amiko::test;

namespace {

const std::string begin_line = "---- BEGIN SSH2 PUBLIC KEY ----\n";
const std::string end_line = "---- END SSH2 PUBLIC KEY ----\n";

PublicKey loaded(const std::string& text) {
  const TempDir dir;
  return PublicKey::load(dir.write("key", text));
}

std::string base64() {
  const std::string line = PublicKey::load(key_file("ed25519.pub")).with_comment("").to_line();
  return line.substr(line.find(' ') + 1) + "\n";
}

void refused(std::string_view why, const std::string& text) {
  check_refused(errc::malformed_key, why, [&] { loaded(text); });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(rfc4716)

BOOST_AUTO_TEST_CASE(what_ssh_keygen_wrote) {
  for (const std::string name : {"ed25519", "rsa"}) {
    const PublicKey key = PublicKey::load(key_file(name + "_rfc4716.pub"));
    BOOST_TEST((key == PublicKey::load(key_file(name + ".pub"))));
    BOOST_TEST(key.comment().ends_with("-bit " + std::string(name == "rsa" ? "RSA" : "ED25519") +
                                       ", converted from OpenSSH"));
  }
}

BOOST_AUTO_TEST_CASE(headers) {
  const std::string body = base64();
  BOOST_TEST(loaded(begin_line + body + end_line).comment() == "");
  BOOST_TEST(loaded(begin_line + "COMMENT: plain words\n" + body + end_line).comment() == "plain words");
  BOOST_TEST(
      loaded(begin_line + "Subject: me\nx-private: \"a\"\nComment: \"two\\\n lines\"\n" + body + end_line)
          .comment() == "twolines");
  BOOST_TEST(loaded("\r\n" + begin_line + "Comment: \"\"\r\n" + body + end_line + "\n").comment() == "");
}

BOOST_AUTO_TEST_CASE(broken_files) {
  const std::string body = base64();
  refused("the end line is missing", begin_line + body);
  refused("the end line is missing", begin_line);
  refused("a header behind the key", begin_line + body + "Comment: x\n" + end_line);
  refused("there is more than one key", begin_line + body + end_line + begin_line + body + end_line);
  refused("a header ends in the middle", begin_line + "Comment: x\\");
  refused("", begin_line + end_line);
  refused("", begin_line + "****\n" + end_line);
  refused("", begin_line + body.substr(0, 20) + "\n" + end_line);
}

BOOST_AUTO_TEST_CASE(what_is_written_is_read) {
  for (const std::string name : {"ed25519", "ed448", "ecdsa521", "rsa", "dsa"}) {
    const PublicKey key = PublicKey::load(key_file(name + ".pub"));
    const PublicKey back = loaded(key.to_rfc4716());
    BOOST_TEST((back == key));
    BOOST_TEST(back.comment() == key.comment());
  }
  const PublicKey key = PublicKey::load(key_file("rsa.pub")).with_comment(std::string(300, 'c') + "\n");
  const std::string text = key.to_rfc4716();
  std::size_t start = 0;
  for (std::size_t end = 0; (end = text.find('\n', start)) != text.npos; start = end + 1)
    BOOST_TEST(end - start <= 72U);
  BOOST_TEST((loaded(text) == key));
}

BOOST_AUTO_TEST_SUITE_END()
