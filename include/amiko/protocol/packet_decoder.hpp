// amiko - packets into payloads (RFC 4253 section 6)
#pragma once

#include <amiko/base/bytes.hpp>
#include <amiko/crypto/compression.hpp>
#include <amiko/crypto/packet_cipher.hpp>

#include <cstdint>
#include <memory>
#include <optional>

namespace amiko::protocol {

/// One packet's content.  `payload` begins with the message number, is never empty, and is good until the
/// next call of space(), next() or use_cipher().
struct Packet {
  std::uint8_t number = 0;
  std::uint32_t sequence = 0;
  ByteView payload{};
};

/// Reads packets from one flat buffer, decrypting in place.  No allocation per packet.  After an error
/// nothing but the destructor may be called.  Not synchronised.
class PacketDecoder {
 public:
  /// Packets whose packet_length field is above this are refused (RFC 4253 section 6.1 asks for 35000 at
  /// least).
  static constexpr std::size_t max_packet_length = 256 * 1024;
  /// `buffer_size` is what space() offers at a time when no packet is under way; larger packets grow it.
  /// `first_sequence` is for tests; connections start at 0.
  explicit PacketDecoder(std::size_t buffer_size = 256 * 1024, std::uint32_t first_sequence = 0);
  ~PacketDecoder();

  /// Where to read into; never empty, and with room for the rest of the packet under way.  Views of earlier
  /// packets become invalid. Call next() until it has no more before: what is left to be moved is then less
  /// than a packet.
  MutableBytes space();
  /// `n` bytes of space() were filled.
  void commit(std::size_t n);

  /// Bytes received and not yet made into packets: for the version exchange, which comes before packets.
  ByteView buffered() const noexcept;
  void consume(std::size_t n) noexcept;

  /// The next whole packet, or nothing until more bytes have come.  Throws ProtocolError:
  /// errc::packet_too_large, errc::corrupted_packet (MAC, tag, padding, or a length that does not fit the
  /// block size; a bad length is nothing else where the cipher fails late), errc::malformed_packet (empty payload), errc::compression_failed, errc::protocol_error (the
  /// sequence number wraps before the first use_cipher()).
  std::optional<Packet> next();
  /// Overwrites the packet that next() gave last, which may have held a secret.  Before the next space().
  void wipe_packet() noexcept;

  /// The following packet is opened with `cipher`; counts start anew, with `reset_sequence` the sequence
  /// number too.  To be called right after next() gave NEWKEYS.
  void use_cipher(std::unique_ptr<crypto::PacketCipher> cipher, bool reset_sequence);
  void use_compression(bool on);

  std::uint32_t sequence() const noexcept { return sequence_; }
  /// Since the last use_cipher(): bytes of packets as received, and packets.
  std::uint64_t bytes() const noexcept { return bytes_; }
  std::uint64_t packets() const noexcept { return packets_; }
  /// Whether part of a packet has arrived.
  bool in_packet() const noexcept { return end_ > begin_; }

 private:
  void move_to_front() noexcept;
  void grow(std::size_t capacity);
  bool read_length();
  void doom(std::size_t opened) noexcept;
  void open_the_doomed();
  [[noreturn]] void throw_corrupted() const;
  Packet take_packet();
  static ByteView unpadded(ByteView body);
  ByteView inflated(ByteView payload);

  std::unique_ptr<crypto::PacketCipher> cipher_;
  std::unique_ptr<crypto::Inflater> inflater_;
  std::size_t capacity_;
  std::unique_ptr<std::uint8_t[]> buffer_;  ///< no vector: pages that nobody has written to cost nothing
  Bytes plain_;                             ///< the inflated payload
  std::size_t begin_ = 0;                   ///< first byte not yet made into a packet
  std::size_t end_ = 0;                     ///< end of what was received
  std::size_t taken_ = 0;                   ///< size of the packet that ends at begin_
  std::size_t needed_ = 0;  ///< size of the packet at begin_ with its tag, once its length is known; 0 before
  std::size_t doomed_ = 0;  ///< 0, or how much of the packet has been opened although the connection must end
  bool unkeyed_ = true;     ///< before the first use_cipher()
  std::uint32_t sequence_;
  std::uint64_t bytes_ = 0;
  std::uint64_t packets_ = 0;
};

}  // namespace amiko::protocol
