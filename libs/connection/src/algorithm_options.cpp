// amiko - which algorithms a connection offers, and in what order
#include <amiko/connection/algorithm_options.hpp>

#include "algorithm_set.hpp"
#include "own_cipher.hpp"

#include <amiko/base/error.hpp>
#include <amiko/base/printable.hpp>

#include <utility>

namespace amiko {
namespace {

using protocol::AlgorithmKind;
using protocol::AlgorithmSet;

AlgorithmKind kind_of(std::string_view name) {
  if (name == "kex") return AlgorithmKind::kex;
  if (name == "cipher") return AlgorithmKind::cipher;
  if (name == "mac") return AlgorithmKind::mac;
  if (name == "key") return AlgorithmKind::host_key;
  if (name == "compression") return AlgorithmKind::compression;
  throw_error(errc::invalid_argument, "no kind of algorithm: " + printable(name, false, 64));
}

template <class Names>
std::string joined(const Names& names) {
  std::string text;
  for (const auto& name : names) {
    if (!text.empty()) text += ',';
    text += name;
  }
  return text;
}

void edit(AlgorithmSet& set, AlgorithmKind kind, const AlgorithmList& list) {
  if (!list.empty()) set.edit(kind, list.text());
}

}  // namespace

AlgorithmList::AlgorithmList(const std::vector<std::string>& names) : text_(joined(names)) {}

AlgorithmList::AlgorithmList(std::initializer_list<std::string_view> names) : text_(joined(names)) {}

std::vector<std::string> supported_algorithms(std::string_view kind) {
  return protocol::all_names(kind_of(kind));
}

AlgorithmList known_algorithms(std::string_view kind, const AlgorithmList& list,
                               std::vector<std::string>& unknown) {
  return list.empty() ? list : AlgorithmList(protocol::without_unknown(kind_of(kind), list.text(), unknown));
}

AlgorithmSet algorithm_set(const AlgorithmOptions& options, protocol::Role role) {
  AlgorithmSet set = AlgorithmSet::of(options.profile, role);
  add_own_ciphers(set, options.own_ciphers);
  edit(set, AlgorithmKind::kex, options.kex);
  edit(set, AlgorithmKind::host_key, options.host_keys);
  edit(set, AlgorithmKind::cipher, options.ciphers);
  edit(set, AlgorithmKind::mac, options.macs);
  if (options.compression == "yes" || options.compression == "no")
    set.set_compression(options.compression == "yes");
  else
    edit(set, AlgorithmKind::compression, options.compression);
  return set;
}

std::vector<std::string> user_key_algorithms(AlgorithmProfile profile, const AlgorithmList& list) {
  AlgorithmSet set = AlgorithmSet::of(profile);
  edit(set, AlgorithmKind::user_key, list);
  return set.user_keys;
}

}  // namespace amiko
