// amiko - packet compression (RFC 4253 section 6.2)
#pragma once

#include <amiko/base/bytes.hpp>

#include <memory>
#include <span>
#include <string_view>

namespace amiko::crypto {

/// Compresses payloads of one direction; each call ends with a partial flush.
class Deflater {
 public:
  Deflater();
  ~Deflater();
  /// Appends the compressed form of `payload` to `out`.
  void deflate(ByteView payload, Bytes& out);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Inflates payloads of one direction.
class Inflater {
 public:
  Inflater();
  ~Inflater();
  /// Replaces `out` by the plain form.  Throws ProtocolError (errc::compression_failed) for broken data, and
  /// as soon as the result would be larger than `limit` bytes.
  void inflate(ByteView payload, Bytes& out, std::size_t limit);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// A compression method's entry.
struct CompressionInfo {
  std::string_view name;
  bool compresses;  ///< false for "none"
  bool delayed;     ///< starts after authentication (zlib@openssh.com)
  bool by_default;
};
std::span<const CompressionInfo> compression_table() noexcept;
const CompressionInfo* find_compression(std::string_view name) noexcept;

}  // namespace amiko::crypto
