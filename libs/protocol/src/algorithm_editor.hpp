// amiko - one list of algorithms being changed
#pragma once

#include "algorithm_names.hpp"

#include <amiko/base/printable.hpp>
#include <amiko/wire/name_list.hpp>

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace amiko::protocol {

inline std::string_view name_of_entry(const std::string& name) noexcept {
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

/// Adds the entries whose names are not there yet.
template <class Info, class Source>
void add_new(std::vector<Info>& to, const Source& from) {
  for (const Info& entry : from) {
    const auto is_it = [&](const Info& other) { return name_of_entry(other) == name_of_entry(entry); };
    if (std::ranges::none_of(to, is_it)) to.push_back(entry);
  }
}

/// Names are looked up in the list itself too, which may hold entries of the user's own.
template <class Info>
class Editor {
 public:
  Editor(AlgorithmKind kind, std::vector<Info>& list, std::span<const Info> table)
      : kind_(kind), list_(list), known_(table.begin(), table.end()) {
    add_new(known_, list);
  }

  void apply(std::string_view text) {
    const AlgorithmSpec spec = parse_spec(kind_, text);
    std::vector<Info> result =
        spec.mode == '-' ? without(spec.names) : changed(spec.mode, picked(spec.names));
    if (result.empty()) throw_bad_list(kind_, "nothing would be left to offer");
    list_ = std::move(result);
  }

 private:
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
      return std::ranges::any_of(patterns, [&](std::string_view p) {
        return p == default_list || matches(p, name_of_entry(entry));
      });
    });
    return result;
  }

  std::vector<Info> picked(const std::vector<std::string_view>& names) const {
    std::vector<Info> result;
    for (const std::string_view name : names)
      add_new(result, name == default_list ? list_ : entries_of(name));
    return result;
  }

  std::vector<Info> entries_of(std::string_view pattern) const {
    std::vector<Info> entries;
    for (const Info& entry : known_)
      if (matches(pattern, name_of_entry(entry))) entries.push_back(entry);
    if (entries.empty()) bad_name(pattern);
    return entries;
  }

  [[noreturn]] void bad_name(std::string_view name) const {
    const std::vector<std::string> known = names_in(known_);
    const std::string_view like_it = nearest(name, known);
    std::string hint = "known are " + wire::join_names(known, ", ");
    if (!like_it.empty()) hint = "did you mean " + std::string(like_it) + "? " + hint;
    throw_bad_list(
        kind_,
        "there is no " + std::string(name_of(kind_)) + " algorithm \"" + printable(name, false, 64) + "\"",
        std::move(hint));
  }

  static constexpr std::string_view default_list = "default";

  AlgorithmKind kind_;
  std::vector<Info>& list_;
  std::vector<Info> known_;
};

}  // namespace amiko::protocol
