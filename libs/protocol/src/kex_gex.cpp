// amiko - Diffie-Hellman group exchange (RFC 4419, RFC 8270), for old clients too (RFC 4419 section 5)
#include "kex_method.hpp"

#include <amiko/base/error.hpp>
#include <amiko/wire/transport_messages.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

namespace amiko::protocol {
namespace {

using wire::MessageNumber;

[[noreturn]] void fail(std::string text) {
  throw_error(errc::kex_failed, std::move(text));
}

std::string bits_text(std::size_t bits) {
  return std::to_string(bits) + " bits";
}

std::uint32_t remainder(ByteView magnitude, std::uint32_t divisor) noexcept {
  std::uint32_t r = 0;
  for (const std::uint8_t digit : magnitude)
    r = (r << 8 | digit) % divisor;
  return r;
}

void check_group(ByteView p, ByteView g, const GexLimits& limits) {
  const std::size_t bits = bits_of(p);
  if (bits < limits.min || bits > limits.max)
    fail("the server's group has " + bits_text(bits) + "; we asked for " + std::to_string(limits.min) +
         " to " + std::to_string(limits.max));
  if (!may_be_safe_prime(p)) fail("the modulus of the server's group is no safe prime");
  if (!generator_in_range(g, p)) fail("the generator of the server's group is out of range");
}

/// What the hash takes before e and f; `request` is what the client asked for, as it was sent.
Bytes hash_prefix(ByteView request, const crypto::DhGroup& group) {
  Bytes values = request.bytes();
  wire::Writer writer(values);
  writer.mpint(group.p);
  writer.mpint(group.g);
  return values;
}

/// Request and group; then what a simple exchange in that group does.
class Gex : public KexMethod {
 public:
  Gex(std::string_view name, const GexLimits& limits) : name_(name), limits_(limits) {}

  MessageNumber expected() const noexcept final {
    return exchange_ ? exchange_->expected() : first_expected();
  }

  bool accepts(std::uint8_t number) const noexcept final {
    return exchange_ ? exchange_->accepts(number) : accepts_first(number);
  }

  KexStep receive(ByteView payload, crypto::Random& random) final {
    return exchange_ ? exchange_->receive(payload, random) : receive_first(payload, random);
  }

  Bytes reply(ByteView host_key, ByteView signature) const final {
    return exchange_->reply(host_key, signature);
  }

  std::string note() const final { return name_ + ", " + bits_text(bits_); }

 protected:
  virtual MessageNumber first_expected() const noexcept = 0;
  virtual bool accepts_first(std::uint8_t number) const noexcept {
    return number == wire::to_byte(first_expected());
  }
  virtual KexStep receive_first(ByteView payload, crypto::Random& random) = 0;

  /// `request` is the fields of the request as they were sent.
  void use_group(Role role, ByteView request, const crypto::DhGroup& group) {
    bits_ = bits_of(group.p);
    exchange_ =
        make_simple_kex(role, crypto::KexShape::gex, crypto::make_dh(group), hash_prefix(request, group));
  }

  Bytes begin_exchange(crypto::Random& random) { return exchange_->begin(random); }

  const GexLimits& limits() const noexcept { return limits_; }

 private:
  std::string name_;
  GexLimits limits_;
  std::size_t bits_ = 0;
  std::unique_ptr<KexMethod> exchange_;  ///< once the group is known
};

class GexClient final : public Gex {
 public:
  using Gex::Gex;

  Bytes begin(crypto::Random&) override { return wire::encoded(request()); }

 private:
  wire::KexGexRequest request() const noexcept { return {limits().min, limits().preferred, limits().max}; }

  MessageNumber first_expected() const noexcept override { return MessageNumber::kex_dh_gex_group; }

