// amiko - tests of keys against AsyncSSH, PuTTY and OpenSSH's own test keys, where they are installed
#include <vector>

#include "common/available.hpp"
#include "common/peer_process.hpp"
#include "common/python_server.hpp"
#include "common/token.hpp"
#include "key_data.hpp"

using namespace amiko;
using namespace amiko::test;

namespace {

constexpr const char* passphrase = "a pass phrase";

const std::vector<std::string> types = {"ssh-ed25519",
                                        "ssh-ed448",
                                        "ecdsa-sha2-nistp256",
                                        "ecdsa-sha2-nistp384",
                                        "ecdsa-sha2-nistp521",
                                        "ecdsa-sha2-1.3.132.0.10",
                                        "ssh-rsa",
                                        "ssh-dss"};

std::string python(const std::string& code, std::vector<std::string> arguments) {
  std::vector<std::string> argv = {python_program, "-W", "ignore", "-c", code};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  return run_checked(argv);
}

// A key of each type in each format, and a signature over "the data" with each algorithm.
constexpr const char* make_keys = R"py(
import asyncssh, sys
folder, secret = sys.argv[1:3]
for kind in sys.argv[3:]:
    key = asyncssh.generate_private_key(kind, comment='made by AsyncSSH')
    name = folder + '/' + kind
    key.write_public_key(name + '.pub')
    key.write_public_key(name + '.rfc4716', 'rfc4716')
    key.write_private_key(name + '.openssh')
    key.write_private_key(name + '.pkcs8', 'pkcs8-pem')
    key.write_private_key(name + '.pkcs8-locked', 'pkcs8-pem', passphrase=secret)
    if kind[:7] == 'ssh-rsa' or kind[:7] == 'ssh-dss' or kind[:5] == 'ecdsa':
        key.write_private_key(name + '.pkcs1', 'pkcs1-pem')
        key.write_private_key(name + '.pkcs1-locked', 'pkcs1-pem', passphrase=secret)
    for algorithm in key.sig_algorithms:
        made = key.sign(b'the data', algorithm)
        open(name + '.' + algorithm.decode() + '.sig', 'wb').write(made)
)py";

// Prints what it thinks of keys and signatures made here.
constexpr const char* check_keys = R"py(
import asyncssh, sys
folder, secret = sys.argv[1:3]
for kind in sys.argv[3:]:
    name = folder + '/' + kind
    key = asyncssh.read_private_key(name)
    assert key.export_public_key() == open(name + '.pub', 'rb').read(), kind
    key = asyncssh.read_public_key(name + '.rfc4716')
    assert key.public_data == asyncssh.read_private_key(name).public_data, kind
    for algorithm in key.sig_algorithms:
        made = open(name + '.' + algorithm.decode() + '.sig', 'rb').read()
        assert key.verify(b'the data', made), algorithm
        assert not key.verify(b'other data', made), algorithm
        print(algorithm.decode())
)py";

}  // namespace

BOOST_AUTO_TEST_SUITE(interop_others)

BOOST_AUTO_TEST_CASE(keys_made_by_asyncssh_load, *needs({"asyncssh"})) {
  const TempDir dir;
  std::vector<std::string> arguments = {dir.path(), passphrase};
  arguments.insert(arguments.end(), types.begin(), types.end());
  python(make_keys, arguments);
  for (const std::string& type : types) {
    const auto file = [&](const std::string& suffix) { return dir / (type + "." + suffix); };
    const PublicKey expected = PublicKey::load(file("pub"));
    BOOST_TEST(expected.type() == type);
    BOOST_TEST((PublicKey::load(file("rfc4716")) == expected));
    for (const char* suffix : {"openssh", "pkcs8", "pkcs8-locked", "pkcs1", "pkcs1-locked"}) {
      if (!std::filesystem::exists(file(suffix))) continue;
      const PrivateKey key = PrivateKey::load(file(suffix), Secret(ByteView(passphrase)));
      BOOST_TEST((key.public_key() == expected), type << " " << suffix);
    }
    for (const std::string& algorithm : expected.signature_algorithms(true)) {
      const Bytes made = ByteView(read_file(file(algorithm + ".sig"))).bytes();
      BOOST_TEST(expected.verify(algorithm, "the data", made), algorithm);
    }
  }
}

