// amiko - first key exchange and re-keying as a machine without I/O
#include <amiko/protocol/kex_machine.hpp>

#include "exchange_hash.hpp"
#include "ext_info.hpp"
#include "host_key_proof.hpp"
#include "kex_keys.hpp"
#include "kex_method.hpp"

#include <amiko/base/error.hpp>

#include <algorithm>
#include <utility>

namespace amiko::protocol {
namespace {

constexpr unsigned smallest_group = 1024;  // RFC 4419 section 3

[[noreturn]] void refuse(std::string text) {
  throw_error(errc::protocol_error, std::move(text));
}

std::string name_with_number(std::uint8_t number) {
  return std::string(wire::name_of(wire::MessageNumber{number})) + " (" + std::to_string(number) + ")";
}

}  // namespace

/// What one exchange needs from its first KEXINIT to the last NEWKEYS.
struct KexMachine::Exchange {
  wire::KexInit our_init{};
  Bytes our_payload{};
  Bytes their_payload{};
  std::unique_ptr<KexMethod> method{};
  bool drop_guess = false;  ///< the peer guessed wrong: its next method message is void
  KexOutcome outcome{};     ///< server: kept while the host key's owner signs
  Bytes h{};                ///< the same
  std::unique_ptr<crypto::PacketCipher> receive_cipher{};
};

KexMachine::KexMachine(KexSettings settings, crypto::Random& random)
    : settings_(std::move(settings)), random_(random) {
  check_settings();
}

KexMachine::~KexMachine() = default;

void KexMachine::check_settings() const {
  for (const AlgorithmKind kind : {AlgorithmKind::kex, AlgorithmKind::host_key, AlgorithmKind::cipher,
                                   AlgorithmKind::mac, AlgorithmKind::compression})
    if (settings_.algorithms.names(kind).empty())
      throw_error(errc::bad_config, std::string(option_of(kind)) + ": there is nothing to offer");
  if (settings_.gex_min < smallest_group || settings_.gex_min > settings_.gex_preferred ||
      settings_.gex_preferred > settings_.gex_max)
    throw_error(errc::bad_config, "the sizes for group exchange contradict each other or are below " +
                                      std::to_string(smallest_group) + " bits");
  if (settings_.role == Role::server && our_kexinit().host_key.empty())
    throw_error(errc::bad_config, "no host key fits the host key algorithms " +
                                      wire::join_names(settings_.algorithms.host_keys, ", "));
}

bool KexMachine::idle() const noexcept {
  return state_ == State::idle;
}

bool KexMachine::waiting_for_kexinit() const noexcept {
  return state_ == State::init_sent;
}

bool KexMachine::waiting_for_newkeys() const noexcept {
  return state_ == State::newkeys;
}

KexMachine::State KexMachine::enter() {
  const State state = std::exchange(state_, State::dead);
  if (state == State::dead) refuse("a key exchange has failed on this connection");
  return state;
}

KexMachine::Actions KexMachine::start() {
  const State state = enter();
  Actions actions;
  if (state == State::idle) actions.emplace_back(begin_exchange());
  state_ = state == State::idle ? State::init_sent : state;
  return actions;
}

KexMachine::Actions KexMachine::receive(ByteView payload, std::uint32_t sequence) {
  const State state = enter();
  if (payload.empty()) throw_error(errc::malformed_packet, "an empty payload");
  const std::uint8_t number = payload[0];
  if (number == to_byte(wire::MessageNumber::kexinit)) return receive_kexinit(state, payload, sequence);
  if (number == to_byte(wire::MessageNumber::newkeys)) return receive_newkeys(state, payload);
  if (wire::is_kex_method(number)) return receive_method(state, payload);
  refuse(name_with_number(number) + " is no message of a key exchange");
}

/// Server: the first of its keys that the algorithm fits; null when none does.
const PublicKey* KexMachine::key_for(const std::string& algorithm) const {
  const auto key = std::ranges::find_if(settings_.host_keys, [&](const PublicKey& k) {
    return wire::contains(k.signature_algorithms(true), algorithm);
  });
  return key != settings_.host_keys.end() ? &*key : nullptr;
}

/// Without the cookie.
wire::KexInit KexMachine::our_kexinit() const {
  const AlgorithmSet& set = settings_.algorithms;
  wire::KexInit init;
  init.kex = set.names(AlgorithmKind::kex);
  if (!established_) {
    init.kex.emplace_back(ext_info_marker(settings_.role));
    if (settings_.strict) init.kex.emplace_back(strict_marker(settings_.role));
  }
  init.host_key = set.host_keys;
  if (settings_.role == Role::server)
    std::erase_if(init.host_key,
                  [this](const std::string& algorithm) { return key_for(algorithm) == nullptr; });
  init.cipher_c2s = init.cipher_s2c = set.names(AlgorithmKind::cipher);
  init.mac_c2s = init.mac_s2c = set.names(AlgorithmKind::mac);
  init.compression_c2s = init.compression_s2c = set.names(AlgorithmKind::compression);
  return init;
}

KexMachine::SendKexInit KexMachine::begin_exchange() {
  exchange_ = std::make_unique<Exchange>();
  exchange_->our_init = our_kexinit();
  random_.fill(exchange_->our_init.cookie.bytes);
  exchange_->our_payload = wire::encoded(exchange_->our_init);
  return {exchange_->our_payload};
}

KexMachine::Actions KexMachine::receive_kexinit(State state, ByteView payload, std::uint32_t sequence) {
  if (state != State::idle && state != State::init_sent) refuse("KEXINIT during a key exchange");
  const auto theirs = wire::decode<wire::KexInit>(payload);
  Actions actions;
  if (state == State::idle) actions.emplace_back(begin_exchange());
  exchange_->their_payload = payload.bytes();
  if (!established_) note_markers(theirs, sequence);
  negotiated_ = negotiate(settings_.role, settings_.algorithms, exchange_->our_init, theirs);
  exchange_->drop_guess = theirs.first_kex_packet_follows && !negotiated_->guess_was_right;
  exchange_->method = make_kex_method(settings_.role, negotiated_->kex, method_parameters());
  Bytes first = exchange_->method->begin(random_);
  if (!first.empty()) actions.emplace_back(Send{std::move(first)});
  state_ = State::method;
  return actions;
}

KexParameters KexMachine::method_parameters() const {
  KexParameters parameters;
  parameters.gex = {settings_.gex_min, settings_.gex_preferred, settings_.gex_max, settings_.gex_moduli};
  if (settings_.role == Role::server) parameters.host_key = key_for(negotiated_->host_key)->blob();
  return parameters;
}

/// Markers count in the first exchange only.
void KexMachine::note_markers(const wire::KexInit& theirs, std::uint32_t sequence) {
  const Role peer = other(settings_.role);
  peer_wants_ext_info_ = wire::contains(theirs.kex, ext_info_marker(peer));
  strict_ = settings_.strict && wire::contains(theirs.kex, strict_marker(peer));
  if (strict_ && sequence != 0)
    refuse("strict key exchange: " + std::to_string(sequence) + " packets came before KEXINIT");
}

KexMachine::Actions KexMachine::receive_method(State state, ByteView payload) {
  if (state != State::method) refuse(name_with_number(payload[0]) + " outside of the method's turn");
  Actions actions;
  if (std::exchange(exchange_->drop_guess, false)) {
    state_ = State::method;
    return actions;
  }
  if (!exchange_->method->accepts(payload[0]))
    refuse(name_with_number(payload[0]) + " where " + std::to_string(to_byte(exchange_->method->expected())) +
           " was due in " + std::string(negotiated_->kex.name));
  KexStep step = exchange_->method->receive(payload, random_);
  if (!step.send.empty()) actions.emplace_back(Send{std::move(step.send)});
  if (!step.outcome) {
    state_ = State::method;
  } else if (settings_.role == Role::client) {
    const Bytes h = hash_of(*step.outcome, step.outcome->host_key);
    verify_server(*step.outcome, h);
    actions.emplace_back(switch_keys(step.outcome->secret.view(), h));
  } else {
    actions.emplace_back(ask_for_signature(std::move(*step.outcome)));
  }
  return actions;
}

Bytes KexMachine::hash_of(const KexOutcome& outcome, ByteView host_key) const {
  const bool client = settings_.role == Role::client;
  const KexSettings& s = settings_;
  const Exchange& x = *exchange_;
  return exchange_hash(negotiated_->kex.hash,
                       {
                           .client_version = client ? s.local_version : s.remote_version,
                           .server_version = client ? s.remote_version : s.local_version,
                           .client_kexinit = client ? x.our_payload : x.their_payload,
                           .server_kexinit = client ? x.their_payload : x.our_payload,
                           .host_key = host_key,
                           .values = outcome.values,
                           .secret = outcome.secret.view(),
                       });
}

void KexMachine::verify_server(const KexOutcome& outcome, ByteView h) {
  PublicKey key =
      proven_host_key(outcome.host_key, outcome.signature, negotiated_->host_key, h, settings_.min_rsa_bits);
  if (host_key_) check_same_host_key(host_key_, key);
  host_key_ = std::move(key);
}

KexMachine::Sign KexMachine::ask_for_signature(KexOutcome outcome) {
  const std::string& algorithm = negotiated_->host_key;
  // KEXINIT lists only what there is a key for.
  host_key_ = *key_for(algorithm);
  exchange_->h = hash_of(outcome, host_key_.blob());
  exchange_->outcome = std::move(outcome);
  state_ = State::signing;
  return {host_key_, algorithm, exchange_->h};
}

KexMachine::Actions KexMachine::signature_ready(ByteView signature) {
  if (enter() != State::signing)
    throw_error(errc::internal_error, "a host key signature that nobody asked for");
  // A key holder that ignores which hash was asked for would make the client report an attack.
  const std::string made_with = signature_algorithm(signature);
  if (made_with != negotiated_->host_key)
    throw_error(errc::kex_failed, "the host key signed with \"" + made_with + "\" where " +
                                      negotiated_->host_key + " was asked for");
  Actions actions;
  actions.emplace_back(Send{exchange_->method->reply(host_key_.blob(), signature)});
  actions.emplace_back(switch_keys(exchange_->outcome.secret.view(), exchange_->h));
  return actions;
}

KexMachine::SendNewKeys KexMachine::switch_keys(ByteView secret, const Bytes& h) {
  if (session_id_.empty()) session_id_ = h;
  note_ = exchange_->method->note();
  CipherPair ciphers = derive_ciphers(settings_.role, *negotiated_, secret, h, session_id_);
  const bool client = settings_.role == Role::client;
  SendNewKeys action;
  action.cipher = std::move(ciphers.send);
  const DirectionAlgorithms& algorithms =
      client ? negotiated_->client_to_server : negotiated_->server_to_client;
  action.compression = algorithms.compression;
  action.max_bytes = algorithms.cipher.max_bytes;
  action.reset_sequence = strict_;
  if (!established_ && peer_wants_ext_info_)
    action.ext_info = our_ext_info(settings_.role, settings_.server_sig_algs);
  exchange_->receive_cipher = std::move(ciphers.receive);
  // Nothing needs K or the ephemeral keys from here on.
  exchange_->method.reset();
  exchange_->outcome = {};
  state_ = State::newkeys;
  return action;
}

KexMachine::Actions KexMachine::receive_newkeys(State state, ByteView payload) {
  if (state != State::newkeys) refuse("NEWKEYS before the key exchange is done");
  wire::decode<wire::NewKeys>(payload);
  const bool client = settings_.role == Role::client;
  Actions actions;
  const DirectionAlgorithms& algorithms =
      client ? negotiated_->server_to_client : negotiated_->client_to_server;
  actions.emplace_back(ReceiveNewKeys{std::move(exchange_->receive_cipher), algorithms.compression, strict_,
                                      algorithms.cipher.max_bytes});
  actions.emplace_back(Done{!established_});
  exchange_.reset();
  established_ = true;
  state_ = State::idle;
  return actions;
}

}  // namespace amiko::protocol
