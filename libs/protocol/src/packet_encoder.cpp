// amiko - payloads into packets (RFC 4253 section 6)
#include <amiko/protocol/packet_encoder.hpp>

#include <amiko/base/error.hpp>
#include <amiko/protocol/packet_decoder.hpp>

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

namespace amiko::protocol {
namespace {

constexpr std::size_t length_size = 4;
constexpr std::size_t head_size = length_size + 1;
constexpr std::size_t min_padding = 4;
constexpr std::size_t min_packet = 16;
constexpr std::size_t pool_size = 4096;

void put_uint32(std::uint8_t* to, std::size_t value) noexcept {
  for (int i = 0; i < 4; ++i)
    to[i] = static_cast<std::uint8_t>(value >> (24 - 8 * i));
}

}  // namespace

PacketEncoder::PacketEncoder(std::unique_ptr<crypto::Random> random, std::uint32_t first_sequence)
    : random_(std::move(random)),
      cipher_(crypto::make_null_cipher()),
      random_pool_(pool_size),
      pool_used_(pool_size),
      sequence_(first_sequence) {}

PacketEncoder::~PacketEncoder() = default;

void PacketEncoder::begin(Bytes& out) {
  start_ = out.size();
  out.resize(start_ + head_size);
}

void PacketEncoder::abandon(Bytes& out) noexcept {
  out.resize(start_);
}

void PacketEncoder::encode(Bytes& out, ByteView payload) {
  begin(out);
  append(out, payload);
  finish(out);
}

void PacketEncoder::finish(Bytes& out) {
  check(out);
  if (deflater_ != nullptr) compress(out);
  const std::size_t payload_size = out.size() - start_ - head_size;
  const std::size_t padding = padding_for(payload_size);
  put_padding(out, padding);
  out.resize(out.size() + cipher_->tag_size());
  std::uint8_t* const packet = out.data() + start_;
  put_uint32(packet, 1 + payload_size + padding);
  packet[length_size] = static_cast<std::uint8_t>(padding);
  const std::size_t size = out.size() - start_;
  cipher_->seal(sequence_, MutableBytes(packet, size));
  ++sequence_;
  bytes_ += size;
  ++packets_;
}

void PacketEncoder::check(Bytes& out) {
  const std::size_t payload_size = out.size() - start_ - head_size;
  if (payload_size == 0 || payload_size > PacketDecoder::max_packet_length - 256) {
    abandon(out);
    throw_error(errc::invalid_argument,
                "a message of " + std::to_string(payload_size) + " bytes cannot be sent");
  }
  // Packets that nobody authenticated must not bring the number round: whoever counts them could then take
  // some out unseen.
  if (unkeyed_ && sequence_ == std::numeric_limits<std::uint32_t>::max()) {
    abandon(out);
    throw_error(errc::protocol_error, "the sequence number would wrap before the first keys are in use");
  }
}

std::size_t PacketEncoder::padding_for(std::size_t payload_size) const noexcept {
  const std::size_t block = std::max<std::size_t>(8, cipher_->block_size());
  const std::size_t plain = head_size + payload_size;
  const std::size_t padded = cipher_->length_is_padded() ? plain : plain - length_size;
  std::size_t padding = block - padded % block;
  while (padding < min_padding || plain + padding < min_packet)
    padding += block;
  return padding;
}

void PacketEncoder::put_padding(Bytes& out, std::size_t n) {
  if (random_pool_.size() - pool_used_ < n) {
    random_->fill(random_pool_);
    pool_used_ = 0;
  }
  append(out, ByteView(random_pool_).slice(pool_used_, n));
  pool_used_ += n;
}

void PacketEncoder::compress(Bytes& out) {
  scratch_.clear();
  deflater_->deflate(ByteView(out).from(start_ + head_size), scratch_);
  out.resize(start_ + head_size);
  append(out, scratch_);
}

void PacketEncoder::use_cipher(std::unique_ptr<crypto::PacketCipher> cipher, bool reset_sequence) {
  cipher_ = std::move(cipher);
  unkeyed_ = false;
  bytes_ = 0;
  packets_ = 0;
  if (reset_sequence) sequence_ = 0;
}

void PacketEncoder::use_compression(bool on) {
  deflater_ = on ? std::make_unique<crypto::Deflater>() : nullptr;
}

}  // namespace amiko::protocol
