// amiko - a server's proof that it owns its host key
#include "host_key_proof.hpp"

#include <amiko/base/error.hpp>
#include <amiko/base/printable.hpp>
#include <amiko/keys/algorithm_table.hpp>
#include <amiko/wire/reader.hpp>

#include <utility>

namespace amiko::protocol {
namespace {

std::string shown(std::string_view name) {
  return '"' + printable(name, false, 64) + '"';
}

/// The name that a key blob or a signature begins with; empty when there is none.
std::string leading_name(ByteView blob) {
  try {
    return std::string(wire::Reader(blob).text());
  } catch (const ProtocolError&) {
    return {};
  }
}

PublicKey parse_host_key(ByteView blob) {
  try {
    return PublicKey::from_blob(blob);
  } catch (const KeyError& e) {
    throw_error(errc::kex_failed, "the server's host key cannot be used: " + e.failure().text);
  }
}

PublicKey load_host_key(ByteView blob, const std::string& algorithm, unsigned min_rsa_bits) {
  if (blob.empty()) throw_error(errc::kex_failed, "the server sent no host key");
  const SignatureInfo* info = find_signature(algorithm);
  if (info == nullptr) throw_error(errc::unsupported, "the signature algorithm " + shown(algorithm));
  // Before parsing: only the kind of key that was agreed on is worth the code that it would reach.
  const std::string type = leading_name(blob);
  if (type != info->key_type)
    throw_error(errc::kex_failed, "the server sent a host key of type " + shown(type) + " where " +
                                      algorithm + " was agreed on, which takes " +
                                      std::string(info->key_type));
  PublicKey key = parse_host_key(blob);
  if (type == "ssh-rsa" && key.bits() < min_rsa_bits)
    throw_error(errc::kex_failed, "the server's RSA host key has " + std::to_string(key.bits()) +
                                      " bits; at least " + std::to_string(min_rsa_bits) + " are required");
  return key;
}

[[noreturn]] void throw_unproven(const PublicKey& key, const std::string& why) {
  HostKeyDetail detail;
  detail.key_type = key.type();
  detail.fingerprint = key.fingerprint();
  std::string text =
      "the server could not prove that it owns its host key " + detail.fingerprint + ": " + why;
  throw_failure({.code = errc::bad_host_signature, .text = std::move(text), .detail = std::move(detail)});
}

}  // namespace

std::string signature_algorithm(ByteView signature) {
  return leading_name(signature);
}

PublicKey proven_host_key(ByteView blob, ByteView signature, const std::string& algorithm, ByteView h,
                          unsigned min_rsa_bits) {
  PublicKey key = load_host_key(blob, algorithm, min_rsa_bits);
  if (signature.empty()) throw_unproven(key, "there is no signature");
  const std::string made_with = signature_algorithm(signature);
  if (made_with != algorithm)
    throw_unproven(key, "the signature is " + shown(made_with) + " where " + algorithm + " was agreed on");
  if (!key.verify(algorithm, h, signature)) throw_unproven(key, "the signature is wrong");
  return key;
}

void check_same_host_key(const PublicKey& first, const PublicKey& now) {
  if (first == now) return;
  HostKeyDetail detail;
  detail.key_type = now.type();
  detail.fingerprint = now.fingerprint();
  detail.known_fingerprints = {first.type() + " " + first.fingerprint()};
  std::string text = "the server showed " + first.type() + " " + first.fingerprint() +
                     " when the connection began and now shows " + now.type() + " " + detail.fingerprint;
  throw_failure({.code = errc::host_key_changed, .text = std::move(text), .detail = std::move(detail)});
}

}  // namespace amiko::protocol
