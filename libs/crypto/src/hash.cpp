// amiko - hashing and key derivation
#include <amiko/crypto/hash.hpp>

#include <amiko/base/error.hpp>
#include <amiko/base/secret.hpp>

#include <botan/exceptn.h>
#include <botan/hash.h>

#include <memory>
#include <string>

namespace amiko::crypto {
namespace {

std::unique_ptr<Botan::HashFunction> make_hash(std::string_view name) {
  try {
    if (auto function = Botan::HashFunction::create(name)) return function;
  } catch (const Botan::Exception&) {
    // A name that does not even parse is not there either.
  }
  throw_error(errc::unsupported, "the hash " + std::string(name));
}

}  // namespace

Bytes hash(std::string_view name, ByteView data) {
  const auto function = make_hash(name);
  function->update(data);
  return function->final_stdvec();
}

Bytes derive_key(std::string_view hash_name, ByteView k, ByteView h, char letter, ByteView session_id,
                 std::size_t size) {
  const auto function = make_hash(hash_name);
  const std::size_t block_size = function->output_length();
  // Growing the result would leave pieces of the key behind in memory.
  Bytes key;
  key.reserve(size + block_size);
  Botan::secure_vector<std::uint8_t> block(block_size);
  while (key.size() < size) {
    function->update(k);
    function->update(h);
    if (key.empty()) {
      function->update(static_cast<std::uint8_t>(letter));
      function->update(session_id);
    } else {
      function->update(key);
    }
    function->final(block);
    append(key, block);
  }
  wipe(key.data() + size, key.size() - size);
  key.resize(size);
  return key;
}

}  // namespace amiko::crypto
