// amiko - Streamlined NTRU Prime sntrup761: keys, encapsulation and decapsulation
#include "sntrup761.hpp"

#include "sntrup761_codec.hpp"
#include "sntrup761_ring.hpp"

#include <botan/hash.h>

#include <algorithm>
#include <initializer_list>

namespace amiko::crypto::sntrup {
namespace {

using namespace sntrup761_ring;

constexpr std::size_t hash_size = 32;
constexpr std::size_t confirmation_at = rounded_size;  // in a ciphertext

// Which hash is which.
enum class Prefix : std::uint8_t { rejected = 0, session = 1, confirmation = 2, input = 3, public_key = 4 };

// The first half of SHA-512.
SecretBytes hash(std::uint8_t prefix, std::initializer_list<ByteView> parts) {
  const auto sha512 = Botan::HashFunction::create_or_throw("SHA-512");
  sha512->update(prefix);
  for (const ByteView part : parts)
    sha512->update(part);
  auto digest = sha512->final();
  digest.resize(hash_size);
  return digest;
}

SecretBytes hash(Prefix prefix, std::initializer_list<ByteView> parts) {
  return hash(static_cast<std::uint8_t>(prefix), parts);
}

using Words = Botan::secure_vector<std::uint32_t>;

Words random_words(Random& random) {
  SecretBytes bytes(4 * degree);
  random.fill(bytes);
  Words words(degree);
  for (std::size_t i = 0; i < degree; ++i)
    for (std::size_t k = 4; k > 0; --k)
      words[i] = words[i] << 8 | bytes[4 * i + k - 1];
  return words;
}

void compare_and_swap(std::uint32_t& a, std::uint32_t& b) noexcept {
  const auto less = static_cast<std::uint32_t>((std::uint64_t{b} - a) >> 32);  // all ones for b < a
  const std::uint32_t difference = less & (a ^ b);
  a ^= difference;
  b ^= difference;
}

// Batcher's merge exchange (Knuth, volume 3, 5.2.2, algorithm M): the order of comparisons depends on
// nothing.
void sort(Words& words) noexcept {
  constexpr std::size_t top = 512;  // the largest power of 2 below the size
  for (std::size_t p = top; p > 0; p /= 2) {
    std::size_t q = top, r = 0, d = p;
    for (;;) {
      for (std::size_t i = 0; i + d < words.size(); ++i)
        if ((i & p) == r) compare_and_swap(words[i], words[i + d]);
      if (q == p) break;
      d = q - p;
      q /= 2;
      r = p;
    }
  }
}

Small random_small(Random& random) {
  const Words words = random_words(random);
  Small a;
  for (std::size_t i = 0; i < degree; ++i)
    a[i] = static_cast<std::int8_t>(static_cast<int>((words[i] & 0x3fffffff) * 3 >> 30) - 1);
  return a;
}

// Exactly `weight` coefficients that are not 0, in an order that sorting random numbers gives.
Small random_short(Random& random) {
  Words words = random_words(random);
  for (std::size_t i = 0; i < degree; ++i)
    words[i] = i < weight ? words[i] & ~1U : (words[i] & ~3U) | 1;
  sort(words);
  Small a;
  for (std::size_t i = 0; i < degree; ++i)
    a[i] = static_cast<std::int8_t>(static_cast<int>(words[i] & 3) - 1);
  return a;
}

/// A ciphertext of the input r, with what confirms that its sender knew r.
struct Hidden {
  Encoded input{};
  SecretBytes ciphertext{};
};

Hidden hide(const Small& r, const Large& public_key, ByteView public_key_hash) {
  Hidden hidden;
  hidden.input = encode(r);
  hidden.ciphertext = encode_rounded(round_to_triples(multiply(public_key, r)));
  const auto confirmation =
      hash(Prefix::confirmation, {hash(Prefix::input, {hidden.input}), public_key_hash});
  hidden.ciphertext.insert(hidden.ciphertext.end(), confirmation.begin(), confirmation.end());
  return hidden;
}

// The input that the ciphertext was made of; some other of the right weight where there is none.
Small reveal(const Large& ciphertext, const Small& f, const Small& g_inverse) {
  const Small r = multiply(reduce_to_small(triple(multiply(ciphertext, f))), g_inverse);
  const auto wrong = static_cast<std::int32_t>(wrong_weight_mask(r));
  Small result;
  for (std::size_t i = 0; i < degree; ++i) {
    const std::int32_t otherwise = i < weight ? 1 : 0;
    result[i] = static_cast<std::int8_t>(r[i] ^ (wrong & (r[i] ^ otherwise)));
  }
  return result;
}

/// All ones where the two differ, else 0.
std::uint8_t difference_mask(ByteView a, ByteView b) noexcept {
  std::uint32_t difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    difference |= static_cast<std::uint32_t>(a[i] ^ b[i]);
  return static_cast<std::uint8_t>(~((difference - 1) >> 8));
}

/// The parts of a secret key.
struct SecretParts {
  ByteView f, g_inverse, public_key, rejected_input, public_key_hash;

  explicit SecretParts(ByteView key)
      : f(key.first(small_size)),
        g_inverse(key.slice(small_size, small_size)),
        public_key(key.slice(2 * small_size, public_size)),
        rejected_input(key.slice(2 * small_size + public_size, small_size)),
        public_key_hash(key.last(hash_size)) {}
};

}  // namespace

KeyPair generate(Random& random) {
  Small g = random_small(random);
  Inverse g_inverse = inverse(g);
  while (!g_inverse.exists) {
    g = random_small(random);
    g_inverse = inverse(g);
  }
  const Small f = random_short(random);
  KeyPair pair;
  const auto public_key = encode(multiply(inverse_of_triple(f), g));
  pair.public_key.assign(public_key.begin(), public_key.end());
  SecretBytes rejected_input(small_size);
  random.fill(rejected_input);
  for (const SecretBytes& part : {encode(f), encode(g_inverse.value), public_key, rejected_input,
                                  hash(Prefix::public_key, {public_key})})
    pair.secret_key.insert(pair.secret_key.end(), part.begin(), part.end());
  return pair;
}

Encapsulated encapsulate(ByteView public_key, Random& random) {
  const auto hidden =
      hide(random_short(random), decode_large(public_key), hash(Prefix::public_key, {public_key}));
  return {Bytes(hidden.ciphertext.begin(), hidden.ciphertext.end()),
          hash(Prefix::session, {hash(Prefix::input, {hidden.input}), hidden.ciphertext})};
}

SecretBytes decapsulate(ByteView secret_key, ByteView ciphertext) {
  const SecretParts key(secret_key);
  const Small r = reveal(decode_rounded(ciphertext.first(confirmation_at)), decode_small(key.f),
                         decode_small(key.g_inverse));
  Hidden again = hide(r, decode_large(key.public_key), key.public_key_hash);
  const std::uint8_t wrong = difference_mask(ciphertext, again.ciphertext);
  for (std::size_t i = 0; i < small_size; ++i)
    again.input[i] =
        static_cast<std::uint8_t>(again.input[i] ^ (wrong & (again.input[i] ^ key.rejected_input[i])));
  const auto prefix = static_cast<std::uint8_t>(static_cast<std::uint8_t>(Prefix::session) + wrong);
  return hash(prefix, {hash(Prefix::input, {again.input}), ciphertext});
}

}  // namespace amiko::crypto::sntrup
