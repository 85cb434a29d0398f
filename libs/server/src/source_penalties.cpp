// amiko - clients that misbehave are refused for some time
#include "source_penalties.hpp"

#include <amiko/base/error.hpp>
#include <amiko/base/printable.hpp>
#include <amiko/support/pattern.hpp>
#include <amiko/support/text.hpp>
#include <amiko/support/timespec.hpp>

#include <algorithm>
#include <optional>

namespace amiko {
namespace {

using Settings = SourcePenalties::Settings;
using Seconds = SourcePenalties::Seconds;
using Overflow = SourcePenalties::Overflow;

constexpr Seconds longest{0x7fffffff};  // as sshd's; any clock can add it
constexpr std::size_t most_sources = 0x7fffffff;

// In the order of Kind.
constexpr std::array<std::string_view, 6> kind_names = {"crash",  "authfail",       "invaliduser",
                                                        "noauth", "grace-exceeded", "refuseconnection"};

[[noreturn]] void fail(const std::string& what) {
  throw_error(errc::bad_config, "PerSourcePenalties: " + what);
}

[[noreturn]] void fail_word(std::string_view word) {
  fail("\"" + printable(word, false, 64) + "\" makes no sense");
}

Seconds parse_duration(std::string_view word, std::string_view value) {
  std::optional<Seconds> time;
  try {
    time = support::parse_time(value);
  } catch (const Error&) {
    fail_word(word);
  }
  if (!time || *time > longest) fail_word(word);
  return *time;
}

std::size_t parse_count(std::string_view word, std::string_view value) {
  const auto number = support::parse_number<std::size_t>(value);
  if (!number || *number == 0 || *number > most_sources) fail_word(word);
  return *number;
}

Overflow parse_overflow(std::string_view word, std::string_view value) {
  if (support::equal_ignoring_case(value, "permissive")) return Overflow::permissive;
  if (!support::equal_ignoring_case(value, "deny-all")) fail_word(word);
  return Overflow::deny_all;
}

// What "name:value" sets; the name is in lower case.
void set(Settings& settings, const std::string& name, std::string_view value, std::string_view word) {
  const auto* const kind = std::find(kind_names.begin(), kind_names.end(), name);
  if (kind != kind_names.end())
    settings.penalties[static_cast<std::size_t>(kind - kind_names.begin())] = parse_duration(word, value);
  else if (name == "max")
    settings.max = parse_duration(word, value);
  else if (name == "min")
    settings.min = parse_duration(word, value);
  else if (name == "max-sources4")
    settings.max_sources4 = parse_count(word, value);
  else if (name == "max-sources6")
    settings.max_sources6 = parse_count(word, value);
  else if (name == "overflow")
    settings.overflow4 = parse_overflow(word, value);
  else if (name == "overflow6")
    settings.overflow6 = parse_overflow(word, value);
  else
    fail_word(word);
}

Settings parse_words(const std::vector<std::string_view>& words) {
  Settings settings;
  std::set<std::string> seen;
  for (const std::string_view word : words) {
    const std::size_t colon = word.find(':');
    if (colon == std::string_view::npos) fail_word(word);
    const std::string name = support::to_lower_ascii(word.substr(0, colon));
    set(settings, name, word.substr(colon + 1), word);
    if (!seen.insert(name).second) fail(name + " is given twice");
  }
  if (!seen.contains("overflow6")) settings.overflow6 = settings.overflow4;
  return settings;
}

// A list that exempts less or more than it says is worse than an error.
void check_exempt(const std::string& list) {
  for (std::string_view element : support::split(list, ',')) {
    support::consume_prefix(element, "!");
    const std::size_t slash = element.find('/');
    if ((element.empty() && !list.empty()) || element.find_first_of(" \t") != std::string_view::npos ||
        (slash != std::string_view::npos && !SourceAddress::parse(element.substr(0, slash))))
      throw_error(errc::bad_config, "PerSourcePenaltyExemptList: \"" + printable(list, false, 256) +
                                        "\" is no list of addresses");
  }
  try {
    support::match_host_list({}, {}, list);
  } catch (const Error& e) {
    throw_error(errc::bad_config, "PerSourcePenaltyExemptList: " + e.failure().text);
  }
}

}  // namespace

SourcePenalties::SourcePenalties(Settings settings) : settings_(std::move(settings)) {
  const auto out_of_range = [](Seconds s) { return s < Seconds(0) || s > longest; };
  if (std::any_of(settings_.penalties.begin(), settings_.penalties.end(), out_of_range) ||
      out_of_range(settings_.min) || out_of_range(settings_.max))
    fail("a time is out of range");
  if (settings_.min >= settings_.max) fail("min is not less than max, so that nobody would ever be refused");
  if (settings_.max_sources4 == 0 || settings_.max_sources6 == 0) fail("there is no room for any source");
  check_exempt(settings_.exempt);
  check_blocks(settings_.blocks);
}

SourcePenalties SourcePenalties::parse(std::string_view text, std::string_view exempt,
                                       const SourceBlocks& blocks) {
  const auto words = support::split_words(text);
  if (words.empty()) fail("there is nothing");
  const bool no = words.size() == 1 && support::equal_ignoring_case(words[0], "no");
  const bool yes = words.size() == 1 && support::equal_ignoring_case(words[0], "yes");
  Settings settings = yes || no ? Settings() : parse_words(words);
  settings.enabled = !no;
  settings.exempt = exempt;
  settings.blocks = blocks;
  return SourcePenalties(std::move(settings));
}

void SourcePenalties::Table::expire(TimePoint now) {
  while (!by_end.empty() && by_end.begin()->first <= now)
    remove_first();
}

void SourcePenalties::Table::remove_first() {
  by_source.erase(by_end.begin()->second);
  by_end.erase(by_end.begin());
}

bool SourcePenalties::is_exempt(const SourceAddress& source) const {
  return support::match_host_list({}, source.text(), settings_.exempt) == support::ListMatch::positive;
}

std::size_t SourcePenalties::max_sources(const SourceAddress& source) const noexcept {
  return source.is_ipv6() ? settings_.max_sources6 : settings_.max_sources4;
}

bool SourcePenalties::denies_all(const SourceAddress& source) {
  const Overflow overflow = source.is_ipv6() ? settings_.overflow6 : settings_.overflow4;
  return overflow == Overflow::deny_all && table_of(source).by_source.size() >= max_sources(source);
}

void SourcePenalties::record(std::string_view address, Kind kind, TimePoint now) {
  const auto source = SourceAddress::parse(address);
  const Seconds amount = settings_.penalties.at(static_cast<std::size_t>(kind));
  if (!settings_.enabled || !source || amount == Seconds(0) || is_exempt(*source)) return;
  const SourceAddress block = source->block(settings_.blocks);
  Table& table = table_of(block);
  table.expire(now);
  if (denies_all(block) && !table.by_source.contains(block)) return;

  const auto [place, is_new] = table.by_source.try_emplace(block, Penalty{now, false});
  Penalty& penalty = place->second;
  if (!is_new) table.by_end.erase({penalty.end, block});
  penalty.end = std::min(penalty.end + amount, now + settings_.max);
  penalty.active = penalty.active || penalty.end - now > settings_.min;
  table.by_end.emplace(penalty.end, block);
  while (table.by_source.size() > max_sources(block))
    table.remove_first();
}

bool SourcePenalties::refused(std::string_view address, TimePoint now) {
  const auto source = SourceAddress::parse(address);
  if (!settings_.enabled || !source || is_exempt(*source)) return false;
  Table& table = table_of(*source);
  table.expire(now);
  if (denies_all(*source)) return true;
  const auto found = table.by_source.find(source->block(settings_.blocks));
  return found != table.by_source.end() && found->second.active;
}

}  // namespace amiko
