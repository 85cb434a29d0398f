// amiko - UMAC (RFC 4418): NH over blocks, a polynomial over their sums, an inner product, and a pad from AES
#include "umac.hpp"

#include "packet_parts.hpp"

#include <amiko/base/secret.hpp>

#include <botan/block_cipher.h>

#include <algorithm>

namespace amiko::crypto {
namespace {

__extension__ using Wide = unsigned __int128;

constexpr std::size_t aes_block = 16;

// The first argument of the key derivation (RFC 4418 section 3.2.1 and 5.1).
enum class KeyIndex : std::uint8_t { pad = 0, block = 1, polynomial = 2, inner = 3, last = 4 };

constexpr std::uint64_t prime_36 = (std::uint64_t{1} << 36) - 5;
constexpr std::uint64_t prime_64_offset = 59;  // 2^64 - p
constexpr std::uint64_t prime_64 = std::uint64_t{0} - prime_64_offset;
constexpr std::uint64_t polynomial_key_mask = 0x01ffffff01ffffff;

std::uint64_t big_endian(ByteView bytes) noexcept {
  std::uint64_t value = 0;
  for (const std::uint8_t byte : bytes)
    value = value << 8 | byte;
  return value;
}

void put_big_endian(std::uint64_t value, MutableBytes out) noexcept {
  for (std::size_t i = out.size(); i > 0; --i, value >>= 8)
    out[i - 1] = static_cast<std::uint8_t>(value);
}

std::unique_ptr<Botan::BlockCipher> make_aes(ByteView key) {
  auto aes = Botan::BlockCipher::create_or_throw("AES-128");
  aes->set_key(key);
  return aes;
}

// RFC 4418 section 3.2.1.
Botan::secure_vector<std::uint8_t> derive(const Botan::BlockCipher& aes, KeyIndex index, std::size_t size) {
  Botan::secure_vector<std::uint8_t> out((size + aes_block - 1) / aes_block * aes_block);
  for (std::size_t i = 0; i < out.size(); i += aes_block) {
    out[i + 7] = static_cast<std::uint8_t>(index);
    put_big_endian(i / aes_block + 1, MutableBytes(out).subspan(i + 8, 8));
  }
  aes.encrypt(out);
  out.resize(size);
  return out;
}

/// All ones if a < b, else 0.
std::uint64_t mask_less(std::uint64_t a, std::uint64_t b) noexcept {
  return static_cast<std::uint64_t>((static_cast<Wide>(a) - b) >> 64);
}

/// a * b + c modulo 2^64 - 59, for a below 2^57.
std::uint64_t multiply_add(std::uint64_t a, std::uint64_t b, std::uint64_t c) noexcept {
  const Wide product = static_cast<Wide>(a) * b;
  const std::uint64_t high = static_cast<std::uint64_t>(product >> 64) * prime_64_offset;
  Wide sum = static_cast<Wide>(static_cast<std::uint64_t>(product)) + high + c;
  sum = static_cast<std::uint64_t>(sum) +
        static_cast<Wide>(static_cast<std::uint64_t>(sum >> 64) * prime_64_offset);
  const auto carry = static_cast<std::uint64_t>(sum >> 64);
  const std::uint64_t value = static_cast<std::uint64_t>(sum) + carry * prime_64_offset;
  return value - (prime_64 & ~mask_less(value, prime_64));
}

// RFC 4418 section 5.3.3.  Words that the prime's range has no room for take two steps.
std::uint64_t polynomial_step(std::uint64_t key, std::uint64_t y, std::uint64_t word) noexcept {
  const std::uint64_t is_large = ~mask_less(word, 0xffffffff00000000);
  const std::uint64_t marked = multiply_add(key, y, prime_64 - 1);
  y ^= (y ^ marked) & is_large;
  return multiply_add(key, y, word - (prime_64_offset & is_large));
}

std::uint64_t reduce_36(std::uint64_t value) noexcept {
  value = (value & 0xfffffffff) + 5 * (value >> 36);
  return value - (prime_36 & ~mask_less(value, prime_36));
}

// RFC 4418 section 5.4: the eight words of which the first four are zero.
std::uint32_t inner_product(const std::array<std::uint64_t, 4>& key, std::uint64_t value) noexcept {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < 4; ++i)
    sum += key[i] * (value >> (48 - 16 * i) & 0xffff);
  return static_cast<std::uint32_t>(reduce_36(sum));
}

// Message words are little-endian, whatever the machine is.
std::uint32_t message_word(const std::uint8_t* from) noexcept {
  return static_cast<std::uint32_t>(from[0]) | static_cast<std::uint32_t>(from[1]) << 8 |
         static_cast<std::uint32_t>(from[2]) << 16 | static_cast<std::uint32_t>(from[3]) << 24;
}

/// The products of one group of eight words with the key's, of one stream.
std::uint64_t products(const std::array<std::uint32_t, 8>& words, const std::uint32_t* key) noexcept {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < 4; ++i)
    sum += static_cast<std::uint64_t>(words[i] + key[i]) * (words[i + 4] + key[i + 4]);
  return sum;
}

