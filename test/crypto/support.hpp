// amiko - what the tests of crypto share
#ifndef AMIKO_TEST_CRYPTO_SUPPORT_HPP
#define AMIKO_TEST_CRYPTO_SUPPORT_HPP

#include <amiko/base/bytes.hpp>
#include <amiko/base/error.hpp>
#include <amiko/crypto/hash.hpp>
#include <amiko/crypto/random.hpp>
#include <amiko/wire/writer.hpp>

#include <cstdint>
#include <string>
#include <string_view>

#include "common/test_vectors.hpp"

namespace amiko::crypto::test {

using amiko::test::test_vectors;
using amiko::test::TestVector;

inline Bytes unhex(std::string_view text) {
  Bytes out;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2)
    out.push_back(static_cast<std::uint8_t>(std::stoi(std::string(text.substr(i, 2)), nullptr, 16)));
  return out;
}

inline std::string hex(ByteView bytes) {
  std::string out;
  for (const std::uint8_t byte : bytes) {
    out += "0123456789abcdef"[byte >> 4];
    out += "0123456789abcdef"[byte & 15];
  }
  return out;
}

inline std::string sha256_hex(ByteView bytes) {
  return hex(hash("SHA-256", bytes));
}

inline Bytes counting(std::size_t size, unsigned first = 0) {
  Bytes out(size);
  for (std::size_t i = 0; i < size; ++i)
    out[i] = static_cast<std::uint8_t>(first + i);
  return out;
}

inline Bytes mpint_of(ByteView magnitude) {
  Bytes out;
  wire::Writer(out).mpint(magnitude);
  return out;
}

/// Gives out the bytes of a test vector, then ones that count up.
class ScriptedRandom final : public Random {
 public:
  explicit ScriptedRandom(ByteView script = {}) : script_(script.bytes()) {}

  void fill(MutableBytes out) override {
    for (std::uint8_t& byte : out) {
      byte = position_ < script_.size() ? script_[position_] : static_cast<std::uint8_t>(position_);
      ++position_;
    }
  }

 private:
  Bytes script_;
  std::size_t position_ = 0;
};

/// Whether `call` throws an Error with this code.
template <class Call>
bool throws(errc code, Call call) {
  try {
    call();
  } catch (const Error& error) {
    return error.code() == make_error_code(code);
  }
  return false;
}

}  // namespace amiko::crypto::test

#endif
