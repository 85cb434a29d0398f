// amiko - example: a cipher of one's own, Ascon-AEAD128 (NIST SP 800-232), on both ends of one connection
#include <amiko/amiko.hpp>

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>

namespace {

constexpr std::size_t rate = 16;  // bytes of a block
constexpr std::size_t size = 16;  // bytes of the key, the nonce and the tag

/// Five words of 64 bits; bytes enter and leave in little-endian order.
class Ascon {
 public:
  using Block = std::array<std::uint8_t, size>;

  Ascon(const Block& key, const Block& nonce) : key_(key) {
    state_ = {0x00001000808c0001, word(key, 0), word(key, 8), word(nonce, 0), word(nonce, 8)};
    permute(12);
    state_[3] ^= word(key, 0);
    state_[4] ^= word(key, 8);
  }

  /// The associated data; once, and first.
  void absorb(amiko::ByteView data) {
    const bool any = !data.empty();
    while (data.size() >= rate) {
      mix(data.first(rate));
      permute(8);
      data = data.from(rate);
    }
    if (any) {
      mix(data);
      pad(data.size());
      permute(8);
    }
    state_[4] ^= std::uint64_t{1} << 63;
  }

  void crypt(amiko::MutableBytes data, bool encrypting) {
    std::size_t at = 0;
    for (; data.size() - at >= rate; at += rate) {
      crypt_block(data.subspan(at, rate), encrypting);
      permute(8);
    }
    crypt_block(data.subspan(at), encrypting);
    pad(data.size() - at);
  }

  Block tag() {
    state_[2] ^= word(key_, 0);
    state_[3] ^= word(key_, 8);
    permute(12);
    Block tag{};
    for (std::size_t i = 0; i < size; ++i)
      tag[i] = static_cast<std::uint8_t>(byte_of(state_[3 + i / 8], i % 8) ^ key_[i]);
    return tag;
  }

 private:
  static std::uint64_t word(amiko::ByteView bytes, std::size_t at) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < 8; ++i)
      value |= std::uint64_t{bytes[at + i]} << (8 * i);
    return value;
  }
  static std::uint8_t byte_of(std::uint64_t value, std::size_t i) {
    return static_cast<std::uint8_t>(value >> (8 * i));
  }
  void mix(amiko::ByteView data) {
    for (std::size_t i = 0; i < data.size(); ++i)
      state_[i / 8] ^= std::uint64_t{data[i]} << (8 * (i % 8));
  }
  void pad(std::size_t at) { state_[at / 8] ^= std::uint64_t{1} << (8 * (at % 8)); }
  void crypt_block(amiko::MutableBytes data, bool encrypting) {
    for (std::size_t i = 0; i < data.size(); ++i) {
      const auto other = static_cast<std::uint8_t>(data[i] ^ byte_of(state_[i / 8], i % 8));
      const std::uint8_t plain = encrypting ? data[i] : other;
      state_[i / 8] ^= std::uint64_t{plain} << (8 * (i % 8));
      data[i] = other;
    }
  }
  void permute(unsigned rounds) {
    auto& [a, b, c, d, e] = state_;
    for (unsigned i = 12 - rounds; i < 12; ++i) {
      c ^= 0xf0 - 0x0f * std::uint64_t{i};
      a ^= e, e ^= d, c ^= b;
      const std::array t = {a ^ (~b & c), b ^ (~c & d), c ^ (~d & e), d ^ (~e & a), e ^ (~a & b)};
      a = t[0] ^ t[4], b = t[1] ^ t[0], c = ~t[2], d = t[3] ^ t[2], e = t[4];
      a ^= std::rotr(a, 19) ^ std::rotr(a, 28);
      b ^= std::rotr(b, 61) ^ std::rotr(b, 39);
      c ^= std::rotr(c, 1) ^ std::rotr(c, 6);
      d ^= std::rotr(d, 10) ^ std::rotr(d, 17);
      e ^= std::rotr(e, 7) ^ std::rotr(e, 41);
    }
  }

  std::array<std::uint64_t, 5> state_{};
  Block key_;
};

/// A nonce must never come twice under one key: the IV counts up by one with each packet, as with AES-GCM in
/// SSH.
class AsconPackets final : public amiko::OwnCipherState {
 public:
  AsconPackets(amiko::ByteView key, amiko::ByteView iv) {
    std::ranges::copy(key, key_.begin());
    std::ranges::copy(iv, nonce_.begin());
  }
  ~AsconPackets() override { amiko::wipe(key_.data(), key_.size()); }

  void seal(std::uint32_t, amiko::ByteView length, amiko::MutableBytes body,
            amiko::MutableBytes tag) override {
    const Ascon::Block made = run(length, body, true);
    std::ranges::copy(made, tag.begin());
  }
  bool open(std::uint32_t, amiko::ByteView length, amiko::MutableBytes body, amiko::ByteView tag) override {
    const Ascon::Block made = run(length, body, false);
    std::uint8_t difference = 0;  // not == on arrays: how long it takes must not tell where they differ
    for (std::size_t i = 0; i < size; ++i)
      difference = static_cast<std::uint8_t>(difference | (made[i] ^ tag[i]));
    return difference == 0;
  }

