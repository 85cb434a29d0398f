// amiko - zlib streams, flushed at each packet
#include <amiko/crypto/compression.hpp>

#include <amiko/base/error.hpp>

#include <zlib.h>

#include <algorithm>
#include <array>
#include <limits>
#include <string>

namespace amiko::crypto {
namespace {

constexpr auto methods = std::to_array<CompressionInfo>({
    // name, compresses, delayed, by default
    {"none", false, false, true},
    {"zlib@openssh.com", true, true, true},
    {"zlib", true, false, false},
});

void set_input(z_stream& stream, ByteView payload) {
  // zlib's interface predates const.
  stream.next_in = const_cast<Bytef*>(payload.data());
  stream.avail_in = static_cast<uInt>(payload.size());
}

void set_output(z_stream& stream, Bytes& out, std::size_t used) {
  stream.next_out = out.data() + used;
  stream.avail_out = static_cast<uInt>(out.size() - used);
}

[[noreturn]] void throw_broken(const z_stream& stream, int status) {
  throw_error(errc::compression_failed,
              stream.msg != nullptr ? std::string(stream.msg) : "zlib status " + std::to_string(status));
}

}  // namespace

struct Deflater::Impl {
  z_stream stream{};

  Impl() {
    const int status = deflateInit(&stream, Z_DEFAULT_COMPRESSION);
    if (status != Z_OK) throw_broken(stream, status);
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() { deflateEnd(&stream); }
};

Deflater::Deflater() : impl_(std::make_unique<Impl>()) {}

Deflater::~Deflater() = default;

void Deflater::deflate(ByteView payload, Bytes& out) {
  // More than the flush marker and zlib's worst case for a stored block need, so that one turn is the rule.
  const std::size_t room = payload.size() + payload.size() / 1024 + 64;
  z_stream& stream = impl_->stream;
  set_input(stream, payload);
  std::size_t used = out.size();
  // Only output space that is left over shows that the flush is complete.
  do {
    out.resize(used + room);
    set_output(stream, out, used);
    const int status = ::deflate(&stream, Z_PARTIAL_FLUSH);
    if (status != Z_OK && status != Z_BUF_ERROR) throw_broken(stream, status);
    used = out.size() - stream.avail_out;
  } while (stream.avail_out == 0);
  out.resize(used);
}

struct Inflater::Impl {
  z_stream stream{};

  Impl() {
    const int status = inflateInit(&stream);
    if (status != Z_OK) throw_broken(stream, status);
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() { inflateEnd(&stream); }
};

Inflater::Inflater() : impl_(std::make_unique<Impl>()) {}

Inflater::~Inflater() = default;

void Inflater::inflate(ByteView payload, Bytes& out, std::size_t limit) {
  z_stream& stream = impl_->stream;
  set_input(stream, payload);
  std::size_t used = 0;
  // One byte above the limit tells a result that is too large from one that just fits.
  const std::size_t most = limit + (limit < std::numeric_limits<std::size_t>::max() ? 1 : 0);
  std::size_t room = std::min(most, 4 * payload.size() + 64);
  for (;;) {
    out.resize(room);
    set_output(stream, out, used);
    const int status = ::inflate(&stream, Z_SYNC_FLUSH);
    // Z_BUF_ERROR only says that nothing was left to do.  The end of the stream must not come: it goes on
    // until the next key exchange.
    if (status != Z_OK && status != Z_BUF_ERROR) throw_broken(stream, status);
    used = out.size() - stream.avail_out;
    if (used > limit)
      throw_error(errc::compression_failed, "more than " + std::to_string(limit) + " bytes after inflating");
    if (stream.avail_out != 0) break;
    room = std::min(most, 2 * room);
  }
  out.resize(used);
}

std::span<const CompressionInfo> compression_table() noexcept {
  return methods;
}

const CompressionInfo* find_compression(std::string_view name) noexcept {
  const auto found = std::ranges::find(methods, name, &CompressionInfo::name);
  return found != methods.end() ? &*found : nullptr;
}

}  // namespace amiko::crypto
