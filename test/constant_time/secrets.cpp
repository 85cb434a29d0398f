// amiko - secrets as memcheck sees uninitialised memory: a branch or an index that depends on one is reported
//
// Run under valgrind.  With the argument "leak" it does what must be reported.
#include <amiko/crypto/cipher_table.hpp>
#include <amiko/wire/writer.hpp>

#include "../../libs/crypto/src/sntrup761.hpp"
#include "../../libs/crypto/src/sntrup761_codec.hpp"
#include "../../libs/crypto/src/sntrup761_ring.hpp"

#include <valgrind/memcheck.h>

#include <cstdlib>
#include <iostream>
#include <string_view>

namespace {

using namespace amiko;
using namespace amiko::crypto;

template <class Range>
void make_secret(Range& range) {
  VALGRIND_MAKE_MEM_UNDEFINED(range.data(), range.size() * sizeof(*range.data()));
}

/// What the outside world learns anyway.
template <class Range>
void make_public(Range& range) {
  VALGRIND_MAKE_MEM_DEFINED(range.data(), range.size() * sizeof(*range.data()));
}

template <class Value>
Value made_public(Value value) {
  VALGRIND_MAKE_MEM_DEFINED(&value, sizeof(value));
  return value;
}

void require(bool condition, std::string_view what) {
  if (condition) return;
  std::cerr << "wrong result: " << what << std::endl;
  std::exit(2);
}

class SecretRandom final : public Random {
 public:
  void fill(MutableBytes out) override {
    system_random().fill(out);
    make_secret(out);
  }
};

Bytes random_bytes(std::size_t size) {
  Bytes bytes(size);
  system_random().fill(bytes);
  return bytes;
}

void decapsulate(sntrup::KeyPair& keys, const sntrup::Encapsulated& sent, bool honest) {
  make_secret(keys.secret_key);
  auto key = sntrup::decapsulate(keys.secret_key, sent.ciphertext);
  make_public(key);
  make_public(keys.secret_key);
  require((key == sent.key) == honest, "decapsulate");
}

void check_sntrup761() {
  sntrup::KeyPair keys = sntrup::generate(system_random());
  SecretRandom random;
  auto sent = sntrup::encapsulate(keys.public_key, random);
  make_public(sent.ciphertext);
  make_public(sent.key);
  decapsulate(keys, sent, true);
  sent.ciphertext[7] ^= 1;
  decapsulate(keys, sent, false);
  sent.ciphertext.back() ^= 1;
  decapsulate(keys, sent, false);
}

// generate() as a whole begins again when there is no inverse, which depends on numbers that nobody uses.
void check_key_generation() {
  using namespace sntrup761_ring;
  Small a;
  for (std::size_t i = 0; i < degree; ++i)
    a[i] = static_cast<std::int8_t>(random_bytes(1)[0] % 3 - 1);
  make_secret(a);
  const Inverse inverted = inverse(a);
  made_public(inverted.exists);
  auto encoded = encode(multiply(inverse_of_triple(a), inverted.value));
  make_public(encoded);
  require(encoded.size() == large_size, "key generation");
}

void check_mac(const MacInfo& info) {
  Bytes key = random_bytes(info.key_size), data = random_bytes(3000);
  make_secret(key);
  make_secret(data);
  const auto mac = info.make(info, key);
  Bytes tag(info.tag_size);
  mac->sign(5, data, tag);
  require(made_public(mac->verify(5, data, tag)), info.name);
  tag[3] ^= 1;
  require(!made_public(mac->verify(5, data, tag)), info.name);
}

Bytes packet_of(const PacketCipher& cipher, std::size_t size) {
  Bytes packet;
  wire::Writer(packet).uint32(static_cast<std::uint32_t>(size - 4));
  append(packet, random_bytes(size - 4 + cipher.tag_size()));
  return packet;
}

/// Botan's counter mode carries from one byte of the counter to the next by branches: how often a byte
/// overflows shows in time.  That says something about the counter, which is no key and lasts for one; all
/// else must not.
enum class Iv { is_secret, is_public };

// The length becomes public by how much is read; whether the MAC was right by what follows.
void check_cipher(const CipherInfo& info, const MacInfo& mac, Iv secrecy) {
  Bytes key = random_bytes(info.key_size), iv = random_bytes(info.iv_size),
        mac_key = random_bytes(mac.key_size);
  for (Bytes* const secret : {&key, &mac_key})
    make_secret(*secret);
  if (secrecy == Iv::is_secret) make_secret(iv);
  const DirectionKeys keys{.key = key, .iv = iv, .mac_key = mac_key};
  const auto seal = info.make(info, &mac, keys, Direction::seal),
             open = info.make(info, &mac, keys, Direction::open);
  for (const bool honest : {true, false}) {
    Bytes packet = packet_of(*seal, 1024);
    make_secret(packet);
    seal->seal(0, packet);
    make_public(packet);
    if (!honest) packet[100] ^= 1;
    require(made_public(open->open_length(0, MutableBytes(packet).first(open->header_size()))) == 1020,
            info.name);
    require(made_public(open->open(0, packet)) == honest, info.name);
  }
}

int leak() {
  Bytes secret = random_bytes(1);
  make_secret(secret);
  if (secret[0] < 128) std::cout << "a small one" << std::endl;
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (RUNNING_ON_VALGRIND == 0) {
    std::cerr << "this says nothing without valgrind" << std::endl;
    return 2;
  }
  if (argc > 1 && argv[1] == std::string_view("leak")) return leak();
  check_sntrup761();
  check_key_generation();
  for (const MacInfo& info : mac_table())
    check_mac(info);
  const MacInfo& hmac = *find_mac("hmac-sha2-256");
  for (const char* name : {"aes128-cbc", "aes192-cbc", "aes256-cbc"})
    check_cipher(*find_cipher(name), hmac, Iv::is_secret);
  for (const char* name : {"aes128-ctr", "aes192-ctr", "aes256-ctr"})
    check_cipher(*find_cipher(name), hmac, Iv::is_public);
  std::cout << "no branch and no index depends on a secret" << std::endl;
  return 0;
}