  KexStep receive_first(ByteView payload, crypto::Random& random) override {
    const auto message = wire::decode<wire::KexGexGroup>(payload);
    check_group(message.p.magnitude, message.g.magnitude, limits());
    use_group(Role::client, ByteView(wire::encoded(request())).from(1),
              {message.p.magnitude.bytes(), message.g.magnitude.bytes()});
    return {begin_exchange(random), {}};
  }
};

/// The smallest group of at least `preferred` bits, or else the largest, between `min` and `max`: of the
/// list, or else of those that are built in.
const crypto::DhGroup& choose_group(const wire::KexGexRequest& request, const GexLimits& limits,
                                    crypto::Random& random) {
  struct Choice {
    int number;
    unsigned bits;
  };
  constexpr std::array<Choice, 5> groups = {{{14, 2048}, {15, 3072}, {16, 4096}, {17, 6144}, {18, 8192}}};
  const unsigned min = std::max(request.min, limits.min);
  const unsigned max = std::min(request.max, limits.max);
  if (limits.moduli)
    if (const ModuliGroup* chosen = choose(*limits.moduli, min, request.preferred, max, random))
      return chosen->group;
  int number = 0;
  for (const Choice& group : groups) {
    if (group.bits < min || group.bits > max) continue;
    number = group.number;
    if (group.bits >= request.preferred) break;
  }
  if (number == 0)
    fail("the client asks for a group of " + std::to_string(request.min) + " to " + bits_text(request.max) +
         "; we have none");
  return crypto::dh_group(number);
}

class GexServer final : public Gex {
 public:
  using Gex::Gex;

  Bytes begin(crypto::Random&) override { return {}; }

 private:
  MessageNumber first_expected() const noexcept override { return MessageNumber::kex_dh_gex_request; }

  bool accepts_first(std::uint8_t number) const noexcept override {
    return Gex::accepts_first(number) || number == wire::to_byte(MessageNumber::kex_dh_gex_request_old);
  }

  wire::KexGexRequest decode_request(ByteView payload) const {
    if (payload[0] == wire::to_byte(MessageNumber::kex_dh_gex_request))
      return wire::decode<wire::KexGexRequest>(payload);
    // The old form has no bounds: ours hold.
    const std::uint32_t preferred = wire::decode<wire::KexGexRequestOld>(payload).preferred;
    return {limits().min, std::clamp<std::uint32_t>(preferred, limits().min, limits().max), limits().max};
  }

  KexStep receive_first(ByteView payload, crypto::Random& random) override {
    const auto request = decode_request(payload);
    if (request.min > request.preferred || request.preferred > request.max)
      fail("the client's group request contradicts itself: minimum " + std::to_string(request.min) +
           ", preferred " + std::to_string(request.preferred) + ", maximum " + bits_text(request.max));
    const crypto::DhGroup& group = choose_group(request, limits(), random);
    use_group(Role::server, payload.from(1), group);
    return {wire::encoded(wire::KexGexGroup{{group.p}, {group.g}}), {}};
  }
};

}  // namespace

std::size_t bits_of(ByteView magnitude) noexcept {
  if (magnitude.empty()) return 0;
  return (magnitude.size() - 1) * 8 + static_cast<std::size_t>(std::bit_width(magnitude[0]));
}

// A full test of a server's own prime takes seconds, and OpenSSH does none.  This much costs nothing: neither
// p nor (p-1)/2 may have a small factor, which rules out damaged numbers and the simplest ways to make the
// group weak.
bool may_be_safe_prime(ByteView p) noexcept {
  constexpr std::array<std::uint32_t, 24> small_primes = {3,  5,  7,  11, 13, 17, 19, 23, 29, 31, 37, 41,
                                                          43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97};
  if ((p[p.size() - 1] & 3) != 3) return false;
  return std::all_of(small_primes.begin(), small_primes.end(),
                     [p](std::uint32_t r) { return remainder(p, r) > 1; });
}

bool generator_in_range(ByteView g, ByteView p) noexcept {
  if (bits_of(g) < 2) return false;
  if (g.size() != p.size()) return g.size() < p.size();
  Bytes p_minus_1 = p.bytes();
  p_minus_1.back() = static_cast<std::uint8_t>(p_minus_1.back() - 1);
  return std::lexicographical_compare(g.begin(), g.end(), p_minus_1.begin(), p_minus_1.end());
}

std::unique_ptr<KexMethod> make_gex(Role role, std::string_view name, const GexLimits& limits) {
  if (role == Role::client) return std::make_unique<GexClient>(name, limits);
  return std::make_unique<GexServer>(name, limits);
}

}  // namespace amiko::protocol
