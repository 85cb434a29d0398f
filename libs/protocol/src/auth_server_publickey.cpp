// amiko - the server's side of authentication: keys and signatures (RFC 4252 section 7, RFC 8332)
#include <amiko/protocol/auth_server.hpp>

#include "auth_server_limits.hpp"

#include <amiko/base/error.hpp>
#include <amiko/keys/algorithm_table.hpp>
#include <amiko/wire/auth_messages.hpp>

#include <algorithm>

namespace amiko::protocol {

// The decider is asked about the very key whose signature is verified next, and told of that key again: what
// was shown before plays no part (CVE-2024-45337).
Bytes AuthServer::publickey(ByteView body, AuthDecider& decider) {
  wire::Reader in(body);
  const bool is_signed = in.boolean();
  const std::string_view algorithm = in.text();
  const ByteView blob = in.string();
  const ByteView signature = is_signed ? in.string() : ByteView();
  in.expect_end();
  if (!is_signed) return probe(algorithm, blob, decider);
  const std::optional<PublicKey> key = usable_key(algorithm, blob);
  if (!key || decider.offer(user(), *key) != KeyOffer::welcome) return refuse();
  const SecurityKeyRules rules =
      key->is_security_key() ? decider.security_key_rules(user(), *key) : SecurityKeyRules();
  if (check(*key, algorithm, signature, rules) != Proof::right) return refuse();
  return conclude("publickey", decider.publickey(user(), *key), decider, &*key);
}

Bytes AuthServer::probe(std::string_view algorithm, ByteView blob, AuthDecider& decider) {
  if (++probes_ > settings_.max_probes)
    throw_failure({.code = errc::too_many_attempts,
                   .text = "more than " + std::to_string(settings_.max_probes) + " keys were shown",
                   .phase = Phase::authentication});
  const std::optional<PublicKey> key = usable_key(algorithm, blob);
  if (!key || decider.offer(user(), *key) != KeyOffer::welcome) return failure_message(false);
  return encoded(wire::UserauthPkOk{.algorithm = algorithm, .blob = blob});
}

// Nothing when the key is none, does not fit the algorithm, or has been used.  The algorithm comes first: a
// blob of a kind that was switched off is not even parsed.
std::optional<PublicKey> AuthServer::usable_key(std::string_view algorithm, ByteView blob) const {
  if (!wire::contains(settings_.key_algorithms, algorithm)) return std::nullopt;
  const SignatureInfo* info = find_signature(algorithm);
  if (info == nullptr) return std::nullopt;
  try {
    PublicKey key = PublicKey::from_blob(blob);
    const bool fits = key.type() == info->key_type;
    const bool weak = key.type() == "ssh-rsa" && key.bits() < settings_.min_rsa_bits;
    const bool used = std::ranges::find(identity_.keys, key) != identity_.keys.end();
    if (fits && !weak && !used) return key;
  } catch (const KeyError&) {  // what a stranger sends is no news; the answer is FAILURE
  }
  return std::nullopt;
}

// Built anew from what the request said, so that only what was understood counts.
AuthServer::Proof AuthServer::check(const PublicKey& key, std::string_view algorithm, ByteView signature,
                                    const SecurityKeyRules& rules) const {
  Bytes data;
  wire::Writer write(data);
  write.string(session_id_);
  wire::encode(data,
               wire::UserauthRequest{.user = user(), .service = limits::service, .method = "publickey"});
  write.boolean(true);
  write.string(algorithm);
  write.string(key.blob());
  return key.verify(algorithm, data, signature, rules) ? Proof::right : Proof::wrong;
}

}  // namespace amiko::protocol
