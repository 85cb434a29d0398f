// amiko - fuzzing of public keys, private key files and signatures
#include <amiko/keys/private_key.hpp>
#include <amiko/keys/public_key.hpp>

#include <string>

#include "fuzz/failing_new.hpp"
#include "fuzz/input.hpp"
#include "fuzz/target.hpp"

namespace amiko::fuzz {
namespace {

const std::vector<PrivateKey>& sample_keys() {
  static const std::vector<PrivateKey> keys{
      PrivateKey::generate("ed25519"), PrivateKey::generate("ecdsa-sha2-nistp256"),
      PrivateKey::generate("ecdsa-sha2-nistp521"), PrivateKey::generate("rsa", {.bits = 1024})};
  return keys;
}

void run_public_key(ByteView bytes) {
  Input input(bytes);
  if (input.byte() & 1) {
    const PublicKey key = PublicKey::from_line(input.rest().text());
    promise(PublicKey::from_line(key.to_line()) == key, "a key's line reads as another key");
    return;
  }
  const ByteView blob = input.rest();
  const PublicKey key = PublicKey::from_blob(blob);
  promise(ByteView(key.blob()) == blob, "a key's wire form is not what it was read from");
  promise(key.bits() > 0 && !key.fingerprint().empty(), "a key without size or fingerprint");
}

std::vector<Bytes> public_key_seeds() {
  std::vector<Bytes> seeds;
  for (const PrivateKey& key : sample_keys()) {
    Bytes blob{0}, line{1};
    append(blob, key.public_key().blob());
    append(line, key.public_key().with_comment("robey@example.org").to_line());
    seeds.push_back(plain(blob));
    seeds.push_back(plain(line));
  }
  return seeds;
}

// A passphrase's work factor is the file's choice: what would take minutes is left to the tests of its limit.
bool slow(ByteView text) {
  return text.text().find("bcrypt") != std::string_view::npos;
}

void run_private_key(ByteView text) {
  if (slow(text)) return;
  const PrivateKey key = PrivateKey::parse(text, Secret(std::string("secret")));
  const Bytes data{1, 2, 3};
  const auto algorithms = key.algorithms();
  promise(!algorithms.empty(), "a key that can sign nothing");
  const Bytes signature = key.sign(algorithms[0], data);
  // verify() says no when it cannot tell.
  const bool right = key.public_key().verify(algorithms[0], data, signature);
  promise(right || FailingNew::has_failed(), "a key whose signatures are wrong was loaded");
}

std::vector<Bytes> private_key_seeds() {
  std::vector<Bytes> seeds;
  for (const PrivateKey& key : sample_keys())
    seeds.push_back(plain(key.to_openssh().view()));
  seeds.push_back(plain("-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIA==\n-----END EC PRIVATE KEY-----\n"));
  seeds.push_back(
      plain("-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nMHc=\n"));
  seeds.push_back(plain("PuTTY-User-Key-File-3: ssh-ed25519\n"));
  return seeds;
}

void run_signature(ByteView bytes) {
  Input input(bytes);
  const PrivateKey& key = sample_keys()[input.below(sample_keys().size())];
  const auto algorithms = key.public_key().signature_algorithms(true);
  const std::string& algorithm = algorithms[input.below(algorithms.size())];
  const Bytes data{4, 5, 6};
  promise(!key.public_key().verify(algorithm, data, input.rest()), "a signature that nobody made is right");
}

std::vector<Bytes> signature_seeds() {
  std::vector<Bytes> seeds;
  for (std::size_t i = 0; i < sample_keys().size(); ++i) {
    const PrivateKey& key = sample_keys()[i];
    Bytes seed{static_cast<std::uint8_t>(i), 0};
    append(seed, key.sign(key.algorithms()[0], Bytes{7, 8, 9}));
    seeds.push_back(plain(seed));
  }
  return seeds;
}

}  // namespace

extern const Target public_key, private_key, signature;
const Target public_key{"public_key", run_public_key, public_key_seeds};
const Target private_key{"private_key", run_private_key, private_key_seeds};
const Target signature{"signature", run_signature, signature_seeds};

}  // namespace amiko::fuzz
