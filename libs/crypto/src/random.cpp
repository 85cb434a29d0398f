// amiko - the system's random numbers
#include <amiko/crypto/random.hpp>

#include <amiko/base/secret.hpp>

#include <botan/auto_rng.h>

#include <unistd.h>

#include <algorithm>
#include <array>

namespace amiko::crypto {
namespace {

/// The DRBG takes about 9 us for each request, as long as the encryption of a large packet.  Packet padding
/// asks for a few bytes each time, so small requests are served from a block drawn in advance.  Keys are
/// never that small.
class SystemRandom final : public Random {
 public:
  ~SystemRandom() override { wipe(block_.data(), block_.size()); }

  void fill(MutableBytes out) override {
    if (out.size() > largest_small_request) {
      generator_.randomize(out);
      return;
    }
    // After a fork both processes hold the same block.  The generator itself notices a fork.
    if (out.size() > left_ || owner_ != ::getpid()) draw_block();
    std::uint8_t* from = block_.data() + (block_.size() - left_);
    std::copy_n(from, out.size(), out.begin());
    wipe(from, out.size());
    left_ -= out.size();
  }

 private:
  static constexpr std::size_t largest_small_request = 24;

  void draw_block() {
    left_ = 0;
    generator_.randomize(block_);
    left_ = block_.size();
    owner_ = ::getpid();
  }

  Botan::AutoSeeded_RNG generator_;
  std::array<std::uint8_t, 512> block_{};
  std::size_t left_ = 0;
  ::pid_t owner_ = 0;
};

}  // namespace

Random& system_random() {
  thread_local SystemRandom random;
  return random;
}

std::unique_ptr<Random> make_random() {
  return std::make_unique<SystemRandom>();
}

}  // namespace amiko::crypto
