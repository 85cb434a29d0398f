// amiko - tests of PEM armour and its old encryption
#include "key_data.hpp"

using namespace amiko;
using namespace amiko::test;

namespace {

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  BOOST_REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

void refused(errc code, std::string_view what, const std::string& text) {
  check_refused(code, what, [&] { PrivateKey::parse(text, golden_passphrase()); });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(pem_armour)

BOOST_AUTO_TEST_CASE(an_end_line_that_is_missing_or_another) {
  for (const char* name : {"ed25519", "rsa.pem", "ecdsa256.pem", "rsa.pkcs8"}) {
    const std::string text = key_text(name);
    refused(errc::malformed_key, "the end line is missing", text.substr(0, text.find("-----END")));
    refused(errc::malformed_key, "the end line is missing", replaced(text, "-----END ", "-----END X"));
  }
}

BOOST_AUTO_TEST_CASE(bad_base64) {
  for (const char* name : {"ed25519", "rsa.pem", "ecdsa256.pem", "rsa.pkcs8"}) {
    const std::string text = key_text(name);
    const std::size_t line = text.find('\n') + 1;
    std::string bad = text;
    bad[line + 8] = '*';
    refused(errc::malformed_key, "", bad);
    refused(errc::malformed_key, "",
            text.substr(0, line) + text.substr(text.find("-----END")));  // no base64 at all
  }
}

BOOST_AUTO_TEST_CASE(text_cut_anywhere_is_an_error) {
  for (const char* name : {"ecdsa256.pem", "ed25519", "ecdsa256_aes128-cbc.pem"}) {
    const std::string text = key_text(name);
    for (std::size_t size = 0; size + 2 < text.size(); ++size)
      BOOST_CHECK_THROW(PrivateKey::parse(text.substr(0, size), golden_passphrase()), KeyError);
  }
}

BOOST_AUTO_TEST_CASE(encryption_headers) {
  const std::string text = key_text("rsa_aes128-cbc.pem");
  const std::size_t start = text.find("DEK-Info: ");
  const std::string iv = text.substr(text.find(',', start) + 1, 32);
  refused(errc::unsupported_key, "the cipher \"IDEA-CBC\" is not supported",
          replaced(text, "AES-128-CBC", "IDEA-CBC"));
  refused(errc::malformed_key, "IV", replaced(text, iv, iv.substr(2)));
  refused(errc::malformed_key, "IV", replaced(text, iv, ""));
  refused(errc::malformed_key, "", replaced(text, iv, "x" + iv.substr(1)));
  refused(errc::malformed_key, "headers do not belong together",
          replaced(text, "Proc-Type: 4,ENCRYPTED\n", ""));
  refused(errc::malformed_key, "headers do not belong together", replaced(text, "DEK-Info:", "Dek-Infx:"));
  refused(errc::malformed_key, "headers",
          replaced(key_text("ed25519"), "KEY-----\n",
                   "KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC," + iv + "\n\n"));
}

BOOST_AUTO_TEST_CASE(other_headers_are_skipped) {
  const std::string text = replaced(key_text("rsa.pem"), "KEY-----\n", "KEY-----\nX-Note: hello\n\n");
  BOOST_TEST(!!PrivateKey::parse(text));
}

BOOST_AUTO_TEST_SUITE_END()
