// amiko - two KEXINITs into one choice
#include <amiko/protocol/negotiation.hpp>

#include "ext_info.hpp"

#include <amiko/base/error.hpp>

#include <algorithm>
#include <string_view>
#include <utility>

namespace amiko::protocol {
namespace {

using wire::KexInit;
using wire::NameList;

// A list in an error text is for a person; the whole of it is in the error's detail.
constexpr std::size_t max_names_shown = 40;

struct Kind {
  AlgorithmKind kind;
  std::string_view direction{};  ///< "client to server"; empty where one choice serves both
  NameList KexInit::*names;

  std::string text() const {
    std::string text(name_of(kind));
    if (!direction.empty()) text.append(" ").append(direction);
    return text;
  }
};

constexpr std::string_view c2s = "client to server";
constexpr std::string_view s2c = "server to client";
constexpr Kind kex_kind{AlgorithmKind::kex, {}, &KexInit::kex};
constexpr Kind host_key_kind{AlgorithmKind::host_key, {}, &KexInit::host_key};

struct DirectionKinds {
  Kind cipher, mac, compression;
};
constexpr DirectionKinds c2s_kinds{{AlgorithmKind::cipher, c2s, &KexInit::cipher_c2s},
                                   {AlgorithmKind::mac, c2s, &KexInit::mac_c2s},
                                   {AlgorithmKind::compression, c2s, &KexInit::compression_c2s}};
constexpr DirectionKinds s2c_kinds{{AlgorithmKind::cipher, s2c, &KexInit::cipher_s2c},
                                   {AlgorithmKind::mac, s2c, &KexInit::mac_s2c},
                                   {AlgorithmKind::compression, s2c, &KexInit::compression_s2c}};

NameList without_markers(NameList names) {
  std::erase_if(names, is_marker);
  return names;
}

std::string shown(NameList names) {
  if (names.empty()) return "nothing";
  const bool cut = names.size() > max_names_shown;
  if (cut) names.resize(max_names_shown);
  return wire::join_names(names) + (cut ? ",..." : "");
}

bool is_default(AlgorithmKind kind, const std::string& name) {
  return wire::contains(AlgorithmSet::defaults().names(kind), name);
}

/// Both sides' lists, and who has chosen what.
class Negotiation {
 public:
  Negotiation(Role role, const KexInit& ours, const KexInit& theirs)
      : role_(role),
        ours_(ours),
        theirs_(theirs),
        client_(role == Role::client ? ours : theirs),
        server_(role == Role::client ? theirs : ours) {}

  /// The name that both sides come to.
  const std::string& choose(const Kind& kind) const {
    const NameList& server = server_.*kind.names;
    for (const std::string& name : client_.*kind.names)
      // A peer that sends our own marker back must not get it as a method (RFC 8308 section 2.2).
      if (wire::contains(server, name) && !is_marker(name)) return name;
    fail(kind);
  }

  /// The entry behind the name that both sides come to.
  template <class Info>
  const Info& choose(const Kind& kind, const std::vector<Info>& entries) const {
    const std::string& name = choose(kind);
    const auto found = std::ranges::find(entries, std::string_view(name), &Info::name);
    if (found == entries.end())
      throw_error(errc::internal_error,
                  "KEXINIT offered " + name + ", which the algorithm set does not have");
    return *found;
  }

  DirectionAlgorithms choose(const DirectionKinds& kinds, const AlgorithmSet& ours) const {
    DirectionAlgorithms chosen;
    chosen.cipher = choose(kinds.cipher, ours.ciphers);
    if (!chosen.cipher.aead) chosen.mac = choose(kinds.mac, ours.macs);
    chosen.compression = choose(kinds.compression, ours.compressions);
    return chosen;
  }

  bool guess_was_right() const noexcept { return same_first(kex_kind) && same_first(host_key_kind); }

 private:
  bool same_first(const Kind& kind) const noexcept {
    const NameList& client = client_.*kind.names;
    const NameList& server = server_.*kind.names;
    return !client.empty() && !server.empty() && client.front() == server.front();
  }

  std::string_view peer() const noexcept { return role_ == Role::client ? "the server" : "the client"; }

  std::string hint(const Kind& kind, const NameList& theirs) const {
    const std::string peer_name(peer());
    if (theirs.empty()) return {};
    const NameList known = all_names(kind.kind);
    const auto usable =
        std::ranges::find_if(theirs, [&](const std::string& n) { return wire::contains(known, n); });
    if (usable == theirs.end()) return "this build has none of those that " + peer_name + " offers";
    // What a server may sign with is decided by its keys: no option helps.
    if (role_ == Role::server && kind.kind == AlgorithmKind::host_key)
      return peer_name + " would take a host key for " + *usable;
    const std::string state = is_default(kind.kind, *usable) ? "disabled here" : "off by default";
    return peer_name + " offers " + *usable + ", which is " + state + ": " +
           std::string(option_of(kind.kind)) + "=+" + *usable;
  }

  [[noreturn]] void fail(const Kind& kind) const {
    NegotiationDetail detail{kind.text(), without_markers(ours_.*kind.names),
                             without_markers(theirs_.*kind.names)};
    std::string text = detail.kind + ": we offer " + shown(detail.ours) + "; " + std::string(peer()) +
                       " offers " + shown(detail.theirs);
    std::string advice = hint(kind, detail.theirs);
    throw_failure({.code = errc::no_common_algorithm,
                   .text = std::move(text),
                   .hint = std::move(advice),
                   .detail = std::move(detail)});
  }

  Role role_;
  const KexInit& ours_;
  const KexInit& theirs_;
  const KexInit& client_;
  const KexInit& server_;
};

}  // namespace

Negotiated negotiate(Role role, const AlgorithmSet& ours, const KexInit& our_init,
                     const KexInit& their_init) {
  const Negotiation negotiation(role, our_init, their_init);
  Negotiated chosen;
  chosen.kex = negotiation.choose(kex_kind, ours.kex);
  chosen.host_key = negotiation.choose(host_key_kind);
  chosen.client_to_server = negotiation.choose(c2s_kinds, ours);
  chosen.server_to_client = negotiation.choose(s2c_kinds, ours);
  chosen.guess_was_right = negotiation.guess_was_right();
  return chosen;
}

bool open_to_truncation(const DirectionAlgorithms& algorithms) {
  const bool cbc = algorithms.cipher.algorithm.find("/CBC") != std::string_view::npos;
  return algorithms.cipher.name == "chacha20-poly1305@openssh.com" ||
         (cbc && algorithms.mac && algorithms.mac->etm);
}

}  // namespace amiko::protocol
