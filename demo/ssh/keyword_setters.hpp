// amiko - what keywords of ssh_config(5) and sshd_config(5) do with their values
#pragma once

#include "options.hpp"
#include "values.hpp"

#include <amiko/base/error.hpp>
#include <amiko/connection/algorithm_options.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Functions for tables of keywords.  `Options` is what is filled in, of whose members the first value wins;
/// `Value` has `words`, and word() for the only one of them.  They throw OptionError.
namespace demo::setters {

template <class T, class U>
void set_first(std::optional<T>& option, U&& value) {
  if (!option) option = std::forward<U>(value);
}

template <auto member, class Options, class Value>
void word(Options& o, const Value& v) {
  set_first(o.*member, v.word());
}

template <auto member, class Options, class Value>
void yes_no(Options& o, const Value& v) {
  set_first(o.*member, parse_yes_no(v.word()));
}

template <auto member, class Options, class Value>
void number(Options& o, const Value& v) {
  set_first(o.*member, parse_number(v.word()));
}

template <auto member, class Options, class Value>
void seconds(Options& o, const Value& v) {
  set_first(o.*member, v.word() == "none" ? std::chrono::seconds(0) : parse_seconds(v.word()));
}

/// Names that this build does not know are noted and left out: the lines are written for other programs, too.
template <auto member, class Options, class Value>
void algorithms(Options& o, const Value& v, std::string_view kind) {
  std::vector<std::string> unknown;
  std::string known;
  try {
    known = amiko::known_algorithms(kind, v.word(), unknown).text();
  } catch (const amiko::ConfigError& e) {
    throw OptionError(e.what());
  }
  if (known.empty()) throw OptionError("none of these algorithms is known: " + v.word());
  std::string place;
  if constexpr (requires { v.where; }) place = v.where + ": " + v.name + ": ";
  for (const std::string& name : unknown)
    o.notes.push_back(place + "there is no algorithm " + name + " here; it is left out");
  set_first(o.*member, std::move(known));
}

/// A list of files, of which "none" makes an empty one.
template <auto member, class Options, class Value>
void files(Options& o, const Value& v) {
  if (v.words.empty()) v.word();
  const bool none = v.words.size() == 1 && lower_case(v.words.front()) == "none";
  set_first(o.*member, none ? std::vector<std::string>() : v.words);
}

/// One of a few words, whatever their case.
template <class T, std::size_t n, class Value>
T choice(const Value& v, const std::array<std::pair<std::string_view, T>, n>& choices) {
  const auto found = std::ranges::find(choices, lower_case(v.word()), &std::pair<std::string_view, T>::first);
  if (found == choices.end()) throw OptionError("unsupported option \"" + v.word() + "\"");
  return found->second;
}

template <auto member, class Options, class Value>
void log_level(Options& o, const Value& v) {
  using enum Verbosity;
  static constexpr std::array<std::pair<std::string_view, Verbosity>, 9> levels{{{"quiet", quiet},
                                                                                 {"fatal", fatal},
                                                                                 {"error", error},
                                                                                 {"info", info},
                                                                                 {"verbose", verbose},
                                                                                 {"debug", debug1},
                                                                                 {"debug1", debug1},
                                                                                 {"debug2", debug2},
                                                                                 {"debug3", debug3}}};
  set_first(o.*member, choice(v, levels));
}

/// RekeyLimit: "default" keeps the library's limits, "none" as the time means that time does not count.
template <class Options, class Value>
void rekey_limit(Options& o, const Value& v) {
  if (v.words.empty() || v.words.size() > 2) v.word();
  const std::string size = lower_case(v.words[0]);
  const std::uint64_t bytes = size == "default" ? 0 : parse_bytes(size);
  if (bytes != 0 && bytes < 16) throw OptionError("RekeyLimit too small");
  const bool first = !o.rekey_bytes;
  set_first(o.rekey_bytes, bytes);
  if (!first || v.words.size() == 1) return;
  o.rekey_time = lower_case(v.words[1]) == "none" ? std::chrono::seconds(0) : parse_seconds(v.words[1]);
}

/// SetEnv: the first line counts and no other, and in it the first value of a name.
template <class Options, class Value>
void set_env(Options& o, const Value& v) {
  if (!o.set_env.empty()) return;
  for (const std::string& setting : v.words) {
    const std::size_t equals = setting.find('=');
    if (equals == std::string::npos || equals == 0) throw OptionError("not NAME=value: \"" + setting + "\"");
    const std::string name = setting.substr(0, equals);
    if (std::ranges::none_of(o.set_env, [&](const auto& pair) { return pair.first == name; }))
      o.set_env.emplace_back(name, setting.substr(equals + 1));
  }
}

}  // namespace demo::setters
