// amiko - fuzzing of key exchanges: an honest other end whose messages are changed, repeated, dropped or made
// up
#include <amiko/base/error.hpp>
#include <amiko/keys/private_key.hpp>
#include <amiko/protocol/kex_machine.hpp>

#include <deque>
#include <string>
#include <utility>
#include <variant>

#include "common/fixed_random.hpp"
#include "fuzz/input.hpp"
#include "fuzz/target.hpp"

namespace amiko::fuzz {
namespace {

using protocol::KexMachine;
using protocol::Role;

const PrivateKey& host_key() {
  static const PrivateKey key = PrivateKey::generate("ed25519");
  return key;
}

constexpr const char* methods[] = {"curve25519-sha256", "ecdh-sha2-nistp256", "mlkem768x25519-sha256",
                                   "diffie-hellman-group14-sha256", "diffie-hellman-group-exchange-sha256"};

protocol::KexSettings settings(Role role, const char* method) {
  protocol::KexSettings settings;
  settings.role = role;
  settings.local_version = role == Role::client ? "SSH-2.0-client" : "SSH-2.0-server";
  settings.remote_version = role == Role::client ? "SSH-2.0-server" : "SSH-2.0-client";
  settings.algorithms = protocol::AlgorithmSet::defaults();
  settings.algorithms.edit(protocol::AlgorithmKind::kex, method);
  settings.gex_preferred = 2048;
  if (role == Role::server) settings.host_keys = {host_key().public_key()};
  return settings;
}

class End {
 public:
  End(Role role, const char* method)
      : random_(role == Role::client ? 1 : 2), machine_(settings(role, method), random_) {}

  void start() { carry_out(machine_.start()); }
  void take(ByteView payload) { carry_out(machine_.receive(payload, received_++)); }
  KexMachine& machine() noexcept { return machine_; }

  std::deque<Bytes> out;
  bool sends = false;     // with new keys
  bool receives = false;  // with new keys

 private:
  void carry_out(KexMachine::Actions actions) {
    for (KexMachine::Action& action : actions)
      std::visit([this](auto& a) { carry_out_one(a); }, action);
  }
  void carry_out_one(KexMachine::SendKexInit& a) { out.push_back(std::move(a.payload)); }
  void carry_out_one(KexMachine::Send& a) { out.push_back(std::move(a.payload)); }
  void carry_out_one(KexMachine::SendNewKeys& a) {
    promise(a.cipher != nullptr, "new keys without a cipher");
    out.push_back(Bytes{21});
    sends = true;
  }
  void carry_out_one(KexMachine::ReceiveNewKeys& a) {
    promise(a.cipher != nullptr, "new keys without a cipher");
    receives = true;
    if (a.reset_sequence) received_ = 0;
  }
  void carry_out_one(KexMachine::Sign& a) {
    carry_out(machine_.signature_ready(host_key().sign(a.algorithm, a.data)));
  }
  void carry_out_one(KexMachine::Done&) {}

  test::FixedRandom random_;
  KexMachine machine_;
  std::uint32_t received_ = 0;
};

enum Step { deliver, change, make_up, repeat, drop, start_again, steps };

/// The victim gets what the honest end says, after the fuzzer has had its hands on it.
class Attack {
 public:
  Attack(Role victim, const char* method)
      : victim_(victim, method), honest_(victim == Role::client ? Role::server : Role::client, method) {}

  void run(Input& input) {
    victim_.start();
    honest_.start();
    for (int budget = 64; budget > 0 && !input.empty(); --budget) {
      answer();
      step(input);
    }
    // Keys on both sides are of use only if both agree about what was said.
    if (victim_.receives && honest_.receives && !restarted_)
      promise(victim_.machine().session_id() == honest_.machine().session_id(),
              "the two ends disagree and go on");
  }

 private:
  // The honest end hears all that the victim says, and gives up like anybody when it makes no sense.
  void answer() {
    while (!victim_.out.empty()) {
      const Bytes message = std::move(victim_.out.front());
      victim_.out.pop_front();
      try {
        if (alive_) honest_.take(message);
      } catch (const Error&) {
        alive_ = false;
      }
    }
  }

  void step(Input& input) {
    const auto what = static_cast<Step>(input.below(steps));
    if (what == make_up) return victim_.take(made_up(input.piece()));
    if (what == repeat) return victim_.take(made_up(last_));
    if (what == start_again) {
      restarted_ = true;
      return victim_.start();
    }
    if (honest_.out.empty()) return;
    last_ = std::move(honest_.out.front());
    honest_.out.pop_front();
    if (what == drop) return;
    if (what == change) changed(input);
    victim_.take(last_);
  }

  static Bytes made_up(ByteView piece) {
    Bytes message = piece.bytes();
    if (message.empty() || message[0] < 20 || message[0] > 49) message.insert(message.begin(), 20);
    return message;
  }

  void changed(Input& input) {
    const std::size_t at = input.uint16();
    const std::uint8_t mask = input.byte();
    if (at < last_.size() && at > 0)
      last_[at] = static_cast<std::uint8_t>(last_[at] ^ mask);
    else if (at > 0)
      last_.resize(1 + at % (last_.size() + 3), mask);
  }

  End victim_, honest_;
  Bytes last_{20};
  bool alive_ = true;
  bool restarted_ = false;
};

void run_kex(Role victim, ByteView bytes) {
  Input input(bytes);
  Attack attack(victim, methods[input.below(std::size(methods))]);
  attack.run(input);
}

std::vector<Bytes> kex_seeds() {
  std::vector<Bytes> seeds;
  for (std::uint8_t method = 0; method < std::size(methods); ++method) {
    seeds.push_back(plain(Bytes{method, deliver, deliver, deliver, deliver, deliver}));
    seeds.push_back(plain(Bytes{method, deliver, change, 0, 40, 1, deliver, deliver}));
    seeds.push_back(plain(Bytes{method, change, 0, 30, 1, deliver}));
    seeds.push_back(plain(Bytes{method, deliver, deliver, deliver, deliver, start_again, deliver, repeat}));
  }
  return seeds;
}

void run_kex_client(ByteView bytes) {
  run_kex(Role::client, bytes);
}

void run_kex_server(ByteView bytes) {
  run_kex(Role::server, bytes);
}

}  // namespace

extern const Target kex_client, kex_server;
const Target kex_client{"kex_client", run_kex_client, kex_seeds};
const Target kex_server{"kex_server", run_kex_server, kex_seeds};

}  // namespace amiko::fuzz
