// amiko - payloads into packets (RFC 4253 section 6)
#pragma once

#include <amiko/base/bytes.hpp>
#include <amiko/crypto/compression.hpp>
#include <amiko/crypto/packet_cipher.hpp>
#include <amiko/crypto/random.hpp>

#include <cstdint>
#include <memory>

namespace amiko::protocol {

/// Encodes, compresses and seals packets at the end of a buffer.  No allocation in the steady state beyond
/// the buffer's own growth.  Not synchronised.
class PacketEncoder {
 public:
  /// `random` gives the padding.  `first_sequence` is for tests; connections start at 0.
  explicit PacketEncoder(std::unique_ptr<crypto::Random> random, std::uint32_t first_sequence = 0);
  ~PacketEncoder();

  /// Opens a packet at the end of `out`: the caller appends the payload to `out` and then calls finish() with
  /// the same buffer.
  void begin(Bytes& out);
  /// Compresses if that is on, pads, seals, counts.  Throws errc::protocol_error when the sequence number
  /// would wrap before the first use_cipher(), and errc::invalid_argument for a payload that is empty or that
  /// no peer would take (above 255 KiB and 768 bytes); then nothing was sealed and begin() is undone.
  void finish(Bytes& out);
  /// Undoes begin() and whatever was appended since.
  void abandon(Bytes& out) noexcept;
  /// begin(), `payload`, finish().
  void encode(Bytes& out, ByteView payload);

  /// The next packet is sealed with `cipher`; the byte and packet counts start anew, and with
  /// `reset_sequence` (strict kex) the sequence number too.
  void use_cipher(std::unique_ptr<crypto::PacketCipher> cipher, bool reset_sequence);
  /// Switches compression on (with a fresh context) or off, from the next packet on.
  void use_compression(bool on);

  std::uint32_t sequence() const noexcept { return sequence_; }
  /// Since the last use_cipher(): bytes of packets as sent, and packets.
  std::uint64_t bytes() const noexcept { return bytes_; }
  std::uint64_t packets() const noexcept { return packets_; }

 private:
  void check(Bytes& out);
  std::size_t padding_for(std::size_t payload_size) const noexcept;
  void put_padding(Bytes& out, std::size_t n);
  void compress(Bytes& out);

  std::unique_ptr<crypto::Random> random_;
  std::unique_ptr<crypto::PacketCipher> cipher_;
  std::unique_ptr<crypto::Deflater> deflater_;
  Bytes scratch_;
  Bytes random_pool_;  ///< padding is taken from here: one call to the generator serves many packets
  std::size_t pool_used_ = 0;
  std::size_t start_ = 0;  ///< where the packet under way begins in `out`
  bool unkeyed_ = true;    ///< before the first use_cipher()
  std::uint32_t sequence_;
  std::uint64_t bytes_ = 0;
  std::uint64_t packets_ = 0;
};

}  // namespace amiko::protocol
