// amiko - packets into payloads (RFC 4253 section 6)
#include <amiko/protocol/packet_decoder.hpp>

#include <amiko/base/error.hpp>
#include <amiko/base/secret.hpp>

#include <algorithm>
#include <cstring>
#include <limits>
#include <string>
#include <utility>

namespace amiko::protocol {
namespace {

constexpr std::size_t length_size = 4;
constexpr std::size_t min_padding = 4;

}  // namespace

PacketDecoder::PacketDecoder(std::size_t buffer_size, std::uint32_t first_sequence)
    : cipher_(crypto::make_null_cipher()),
      capacity_(std::max<std::size_t>(buffer_size, 64)),
      buffer_(std::make_unique_for_overwrite<std::uint8_t[]>(capacity_)),
      sequence_(first_sequence) {}

PacketDecoder::~PacketDecoder() = default;

MutableBytes PacketDecoder::space() {
  const std::size_t held = end_ - begin_;
  const std::size_t missing = needed_ > held ? needed_ - held : 1;
  // A short tail would cost a system call for few bytes; what there is to move is less than one packet by
  // now.
  if (held == 0 || capacity_ - end_ < std::max(missing, capacity_ / 4)) move_to_front();
  if (capacity_ - end_ < missing) grow(std::max(held + missing, needed_ > held ? 0 : 2 * capacity_));
  return {buffer_.get() + end_, capacity_ - end_};
}

void PacketDecoder::move_to_front() noexcept {
  if (end_ > begin_ && begin_ > 0) std::memmove(buffer_.get(), buffer_.get() + begin_, end_ - begin_);
  end_ -= begin_;
  begin_ = 0;
  taken_ = 0;
}

void PacketDecoder::grow(std::size_t capacity) {
  auto larger = std::make_unique_for_overwrite<std::uint8_t[]>(capacity);
  std::memcpy(larger.get(), buffer_.get() + begin_, end_ - begin_);
  buffer_ = std::move(larger);
  capacity_ = capacity;
  end_ -= begin_;
  begin_ = 0;
  taken_ = 0;
}

void PacketDecoder::commit(std::size_t n) {
  if (n > capacity_ - end_)
    throw_error(errc::internal_error, "more bytes committed than there was space for");
  end_ += n;
}

ByteView PacketDecoder::buffered() const noexcept {
  return {buffer_.get() + begin_, end_ - begin_};
}

void PacketDecoder::consume(std::size_t n) noexcept {
  begin_ += std::min(n, end_ - begin_);
}

std::optional<Packet> PacketDecoder::next() {
  if (needed_ == 0 && !read_length()) return std::nullopt;
  if (end_ - begin_ < needed_) return std::nullopt;
  if (doomed_ == 0) {
    if (cipher_->open(sequence_, MutableBytes(buffer_.get() + begin_, needed_))) return take_packet();
    if (!cipher_->fails_late()) throw_corrupted();
    doom(needed_);
    if (end_ - begin_ < needed_) return std::nullopt;
  }
  open_the_doomed();
  throw_corrupted();
}

void PacketDecoder::wipe_packet() noexcept {
  wipe(buffer_.get() + begin_ - taken_, taken_);
  wipe(plain_.data(), plain_.size());
}

// The length is not authentic yet.  Bad ones end the connection here and now: there is nothing to wait for,
// and a peer that waited for more bytes could be made to swallow 4 GiB.  Only where the moment would tell a
// secret (fails_late) they end it later.
bool PacketDecoder::read_length() {
  const std::size_t header = cipher_->header_size();
  if (end_ - begin_ < header) return false;
  const std::size_t length = cipher_->open_length(sequence_, MutableBytes(buffer_.get() + begin_, header));
  const std::size_t block = std::max<std::size_t>(8, cipher_->block_size());
  const bool fits_blocks = (cipher_->length_is_padded() ? length_size + length : length) % block == 0;
  const bool fits_limits = length > min_padding && length <= max_packet_length;
  if (cipher_->fails_late() && !(fits_limits && fits_blocks)) {
    doom(header);
    return true;
  }
  if (!fits_limits)
    throw_error(errc::packet_too_large, "packet_length " + std::to_string(length) + "; " +
                                            std::to_string(max_packet_length) + " is the limit");
  if (!fits_blocks)
    throw_error(errc::corrupted_packet, "packet_length " + std::to_string(length) +
                                            " does not fit blocks of " + std::to_string(block));
  needed_ = length_size + length + cipher_->tag_size();
  return true;
}

// The packet under way is bad, and nobody may see why: all fail alike once the largest packet's bytes are
// there.
void PacketDecoder::doom(std::size_t opened) noexcept {
  doomed_ = opened;
  needed_ = length_size + max_packet_length + cipher_->tag_size();
}

// Takes the time that the bytes which have not been opened would have taken.
void PacketDecoder::open_the_doomed() {
  const std::size_t tag = cipher_->tag_size();
  const std::size_t left = needed_ - std::min(needed_, doomed_);
  if (left < cipher_->header_size() + tag) return;
  const std::size_t blocks = (left - tag) / cipher_->block_size() * cipher_->block_size();
  cipher_->open(sequence_, MutableBytes(buffer_.get() + begin_ + doomed_, blocks + tag));
}

void PacketDecoder::throw_corrupted() const {
  throw_error(errc::corrupted_packet, "the MAC or tag of packet " + std::to_string(sequence_) + " is wrong");
}

Packet PacketDecoder::take_packet() {
  std::uint8_t* const packet = buffer_.get() + begin_;
  const ByteView payload =
      inflated(unpadded({packet + length_size, needed_ - length_size - cipher_->tag_size()}));
  // Packets that nobody authenticated must not bring the number round: whoever counts them could then take
  // some out unseen.
  if (unkeyed_ && sequence_ == std::numeric_limits<std::uint32_t>::max())
    throw_error(errc::protocol_error, "the sequence number wrapped before the first keys were in use");
  const Packet result{.number = payload[0], .sequence = sequence_, .payload = payload};
  begin_ += needed_;
  bytes_ += needed_;
  taken_ = needed_;
  needed_ = 0;
  ++sequence_;
  ++packets_;
  return result;
}

ByteView PacketDecoder::unpadded(ByteView body) {
  const std::size_t padding = body[0];
  if (padding < min_padding || padding >= body.size())
    throw_error(errc::corrupted_packet, "padding of " + std::to_string(padding) + " bytes in a packet of " +
                                            std::to_string(body.size()));
  return body.slice(1, body.size() - 1 - padding);
}

ByteView PacketDecoder::inflated(ByteView payload) {
  if (inflater_ != nullptr && !payload.empty()) {
    inflater_->inflate(payload, plain_, max_packet_length);
    payload = plain_;
  }
  if (payload.empty()) throw_error(errc::malformed_packet, "a packet without content");
  return payload;
}

void PacketDecoder::use_cipher(std::unique_ptr<crypto::PacketCipher> cipher, bool reset_sequence) {
  if (needed_ != 0) throw_error(errc::internal_error, "new keys in the middle of a packet");
  cipher_ = std::move(cipher);
  unkeyed_ = false;
  bytes_ = 0;
  packets_ = 0;
  if (reset_sequence) sequence_ = 0;
}

void PacketDecoder::use_compression(bool on) {
  inflater_ = on ? std::make_unique<crypto::Inflater>() : nullptr;
}

}  // namespace amiko::protocol