BOOST_AUTO_TEST_CASE(asyncssh_reads_what_is_made_here, *needs({"asyncssh"})) {
  const TempDir dir;
  std::vector<std::string> arguments = {dir.path(), passphrase};
  std::string expected;
  for (const std::string& type : types) {
    const PrivateKey key = PrivateKey::generate(type, {.comment = "made here"});
    key.save(dir / type);
    dir.write(type + ".pub", key.public_key().to_line() + "\n");
    dir.write(type + ".rfc4716", key.public_key().to_rfc4716());
    for (const std::string& algorithm : key.algorithms())
      dir.write(type + "." + algorithm + ".sig", ByteView(key.sign(algorithm, "the data")).str());
    arguments.push_back(type);
  }
  const std::string checked = python(check_keys, arguments);
  for (const std::string& type : types)
    for (const std::string& algorithm : PrivateKey::load(dir / type).algorithms())
      BOOST_TEST(("\n" + checked).find("\n" + algorithm + "\n") != std::string::npos, algorithm);
}

BOOST_AUTO_TEST_CASE(keys_converted_by_puttygen_load, *needs({"puttygen"})) {
  const TempDir dir;
  for (const std::string& type : types) {
    if (type == "ecdsa-sha2-1.3.132.0.10") continue;  // it has not got it
    const PrivateKey key = PrivateKey::generate(type, {.comment = "made here"});
    key.save(dir / "ours");
    run_checked({"puttygen", dir / "ours", "-O", "private", "-o", dir / "ppk"});
    for (const char* format : {"private-openssh", "private-openssh-new"}) {
      run_checked({"puttygen", dir / "ppk", "-O", format, "-o", dir / "theirs"});
      BOOST_TEST((PrivateKey::load(dir / "theirs").public_key() == key.public_key()), type << " " << format);
    }
    run_checked({"puttygen", dir / "ours", "-O", "public-openssh", "-o", dir / "theirs.pub"});
    BOOST_TEST((PublicKey::load(dir / "theirs.pub") == key.public_key()), type);
    run_checked({"puttygen", dir / "ours", "-p", "-o", dir / "theirs.rfc4716"});
    BOOST_TEST((PublicKey::load(dir / "theirs.rfc4716") == key.public_key()), type);
  }
}

// Real security keys are not to be had; OpenSSH's tests bring one in software.
BOOST_AUTO_TEST_CASE(keys_of_openssh_s_own_token, *needs({"ssh-keygen"})) {
  const std::string token = "/usr/lib/openssh/regress/misc/sk-dummy/sk-dummy.so";
  if (!std::filesystem::exists(token)) {
    BOOST_TEST_MESSAGE("skipped: no sk-dummy here");
    return;
  }
  const TempDir dir;
  const auto message = dir.write("message", "the message\n");
  const Bytes hash = crypto::hash("SHA-512", ByteView(read_file(message)));
  const Bytes data =
      Fields().raw(ByteView("SSHSIG")).string("test").string("").string("sha512").string(hash).bytes;
  for (const auto& [kind, type] :
       {std::pair("ed25519-sk", Token::sk_ed25519), {"ecdsa-sk", Token::sk_ecdsa}}) {
    const auto file = dir / kind;
    run_checked({"ssh-keygen", "-q", "-t", kind, "-w", token, "-N", "", "-f", file});
    const PublicKey key = PublicKey::load(file.string() + ".pub");
    BOOST_TEST(key.type() == type);
    check_refused(errc::unsupported_key, "only the security key itself", [&] { PrivateKey::load(file); });
    run_checked({"env", "SSH_SK_PROVIDER=" + token, "ssh-keygen", "-q", "-Y", "sign", "-n", "test", "-f",
                 file, message});
    const Bytes sshsig = unarmoured(read_file(message.string() + ".sig"));
    std::filesystem::remove(message.string() + ".sig");
    wire::Reader in(sshsig);
    in.raw(10);
    for (int i = 0; i < 4; ++i)
      in.string();
    BOOST_TEST(key.verify(type, data, in.string()), kind);
  }
}

BOOST_AUTO_TEST_SUITE_END()
