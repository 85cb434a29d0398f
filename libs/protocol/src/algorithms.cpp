// amiko - the algorithms that one connection offers: defaults, names and changes
#include <amiko/protocol/algorithms.hpp>

#include <amiko/base/error.hpp>
#include <amiko/base/printable.hpp>
#include <amiko/keys/algorithm_table.hpp>
#include <amiko/wire/name_list.hpp>

#include <algorithm>
#include <span>
#include <utility>

namespace amiko::protocol {
namespace {

std::string_view name_of_entry(const std::string& name) noexcept {
  return name;
}

template <class Info>
std::string_view name_of_entry(const Info& info) noexcept {
  return info.name;
}

template <class List>
std::vector<std::string> names_in(const List& list) {
  std::vector<std::string> names;
  for (const auto& entry : list)
    names.emplace_back(name_of_entry(entry));
  return names;
}

template <class Info>
std::vector<Info> by_default(std::span<const Info> table) {
  std::vector<Info> list;
  std::ranges::copy_if(table, std::back_inserter(list), &Info::by_default);
  return list;
}

template <class List>
bool has(const List& list, std::string_view name) {
  return std::ranges::any_of(list, [name](const auto& entry) { return name_of_entry(entry) == name; });
}

/// '*' stands for any characters, '?' for one.  On a mismatch only the latest '*' takes one more, so that no
/// pattern is slow.  (support has patterns too, but this module is pure.)
bool matches(std::string_view pattern, std::string_view name) noexcept {
  std::size_t p = 0, n = 0, star = pattern.npos, retry = 0;
  while (n < name.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      retry = n;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == name[n])) {
      ++p, ++n;
    } else if (star != pattern.npos) {
      p = star + 1;
      n = ++retry;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == pattern.npos;
}

[[noreturn]] void bad(AlgorithmKind kind, const std::string& text, std::string hint = {}) {
  throw_failure({.code = errc::bad_config,
                 .text = std::string(option_of(kind)) + ": " + text,
                 .hint = std::move(hint)});
}

std::vector<std::string_view> split(AlgorithmKind kind, std::string_view text) {
  std::vector<std::string_view> names;
  for (;;) {
    const std::size_t comma = text.find(',');
    const std::string_view name = text.substr(0, comma);
    if (name.empty()) bad(kind, "an empty name in the list");
    if (std::ranges::any_of(name, [](char c) { return c <= ' ' || c > '~'; }))
      bad(kind, "\"" + printable(name, false, 64) + "\" has blanks or other characters that no name has");
    names.push_back(name);
    if (comma == text.npos) return names;
    text.remove_prefix(comma + 1);
  }
}

/// One list being changed.  Names are looked up in the list itself too, which may hold entries of the user's
/// own.
template <class Info>
class Editor {
 public:
  Editor(AlgorithmKind kind, std::vector<Info>& list, std::span<const Info> table)
      : kind_(kind), list_(list), known_(list) {
    add_new(known_, table);
  }

  void apply(std::string_view spec) {
    const char mode = spec.empty() ? '\0' : spec.front();
    if (mode == '+' || mode == '-' || mode == '^') spec.remove_prefix(1);
    const std::vector<std::string_view> names = split(kind_, spec);
    std::vector<Info> result = mode == '-' ? without(names) : changed(mode, picked(names));
    if (result.empty()) bad(kind_, "nothing would be left to offer");
    list_ = std::move(result);
  }

 private:
  template <class Source>
  static void add_new(std::vector<Info>& to, const Source& from) {
    for (const Info& entry : from)
      if (!has(to, name_of_entry(entry))) to.push_back(entry);
  }

  std::vector<Info> changed(char mode, std::vector<Info> named) const {
    if (mode == '+') {
      std::vector<Info> result = list_;
      add_new(result, named);
      return result;
    }
    if (mode == '^') add_new(named, list_);
    return named;
  }

  std::vector<Info> without(const std::vector<std::string_view>& patterns) const {
    std::vector<Info> result = list_;
    std::erase_if(result, [&](const Info& entry) {
      return std::ranges::any_of(patterns,
                                 [&](std::string_view p) { return matches(p, name_of_entry(entry)); });
    });
    return result;
  }

  std::vector<Info> picked(const std::vector<std::string_view>& names) const {
    std::vector<Info> result;
    for (const std::string_view name : names) {
      const auto found =
          std::ranges::find(known_, name, [](const Info& entry) { return name_of_entry(entry); });
      if (found == known_.end()) bad_name(name);
      add_new(result, std::span(&*found, 1));
    }
    return result;
  }

  [[noreturn]] void bad_name(std::string_view name) const {
    bad(kind_,
        "there is no " + std::string(name_of(kind_)) + " algorithm \"" + printable(name, false, 64) + "\"",
        "known are " + wire::join_names(names_in(known_), ", "));
  }

  AlgorithmKind kind_;
  std::vector<Info>& list_;
  std::vector<Info> known_;
};

template <class Info>
void edit_list(AlgorithmKind kind, std::vector<Info>& list, std::span<const Info> table,
               std::string_view spec) {
  Editor<Info>(kind, list, table).apply(spec);
}

}  // namespace

std::string_view name_of(AlgorithmKind kind) noexcept {
  switch (kind) {
    case AlgorithmKind::kex:
      return "key exchange";
    case AlgorithmKind::host_key:
      return "host key";
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
    case AlgorithmKind::cipher:
      return "Ciphers";
    case AlgorithmKind::mac:
      return "MACs";
    case AlgorithmKind::compression:
      return "Compression";
  }
  return "";
}

AlgorithmSet AlgorithmSet::defaults() {
  return {
      .kex = by_default(crypto::kex_table()),
      .host_keys = names_in(by_default(signature_table())),
      .ciphers = by_default(crypto::cipher_table()),
      .macs = by_default(crypto::mac_table()),
      .compressions = by_default(crypto::compression_table()),
  };
}

void AlgorithmSet::edit(AlgorithmKind kind, std::string_view spec) {
  switch (kind) {
    case AlgorithmKind::kex:
      return edit_list(kind, kex, crypto::kex_table(), spec);
    case AlgorithmKind::host_key: {
      const std::vector<std::string> known = all_names(kind);
      return edit_list(kind, host_keys, std::span(known), spec);
    }
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

}  // namespace amiko::protocol
