// amiko - tests of keys against ssh-keygen and openssl, where they are installed
#include "key_data.hpp"

#include <sys/stat.h>

#include <vector>

#include "common/available.hpp"
#include "common/peer_process.hpp"

using namespace amiko;
using namespace amiko::test;

namespace {

constexpr const char* passphrase = "a pass phrase";

Secret secret() {
  return Secret(ByteView(passphrase));
}

struct Type {
  const char *name, *bits, *type;
};
constexpr Type types[] = {{"ed25519", "256", "ssh-ed25519"},
                          {"ecdsa", "256", "ecdsa-sha2-nistp256"},
                          {"ecdsa", "384", "ecdsa-sha2-nistp384"},
                          {"ecdsa", "521", "ecdsa-sha2-nistp521"},
                          {"rsa", "2048", "ssh-rsa"},
                          {"dsa", "1024", "ssh-dss"}};

std::string trimmed_line(std::string text) {
  while (!text.empty() && text.back() == '\n')
    text.pop_back();
  return text;
}

void keygen(const std::filesystem::path& file, const Type& type, std::vector<std::string> more = {},
            const char* word = passphrase) {
  std::vector<std::string> argv = {"ssh-keygen", "-q", "-t", type.name, "-b", type.bits,
                                   "-N",         word, "-C", "me",      "-f", file};
  argv.insert(argv.end(), more.begin(), more.end());
  run_checked(argv);
}

// What ssh-keygen -l prints: bits, fingerprint, comment, type.
std::string fingerprint_line(const std::filesystem::path& file, const char* hash) {
  return trimmed_line(run_checked({"ssh-keygen", "-l", "-E", hash, "-f", file}));
}

void check_loads(const std::filesystem::path& file, const std::filesystem::path& public_file,
                 const Secret& word) {
  BOOST_TEST_CONTEXT(file.string()) {
    const PrivateKey key = PrivateKey::load(file, word);
    const PublicKey expected = PublicKey::load(public_file);
    BOOST_TEST((key.public_key() == expected));
    const std::string algorithm = key.algorithms().front();
    BOOST_TEST(expected.verify(algorithm, "data", key.sign(algorithm, "data")));
  }
}

// What an SSHSIG signs (OpenSSH PROTOCOL.sshsig).
Bytes sshsig_data(std::string_view hash, ByteView message_hash) {
  return Fields().raw(ByteView("SSHSIG")).string("test").string("").string(hash).string(message_hash).bytes;
}

Bytes sha512(const std::filesystem::path& file) {
  const std::string line = run_checked({"openssl", "dgst", "-sha512", "-r", file});
  return hex(line.substr(0, 128));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(interop)

BOOST_AUTO_TEST_CASE(keys_made_by_ssh_keygen_load, *needs({"ssh-keygen"})) {
  const TempDir dir;
  int number = 0;
  for (const Type& type : types) {
    for (const char* format : {"RFC4716", "PEM", "PKCS8"}) {
      if (type.name == std::string_view("ed25519") && format != std::string_view("RFC4716")) continue;
      for (const char* word : {"", passphrase}) {
        const auto file = dir / ("key" + std::to_string(number++));
        keygen(file, type, {"-m", format, "-a", "1"}, word);
        check_loads(file, file.string() + ".pub", Secret(ByteView(word)));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(every_cipher_of_ssh_keygen_loads, *needs({"ssh-keygen"})) {
  const TempDir dir;
  for (const char* cipher :
       {"aes256-ctr", "aes192-ctr", "aes128-ctr", "aes256-cbc", "aes192-cbc", "aes128-cbc", "3des-cbc",
        "aes256-gcm@openssh.com", "aes128-gcm@openssh.com", "chacha20-poly1305@openssh.com"}) {
    for (const Type& type : {types[0], types[3]}) {
      const auto file = dir / (std::string(cipher) + type.name);
      keygen(file, type, {"-Z", cipher, "-a", "2"});
      check_loads(file, file.string() + ".pub", secret());
      check_refused(errc::wrong_passphrase, cipher,
                    [&] { PrivateKey::load(file, Secret(ByteView("wrong"))); });
    }
  }
}

BOOST_AUTO_TEST_CASE(work_factors_of_ssh_keygen, *needs({"ssh-keygen"})) {
  const TempDir dir;
  for (const char* rounds : {"1", "16", "40"}) {
    const auto file = dir / rounds;
    keygen(file, types[0], {"-a", rounds});
    check_loads(file, file.string() + ".pub", secret());
  }
}

BOOST_AUTO_TEST_CASE(fingerprints_are_those_of_ssh_keygen, *needs({"ssh-keygen"})) {
  for (const char* name : {"ed25519.pub", "ecdsa256.pub", "ecdsa384.pub", "ecdsa521.pub", "rsa.pub"}) {
    const PublicKey key = PublicKey::load(key_file(name));
    const std::string start = std::to_string(key.bits()) + " ";
    BOOST_TEST(fingerprint_line(key_file(name), "sha256")
                   .starts_with(start + key.fingerprint() + " " + key.comment()));
    BOOST_TEST(fingerprint_line(key_file(name), "md5").starts_with(start + key.fingerprint("MD5") + " "));
  }
}

BOOST_AUTO_TEST_CASE(ssh_keygen_reads_what_is_saved, *needs({"ssh-keygen"})) {
  const TempDir dir;
  for (const Type& type : types) {
    const PrivateKey key = PrivateKey::generate(
        type.type, {.bits = type.type == std::string_view("ssh-rsa") ? 2048U : 0, .comment = "made here"});
    const auto plain = dir / (std::string(type.type) + "-plain");
    key.save(plain);
    BOOST_TEST(trimmed_line(run_checked({"ssh-keygen", "-y", "-f", plain})) == key.public_key().to_line());
    const auto closed = dir / (std::string(type.type) + "-closed");
    key.save(closed, secret());
    BOOST_TEST(trimmed_line(run_checked({"ssh-keygen", "-y", "-P", passphrase, "-f", closed})) ==
               key.public_key().to_line());
  }
}

BOOST_AUTO_TEST_CASE(ssh_keygen_verifies_what_is_signed_here, *needs({"ssh-keygen", "openssl"})) {
  const TempDir dir;
  const auto message = dir.write("message", "the message\n");
  for (const char* name : {"ed25519", "ecdsa256", "ecdsa384", "ecdsa521", "rsa"}) {
    const PrivateKey key = PrivateKey::load(key_file(name));
    for (const std::string& algorithm : key.public_key().signature_algorithms()) {
      const Bytes made = key.sign(algorithm, sshsig_data("sha512", sha512(message)));
      Fields sshsig;
      sshsig.raw(ByteView("SSHSIG")).uint32(1).string(key.public_key().blob());
      sshsig.string("test").string("").string("sha512").string(made);
      const auto file = dir.write("signature", pem("SSH SIGNATURE", sshsig));
      const auto result =
          run({"ssh-keygen", "-Y", "check-novalidate", "-n", "test", "-s", file}, read_file(message));
      BOOST_TEST(result.exit_code == 0, algorithm << ": " << result.err);
    }
  }
}

BOOST_AUTO_TEST_CASE(what_ssh_keygen_signs_verifies_here, *needs({"ssh-keygen", "openssl"})) {
  const TempDir dir;
  const auto message = dir.write("message", "the message\n");
  for (const Type& type : types) {
    const auto file = dir / (std::string(type.type));
    keygen(file, type, {}, "");
    run_checked({"ssh-keygen", "-q", "-Y", "sign", "-n", "test", "-f", file, message});
    const Bytes sshsig = unarmoured(read_file(message.string() + ".sig"));
    std::filesystem::remove(message.string() + ".sig");
    wire::Reader in(sshsig);
    in.raw(6);
    in.uint32();
    const PublicKey key = PublicKey::from_blob(in.string());
    for (int i = 0; i < 3; ++i)
      in.string();
    const ByteView made = in.string();
    const std::string algorithm(wire::Reader(made).text());
    BOOST_TEST(key.verify(algorithm, sshsig_data("sha512", sha512(message)), made));
    BOOST_TEST(!key.verify(algorithm, sshsig_data("sha256", sha512(message)), made));
  }
}

BOOST_AUTO_TEST_CASE(openssl_makes_the_same_rsa_signatures, *needs({"openssl"})) {
  const TempDir dir;
  const auto message = dir.write("message", "the message");
  const auto made = dir / "signature";
  const PrivateKey key = PrivateKey::load(key_file("rsa"));
  for (const auto& [algorithm, hash] :
       {std::pair("rsa-sha2-512", "-sha512"), {"rsa-sha2-256", "-sha256"}, {"ssh-rsa", "-sha1"}}) {
    run_checked({"openssl", "dgst", hash, "-sign", key_file("rsa.pem"), "-out", made, message});
    BOOST_TEST((key.sign(algorithm, "the message") == signature(algorithm, read_file(made))));
  }
}

BOOST_AUTO_TEST_CASE(keys_made_by_openssl_load, *needs({"openssl"})) {
  const TempDir dir;
  const std::vector<std::vector<std::string>> kinds = {
      {"-algorithm", "ed25519"},
      {"-algorithm", "ED448"},
      {"-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:secp256k1"},
      {"-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"},
      {"-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"},
      {"-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"},
      {"-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-521"}};
  for (const auto& kind : kinds) {
    const auto plain = dir / "plain";
    std::vector<std::string> argv = {"openssl", "genpkey", "-out", plain};
    argv.insert(argv.end(), kind.begin(), kind.end());
    run_checked(argv);
    const PublicKey expected = PrivateKey::load(plain).public_key();
    for (const std::vector<std::string>& scheme :
         std::vector<std::vector<std::string>>{{"-v2", "aes128"},
                                               {"-v2", "aes192"},
                                               {"-v2", "aes256", "-v2prf", "hmacWithSHA512"},
                                               {"-v2", "des3"},
                                               {"-scrypt"}}) {
      const auto closed = dir / "closed";
      argv = {"openssl", "pkcs8",    "-topk8",
              "-in",     plain,      "-out",
              closed,    "-passout", std::string("pass:") + passphrase};
      argv.insert(argv.end(), scheme.begin(), scheme.end());
      run_checked(argv);
      BOOST_TEST((PrivateKey::load(closed, secret()).public_key() == expected));
      check_refused(errc::wrong_passphrase, "PBES2",
                    [&] { PrivateKey::load(closed, Secret(ByteView("wrong"))); });
    }
  }
}

BOOST_AUTO_TEST_CASE(openssl_keys_of_other_kinds_are_named, *needs({"openssl"})) {
  const TempDir dir;
  run_checked({"openssl", "genpkey", "-algorithm", "X25519", "-out", dir / "key"});
  check_refused(errc::unsupported_key, "PKCS#8 private key", [&] { PrivateKey::load(dir / "key"); });
  run_checked({"openssl", "ecparam", "-name", "prime256v1", "-genkey", "-param_enc", "explicit", "-out",
               dir / "key"});
  BOOST_CHECK_THROW(PrivateKey::load(dir / "key"), KeyError);
}

BOOST_AUTO_TEST_SUITE_END()