// NH (RFC 4418 section 5.2.2) of a whole number of 32-byte groups, for all streams at once: each stream's key
// is the one before, 4 words further on.  The number of streams is known to the compiler, which makes it
// twice as fast.
template <std::size_t streams>
std::array<std::uint64_t, 4> compress_for(ByteView block, const std::uint32_t* key) noexcept {
  std::array<std::uint64_t, 4> sums{};
  const std::uint8_t* const end = block.data() + block.size();
  for (const std::uint8_t* at = block.data(); at != end; at += 32, key += 8) {
    std::array<std::uint32_t, 8> words;
    for (std::size_t i = 0; i < 8; ++i)
      words[i] = message_word(at + 4 * i);
    for (std::size_t s = 0; s < streams; ++s)
      sums[s] += products(words, key + 4 * s);
  }
  return sums;
}

}  // namespace

Umac::Umac(ByteView key, std::size_t tag_size) : tag_size_(tag_size), streams_(tag_size / 4) {
  require_size(key, key_size, "MAC key");
  if (tag_size != 8 && tag_size != 16) throw_error(errc::invalid_argument, "UMAC with a tag of another size");
  derive_hash_keys(key);
}

Umac::~Umac() {
  wipe(stream_keys_.data(), sizeof(stream_keys_));
}

void Umac::derive_hash_keys(ByteView key) {
  const auto aes = make_aes(key);
  pad_cipher_ = make_aes(derive(*aes, KeyIndex::pad, key_size));
  const auto block = derive(*aes, KeyIndex::block, block_size + (streams_ - 1) * 16);
  for (std::size_t i = 0; i < block.size(); i += 4)
    block_key_.push_back(static_cast<std::uint32_t>(big_endian(ByteView(block).slice(i, 4))));
  const auto polynomial = derive(*aes, KeyIndex::polynomial, streams_ * 24);
  const auto inner = derive(*aes, KeyIndex::inner, streams_ * 64);
  const auto last = derive(*aes, KeyIndex::last, streams_ * 4);
  for (std::size_t s = 0; s < streams_; ++s) {
    Stream& stream = stream_keys_[s];
    stream.polynomial_key = big_endian(ByteView(polynomial).slice(s * 24, 8)) & polynomial_key_mask;
    for (std::size_t i = 0; i < 4; ++i)
      stream.inner_key[i] = reduce_36(big_endian(ByteView(inner).slice(s * 64 + 32 + i * 8, 8)));
    stream.last_key = static_cast<std::uint32_t>(big_endian(ByteView(last).slice(s * 4, 4)));
  }
}

Umac::Sums Umac::compress(ByteView block) const {
  return streams_ == 2 ? compress_for<2>(block, block_key_.data())
                       : compress_for<4>(block, block_key_.data());
}

void Umac::tag(std::uint64_t nonce, ByteView message, MutableBytes out) {
  if (message.size() > max_message_size) throw_error(errc::internal_error, "a message too long for UMAC");
  Sums hashes;
  hashes.fill(1);
  const bool single = message.size() <= block_size;
  do {
    const ByteView block = message.first(std::min(message.size(), block_size));
    message = message.from(block.size());
    Sums sums;
    if (block.size() == block_size) {
      sums = compress(block);
    } else {
      std::array<std::uint8_t, block_size> padded{};
      std::copy(block.begin(), block.end(), padded.begin());
      sums = compress(ByteView(padded).first(std::max<std::size_t>(32, (block.size() + 31) / 32 * 32)));
    }
    for (std::size_t s = 0; s < streams_; ++s) {
      const std::uint64_t sum = sums[s] + 8 * block.size();
      hashes[s] = single ? sum : polynomial_step(stream_keys_[s].polynomial_key, hashes[s], sum);
    }
  } while (!message.empty());
  pad(nonce, out);
  for (std::size_t s = 0; s < streams_; ++s) {
    const std::uint32_t word = inner_product(stream_keys_[s].inner_key, hashes[s]) ^ stream_keys_[s].last_key;
    for (std::size_t i = 0; i < 4; ++i)
      out[4 * s + i] = static_cast<std::uint8_t>(out[4 * s + i] ^ word >> (24 - 8 * i));
  }
}

// RFC 4418 section 3.3: one AES block serves two nonces in turn when the tag is half as long.
void Umac::pad(std::uint64_t nonce, MutableBytes out) {
  const std::size_t part = tag_size_ == 8 ? nonce & 1 : 0;
  std::array<std::uint8_t, aes_block> block{};
  put_big_endian(nonce - part, MutableBytes(block).first(8));
  pad_cipher_->encrypt(block);
  std::copy_n(block.begin() + static_cast<std::ptrdiff_t>(part * tag_size_), tag_size_, out.begin());
}

}  // namespace amiko::crypto
