// amiko - a cipher of the application's own, as an entry of the connection's set
#include "own_cipher.hpp"

#include <amiko/base/error.hpp>
#include <amiko/base/printable.hpp>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

namespace amiko {
namespace {

constexpr std::size_t largest_key = 64;
constexpr std::size_t smallest_block = 8, largest_block = 128;
constexpr std::size_t smallest_tag = 8, largest_tag = 64;
constexpr std::size_t longest_name = 64;  // RFC 4251 section 6
constexpr std::size_t length_size = 4;

class OwnPacketCipher final : public crypto::PacketCipher {
 public:
  OwnPacketCipher(const OwnCipher& cipher, std::unique_ptr<OwnCipherState> state)
      : PacketCipher({.block_size = cipher.block_size,
                      .tag_size = cipher.tag_size,
                      .length_is_padded = false,
                      .header_size = length_size}),
        state_(std::move(state)) {}

  void seal(std::uint32_t sequence, MutableBytes packet) override {
    state_->seal(sequence, packet.first(length_size), body(packet), packet.last(tag_size()));
  }
  std::uint32_t open_length(std::uint32_t, MutableBytes header) override {
    return std::uint32_t{header[0]} << 24 | std::uint32_t{header[1]} << 16 | std::uint32_t{header[2]} << 8 |
           std::uint32_t{header[3]};
  }
  bool open(std::uint32_t sequence, MutableBytes packet) override {
    return state_->open(sequence, packet.first(length_size), body(packet), packet.last(tag_size()));
  }

 private:
  MutableBytes body(MutableBytes packet) const {
    return packet.subspan(length_size, packet.size() - length_size - tag_size());
  }

  std::unique_ptr<OwnCipherState> state_;
};

std::unique_ptr<crypto::PacketCipher> make(const crypto::CipherInfo& info, const crypto::MacInfo*,
                                           const crypto::DirectionKeys& keys, crypto::Direction) {
  const auto& cipher = *static_cast<const OwnCipher*>(info.context);
  auto state = cipher.make(keys.key, keys.iv);
  if (!state) throw_error(errc::kex_failed, "the cipher " + cipher.name + " made no state");
  return std::make_unique<OwnPacketCipher>(cipher, std::move(state));
}

bool is_own_name(const std::string& name) {
  const std::size_t at = name.find('@');
  return at != 0 && at != name.npos && at + 1 < name.size() && name.size() <= longest_name &&
         name.find('@', at + 1) == name.npos && std::ranges::all_of(name, [](char c) {
           return c > ' ' && c <= '~' && c != ',' && c != '*' && c != '?';
         });
}

bool within(std::size_t value, std::size_t low, std::size_t high) noexcept {
  return low <= value && value <= high;
}

void check(const OwnCipher& cipher, const protocol::AlgorithmSet& set) {
  const auto bad = [&](const char* what) {
    throw_error(errc::bad_config, "own_ciphers: \"" + printable(cipher.name, false, 80) + "\" " + what);
  };
  if (!is_own_name(cipher.name)) bad("is no name of the form name@domain");
  const auto is_taken = [&](const auto& other) { return other.name == cipher.name; };
  if (crypto::find_cipher(cipher.name) != nullptr || std::ranges::any_of(set.ciphers, is_taken))
    bad("is the name of another cipher");
  if (!within(cipher.key_size, 1, largest_key) || cipher.iv_size > largest_key ||
      !within(cipher.block_size, smallest_block, largest_block) ||
      !within(cipher.tag_size, smallest_tag, largest_tag))
    bad("has sizes that are out of range");
  if (!cipher.make) bad("cannot be made");
}

}  // namespace

OwnCipherState::~OwnCipherState() = default;

void add_own_ciphers(protocol::AlgorithmSet& set, const std::vector<OwnCipher>& ciphers) {
  std::size_t position = 0;
  for (const OwnCipher& cipher : ciphers) {
    check(cipher, set);
    const auto own = std::make_shared<const OwnCipher>(cipher);
    set.owners.push_back(own);
    set.ciphers.insert(set.ciphers.begin() + static_cast<std::ptrdiff_t>(position++),
                       crypto::CipherInfo{.name = own->name,
                                          .algorithm = {},
                                          .key_size = own->key_size,
                                          .iv_size = own->iv_size,
                                          .block_size = own->block_size,
                                          .aead = true,
                                          .by_default = true,
                                          .legacy = false,
                                          .make = make,
                                          .context = own.get()});
  }
}

}  // namespace amiko
