// amiko - encoding shared secrets without leaving copies behind
#include "shared_secret.hpp"

#include <amiko/base/error.hpp>
#include <amiko/wire/writer.hpp>

#include <utility>

namespace amiko::crypto {
namespace {

template <class Write>
Secret encode_secret(ByteView value, Write write) {
  Bytes encoded;
  // 4 bytes of length and a zero before a set sign bit; growing would leave copies behind.
  encoded.reserve(value.size() + 5);
  wire::Writer writer(encoded);
  write(writer);
  Secret secret{ByteView(encoded)};
  wipe(encoded.data(), encoded.size());
  return secret;
}

}  // namespace

Secret mpint_secret(ByteView magnitude) {
  return encode_secret(magnitude, [&](wire::Writer& writer) { writer.mpint(magnitude); });
}

Secret string_secret(ByteView content) {
  return encode_secret(content, [&](wire::Writer& writer) { writer.string(content); });
}

void throw_bad_value(std::string text) {
  throw_error(errc::kex_failed, std::move(text));
}

}  // namespace amiko::crypto
