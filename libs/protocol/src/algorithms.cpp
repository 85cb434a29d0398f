// amiko - the algorithms that one connection offers: defaults, names and changes
#include <amiko/protocol/algorithms.hpp>

#include "algorithm_editor.hpp"

#include <amiko/base/error.hpp>
#include <amiko/keys/algorithm_table.hpp>

#include <algorithm>
#include <iterator>

namespace amiko::protocol {
namespace {

// FIPS 186-5, SP 800-186, SP 800-56A and 800-56B, FIPS 197, 180-4 and 203, of what is offered by default.
constexpr std::string_view fips_patterns[] = {
    "mlkem*nistp*",
    "ecdh-sha2-nistp*",
    "diffie-hellman-*-sha256",
    "diffie-hellman-*-sha384",
    "diffie-hellman-*-sha512",
    "ecdsa-sha2-nistp*",
    "sk-ecdsa-sha2-nistp*",
    "webauthn-sk-ecdsa-sha2-nistp*",
    "rsa-sha2-*",
    "aes*",
    "hmac-sha2-*",
};

bool is_fips(std::string_view name) noexcept {
  return std::ranges::any_of(fips_patterns, [name](std::string_view p) { return matches(p, name); });
}

template <class Info>
std::vector<Info> chosen(std::span<const Info> table, AlgorithmProfile profile) {
  std::vector<Info> list;
  std::ranges::copy_if(table, std::back_inserter(list), [profile](const Info& entry) {
    return entry.by_default && (profile != AlgorithmProfile::fips || is_fips(entry.name));
  });
  if (profile == AlgorithmProfile::legacy) add_new(list, table);
  return list;
}

std::vector<std::string> host_signatures(AlgorithmProfile profile) {
  std::vector<SignatureInfo> list = chosen(signature_table(), profile);
  std::erase_if(list, [](const SignatureInfo& info) { return !info.for_hosts; });
  return names_in(list);
}

std::vector<crypto::CompressionInfo> compressions_of(AlgorithmProfile profile) {
  using enum AlgorithmProfile;
  return chosen(crypto::compression_table(), profile == legacy ? legacy : modern);
}

template <class Info>
void edit_list(AlgorithmKind kind, std::vector<Info>& list, std::span<const Info> table,
               std::string_view spec) {
  Editor<Info>(kind, list, table).apply(spec);
}

void edit_names(AlgorithmKind kind, std::vector<std::string>& list, std::string_view spec) {
  const std::vector<std::string> known = all_names(kind);
  edit_list(kind, list, std::span(known), spec);
}

}  // namespace

std::string_view name_of(AlgorithmKind kind) noexcept {
  switch (kind) {
    case AlgorithmKind::kex:
      return "key exchange";
    case AlgorithmKind::host_key:
      return "host key";
    case AlgorithmKind::user_key:
      return "signature";
    case AlgorithmKind::cipher:
      return "cipher";
    case AlgorithmKind::mac:
      return "MAC";
    case AlgorithmKind::compression:
      return "compression";
  }
  return "";
}

std::string_view option_of(AlgorithmKind kind) noexcept {
  switch (kind) {
    case AlgorithmKind::kex:
      return "KexAlgorithms";
    case AlgorithmKind::host_key:
      return "HostKeyAlgorithms";
    case AlgorithmKind::user_key:
      return "PubkeyAcceptedAlgorithms";
    case AlgorithmKind::cipher:
      return "Ciphers";
    case AlgorithmKind::mac:
      return "MACs";
    case AlgorithmKind::compression:
      return "Compression";
  }
  return "";
}

AlgorithmSet AlgorithmSet::defaults(Role role) {
  return of(AlgorithmProfile::modern, role);
}

AlgorithmSet AlgorithmSet::of(AlgorithmProfile profile, Role role) {
  AlgorithmSet set{
      .kex = chosen(crypto::kex_table(), profile),
      .host_keys = host_signatures(profile),
      .user_keys = names_in(chosen(signature_table(), profile)),
      .ciphers = chosen(crypto::cipher_table(), profile),
      .macs = chosen(crypto::mac_table(), profile),
      .compressions = compressions_of(profile),
  };
  if (role == Role::server && profile == AlgorithmProfile::modern)
    std::erase_if(set.kex, [](const crypto::KexInfo& info) { return !info.in_servers; });
  return set;
}

void AlgorithmSet::edit(AlgorithmKind kind, std::string_view spec) {
  switch (kind) {
    case AlgorithmKind::kex:
      return edit_list(kind, kex, crypto::kex_table(), spec);
    case AlgorithmKind::host_key:
      return edit_names(kind, host_keys, spec);
    case AlgorithmKind::user_key:
      return edit_names(kind, user_keys, spec);
    case AlgorithmKind::cipher:
      return edit_list(kind, ciphers, crypto::cipher_table(), spec);
    case AlgorithmKind::mac:
      return edit_list(kind, macs, crypto::mac_table(), spec);
    case AlgorithmKind::compression:
      return edit_list(kind, compressions, crypto::compression_table(), spec);
  }
}

void AlgorithmSet::set_compression(bool on) {
  edit(AlgorithmKind::compression, on ? "zlib@openssh.com,none" : "none");
}

std::vector<std::string> AlgorithmSet::names(AlgorithmKind kind) const {
  switch (kind) {
    case AlgorithmKind::kex:
      return names_in(kex);
    case AlgorithmKind::host_key:
      return host_keys;
    case AlgorithmKind::user_key:
      return user_keys;
    case AlgorithmKind::cipher:
      return names_in(ciphers);
    case AlgorithmKind::mac:
      return names_in(macs);
    case AlgorithmKind::compression:
      return names_in(compressions);
  }
  return {};
}

std::vector<std::string> all_names(AlgorithmKind kind) {
  switch (kind) {
    case AlgorithmKind::kex:
      return names_in(crypto::kex_table());
    case AlgorithmKind::host_key:
    case AlgorithmKind::user_key:
      return names_in(signature_table());
    case AlgorithmKind::cipher:
      return names_in(crypto::cipher_table());
    case AlgorithmKind::mac:
      return names_in(crypto::mac_table());
    case AlgorithmKind::compression:
      return names_in(crypto::compression_table());
  }
  return {};
}

std::string without_unknown(AlgorithmKind kind, std::string_view text, std::vector<std::string>& unknown) {
  const AlgorithmSpec spec = parse_spec(kind, text);
  const std::vector<std::string> all = all_names(kind);
  std::string kept;
  for (const std::string_view name : spec.names) {
    const bool is_known =
        name == "default" || std::ranges::any_of(all, [&](const std::string& n) { return matches(name, n); });
    if (!is_known) {
      unknown.emplace_back(name);
      continue;
    }
    kept += kept.empty() ? (spec.mode == '\0' ? "" : std::string(1, spec.mode)) : ",";
    kept += name;
  }
  return kept;
}

}  // namespace amiko::protocol
