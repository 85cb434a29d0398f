// amiko - passwords as they are kept: Argon2id
#include "password.hpp"

#include <botan/argon2fmt.h>
#include <botan/auto_rng.h>

#include <semaphore>

namespace bbs {
namespace {

// OWASP's recommendation: 19 MiB, two passes.
constexpr std::size_t lanes = 1;
constexpr std::size_t kibibytes = 19 * 1024;
constexpr std::size_t passes = 2;

// Each takes a core and its memory: a crowd at the door must not take all.
constexpr int at_a_time = 4;

class Turn {
 public:
  Turn() { turns().acquire(); }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  ~Turn() { turns().release(); }

 private:
  static std::counting_semaphore<at_a_time>& turns() {
    static std::counting_semaphore<at_a_time> instance(at_a_time);
    return instance;
  }
};

}  // namespace

std::string hash_password(const amiko::Secret& password) {
  const Turn turn;
  Botan::AutoSeeded_RNG rng;
  const std::string_view text = password.view().text();
  return Botan::argon2_generate_pwhash(text.data(), text.size(), rng, lanes, kibibytes, passes);
}

bool check_password(const amiko::Secret& password, const std::string& hash) {
  const Turn turn;
  const std::string_view text = password.view().text();
  return Botan::argon2_check_pwhash(text.data(), text.size(), hash);
}

void pretend_to_check(const amiko::Secret& password) {
  static const std::string nobodys = hash_password(amiko::Secret(std::string_view("nobody's password")));
  static_cast<void>(check_password(password, nobodys));
}

}  // namespace bbs
