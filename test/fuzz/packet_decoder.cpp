// amiko - fuzzing of packets: raw bytes without a cipher, and sealed ones that were changed on their way
#include <amiko/base/error.hpp>
#include <amiko/crypto/cipher_table.hpp>
#include <amiko/crypto/random.hpp>
#include <amiko/protocol/packet_decoder.hpp>
#include <amiko/protocol/packet_encoder.hpp>

#include <algorithm>
#include <cstring>
#include <memory>
#include <string>

#include "common/fixed_random.hpp"
#include "fuzz/input.hpp"
#include "fuzz/target.hpp"

namespace amiko::fuzz {
namespace {

std::unique_ptr<crypto::PacketCipher> cipher(const crypto::CipherInfo& info, crypto::Direction direction) {
  const crypto::MacInfo* const mac = info.aead ? nullptr : crypto::find_mac("hmac-sha2-256");
  const Bytes key(info.key_size, 1), iv(info.iv_size, 2), mac_key(mac == nullptr ? 0 : mac->key_size, 3);
  return info.make(info, mac, {.key = key, .iv = iv, .mac_key = mac_key}, direction);
}

void feed(protocol::PacketDecoder& decoder, ByteView bytes, std::size_t step, std::vector<Bytes>& payloads) {
  while (!bytes.empty()) {
    const MutableBytes space = decoder.space();
    promise(!space.empty(), "no room to read into");
    const std::size_t n = std::min({step, space.size(), bytes.size()});
    std::memcpy(space.data(), bytes.data(), n);
    decoder.commit(n);
    bytes = bytes.from(n);
    while (const auto packet = decoder.next()) {
      promise(
          !packet->payload.empty() && packet->payload.size() <= protocol::PacketDecoder::max_packet_length,
          "a payload of an impossible size");
      payloads.push_back(packet->payload.bytes());
    }
  }
}

void run_plain(Input& input) {
  const std::uint8_t flags = input.byte();
  protocol::PacketDecoder decoder(4096);
  if (flags & 1) decoder.use_compression(true);
  std::vector<Bytes> payloads;
  feed(decoder, input.rest(), 1 + flags, payloads);
}

// What comes out must be what went in, up to where it was changed.
void run_sealed(Input& input) {
  const auto table = crypto::cipher_table();
  const crypto::CipherInfo& info = table[input.below(table.size())];
  const std::size_t step = 1 + input.uint16();
  const std::size_t flip = input.uint16();
  const std::uint8_t mask = input.byte();
  protocol::PacketEncoder encoder(std::make_unique<test::FixedRandom>());
  encoder.use_cipher(cipher(info, crypto::Direction::seal), true);
  std::vector<Bytes> sent;
  Bytes wire;
  std::size_t intact = 0;
  while (!input.empty() && sent.size() < 8) {
    Bytes payload{94};
    append(payload, input.piece());
    encoder.encode(wire, payload);
    sent.push_back(std::move(payload));
    if (mask == 0 || flip >= wire.size()) intact = sent.size();
  }
  if (flip < wire.size()) wire[flip] = static_cast<std::uint8_t>(wire[flip] ^ mask);
  protocol::PacketDecoder decoder(4096);
  decoder.use_cipher(cipher(info, crypto::Direction::open), true);
  std::vector<Bytes> received;
  try {
    feed(decoder, wire, step, received);
    promise(received.size() == sent.size() || intact < sent.size(), "packets are lost without an error");
  } catch (const Error&) {
    promise(intact < sent.size(), "good packets are refused");
    promise(received.size() >= intact, "packets before the damage are lost");
  }
  promise(received.size() <= sent.size(), "packets appear from nowhere");
  for (std::size_t i = 0; i < std::min(received.size(), sent.size()); ++i)
    promise(received[i] == sent[i], "a changed packet is taken for a good one");
}

void run_packet_decoder(ByteView bytes) {
  Input input(bytes);
  if (input.byte() & 1)
    run_sealed(input);
  else
    run_plain(input);
}

std::vector<Bytes> packet_decoder_seeds() {
  std::vector<Bytes> seeds;
  Bytes raw{0, 0};
  protocol::PacketEncoder encoder(std::make_unique<test::FixedRandom>());
  Bytes wire;
  encoder.encode(wire, Bytes{2, 0, 0, 0, 0});
  encoder.encode(wire, Bytes{20, 1, 2, 3});
  append(raw, wire);
  seeds.push_back(plain(raw));
  Bytes compressed{0, 1};
  protocol::PacketEncoder deflating(std::make_unique<test::FixedRandom>());
  deflating.use_compression(true);
  Bytes packets;
  deflating.encode(packets, Bytes(1000, 94));
  append(compressed, packets);
  seeds.push_back(plain(compressed));
  for (std::size_t i = 0; i < crypto::cipher_table().size(); ++i) {
    Bytes sealed{1, static_cast<std::uint8_t>(i), 0, 16, 0, 40, 0};
    append_piece(sealed, "hello");
    append_piece(sealed, std::string(300, 'x'));
    seeds.push_back(plain(sealed));
  }
  return seeds;
}

}  // namespace

extern const Target packet_decoder;
const Target packet_decoder{"packet_decoder", run_packet_decoder, packet_decoder_seeds};

}  // namespace amiko::fuzz
