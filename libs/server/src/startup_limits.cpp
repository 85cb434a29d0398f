// amiko - how many connections may be under way that have not logged in
#include "startup_limits.hpp"

#include <amiko/base/error.hpp>
#include <amiko/base/printable.hpp>
#include <amiko/support/text.hpp>

#include <string>
#include <vector>

namespace amiko {
namespace {

constexpr unsigned most_startups = 1'000'000;

}  // namespace

StartupLimits::StartupLimits(const Settings& settings) : settings_(settings) {
  if (settings.start < 1 || settings.start > settings.full || settings.full > most_startups ||
      settings.rate < 1 || settings.rate > 100)
    throw_error(errc::bad_config, "MaxStartups: the numbers contradict each other or are out of range");
  check_blocks(settings.blocks);
}

StartupLimits StartupLimits::parse(std::string_view max_startups, unsigned per_source,
                                   const SourceBlocks& blocks) {
  std::vector<unsigned> numbers;
  for (const std::string_view part : support::split(max_startups, ':'))
    if (const auto number = support::parse_number<unsigned>(part)) numbers.push_back(*number);
  const std::size_t parts = support::split(max_startups, ':').size();
  if (numbers.size() != parts || (parts != 1 && parts != 3))
    throw_error(errc::bad_config, "MaxStartups: \"" + printable(max_startups, false, 64) +
                                      "\" is not of the form \"start:rate:full\"");
  if (parts == 1) return StartupLimits({numbers[0], 100, numbers[0], per_source, blocks});
  return StartupLimits({numbers[0], numbers[1], numbers[2], per_source, blocks});
}

// The chance rises in a straight line from the rate at `start` to certainty at `full`.
bool StartupLimits::drop(std::uint32_t random) const noexcept {
  if (total_ < settings_.start) return false;
  if (total_ >= settings_.full) return true;
  const std::uint64_t span = settings_.full - settings_.start;
  const std::uint64_t above = total_ - settings_.start;
  const std::uint64_t percent_of_span = settings_.rate * span + (100 - settings_.rate) * above;
  return random * (100 * span) < percent_of_span << 32;
}

std::size_t StartupLimits::count_from(const SourceAddress& source) const {
  const SourceAddress block = source.block(settings_.blocks);
  std::size_t count = 0;
  for (auto i = counts_.lower_bound(block); i != counts_.end() && i->first->block(settings_.blocks) == block;
       ++i)
    count += i->second;
  return count;
}

StartupLimits::Answer StartupLimits::admit(std::string_view address, std::uint32_t random) {
  const Source source = SourceAddress::parse(address);
  if (settings_.per_source != 0 && source && count_from(*source) >= settings_.per_source)
    return Answer::too_many_from_source;
  if (drop(random)) return Answer::too_many;
  ++counts_[source];
  ++total_;
  return Answer::admitted;
}

void StartupLimits::release(std::string_view address) {
  const auto found = counts_.find(SourceAddress::parse(address));
  if (found == counts_.end()) return;
  --total_;
  if (--found->second == 0) counts_.erase(found);
}

}  // namespace amiko