 private:
  Ascon::Block run(amiko::ByteView length, amiko::MutableBytes body, bool encrypting) {
    Ascon ascon(key_, nonce_);
    for (std::size_t i = size; i-- > 0 && ++nonce_[i] == 0;) {
    }
    ascon.absorb(length);
    ascon.crypt(body, encrypting);
    return ascon.tag();
  }

  Ascon::Block key_{}, nonce_{};
};

// A vector of the Wycheproof project (ascon_sp800_232_aead128, number 56).
void self_test() {
  constexpr Ascon::Block key = {0x69, 0xd4, 0x14, 0xe3, 0xf1, 0x4f, 0x4e, 0x4c,
                                0xa7, 0xe0, 0x5c, 0x12, 0xe7, 0x42, 0x7b, 0xb2};
  constexpr Ascon::Block nonce = {0x91, 0xdb, 0x6e, 0x45, 0xc3, 0xb2, 0x6a, 0x0a,
                                  0xa3, 0x81, 0xe2, 0x1e, 0x00, 0x75, 0xf2, 0xe9};
  constexpr std::array<std::uint8_t, 20> data = {0x82, 0xd4, 0x63, 0x6e, 0x33, 0x8e, 0x21, 0xf0, 0x7d, 0x93,
                                                 0x77, 0xb3, 0x7e, 0x9a, 0x26, 0xfc, 0x48, 0x73, 0x97, 0xed};
  Ascon::Block text = {0x06, 0xc9, 0x89, 0xe4, 0x19, 0x6b, 0x98, 0x5a,
                       0x79, 0x75, 0x84, 0x70, 0x5b, 0xf5, 0xb4, 0xc9};
  constexpr Ascon::Block encrypted = {0x63, 0xa4, 0x0e, 0x52, 0xfe, 0xa3, 0x65, 0x1f,
                                      0x95, 0x3e, 0xba, 0xf0, 0x73, 0xb0, 0xfa, 0xd3};
  constexpr Ascon::Block tag = {0xea, 0xa9, 0xd8, 0xea, 0x65, 0x80, 0x36, 0x7c,
                                0xb8, 0x92, 0xa9, 0xaf, 0x5d, 0xb0, 0x2c, 0x54};
  Ascon ascon(key, nonce);
  ascon.absorb(data);
  ascon.crypt(text, true);
  if (text != encrypted || ascon.tag() != tag) throw std::logic_error("this is not Ascon");
}

amiko::OwnCipher ascon() {
  return {.name = "ascon-aead128@example.org",
          .key_size = size,
          .iv_size = size,
          .block_size = rate,
          .tag_size = size,
          .make = [](amiko::ByteView key, amiko::ByteView iv) -> std::unique_ptr<amiko::OwnCipherState> {
            return std::make_unique<AsconPackets>(key, iv);
          }};
}

/// Lets everybody in: both ends are in this program.
class Greeter final : public amiko::ServerHandler {
 public:
  std::vector<std::string> get_allowed_auths(std::string_view) override { return {"none"}; }
  amiko::Decision check_auth_none(std::string_view) override { return amiko::Decision::accept; }
  bool check_channel_open(std::string_view kind) override { return kind == "session"; }
  bool check_shell_request(amiko::Channel&) override { return true; }
  void session_started(amiko::Channel& channel, const amiko::SessionStart&) override {
    channel.sendall("hello through " + cipher + "\n");
    channel.close();
  }

  std::string cipher{};
};

}  // namespace

int main() try {
  self_test();
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) throw std::runtime_error("no sockets");
  amiko::TransportOptions options;
  options.algorithms.own_ciphers = {ascon()};  // in front of the library's; both sides must have it

  Greeter greeter;
  greeter.cipher = options.algorithms.own_ciphers.front().name;
  amiko::Transport server(ends[0], options);
  server.add_server_key(amiko::PrivateKey::generate("ed25519"));
  amiko::Event started;
  server.start_server(greeter, started);

  amiko::Transport client(ends[1], options);
  client.start_client();
  if (!client.auth_none("anybody")) throw std::runtime_error("not let in");
  std::cout << "cipher " << client.negotiated().cipher_out << '\n';
  amiko::Channel channel = client.open_session();
  channel.invoke_shell();
  for (std::string text; !(text = channel.recv(1024)).empty();)
    std::cout << text;
  client.renegotiate_keys();
  std::cout << "and after " << client.key_exchanges() << " key exchanges, cipher "
            << client.negotiated().cipher_in << '\n';
  client.close();
  server.close();
  return 0;
} catch (const std::exception& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
