// amiko - how many connections may be under way that have not logged in
#pragma once

#include "source_address.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>

namespace amiko {

/// MaxStartups, PerSourceMaxStartups and PerSourceNetBlockSize of sshd_config(5).  A value; pure: the chance
/// is passed in; not synchronised.
class StartupLimits {
 public:
  struct Settings {
    unsigned start = 10;      ///< from so many on, some are turned away
    unsigned rate = 30;       ///< percent of them, rising to all at `full`; 1 to 100
    unsigned full = 100;      ///< so many at most, up to 1000000
    unsigned per_source = 0;  ///< of one source; 0: no limit of its own
    SourceBlocks blocks{};
  };
  enum class Answer { admitted, too_many, too_many_from_source };

  StartupLimits() = default;
  /// Throws ConfigError for settings that contradict each other.
  explicit StartupLimits(const Settings& settings);
  /// "start:rate:full", or "full", from which on all are turned away.  Throws ConfigError.
  static StartupLimits parse(std::string_view max_startups, unsigned per_source = 0,
                             const SourceBlocks& blocks = {});

  /// A connection has come.  `random` is any 32 bits, each number as likely as the other.  What is admitted
  /// counts until release().  An address that is no IP address ("": a Unix socket) counts, but has no limit
  /// of its own.
  Answer admit(std::string_view address, std::uint32_t random);
  /// One that was admitted has logged in or ended.  Does nothing if none of that address is counted.
  void release(std::string_view address);
  /// The connections that count now.
  std::size_t count() const noexcept { return total_; }

  /// Takes over the settings of `other`, and keeps the counts.
  void reconfigure(const StartupLimits& other) { settings_ = other.settings_; }

 private:
  using Source = std::optional<SourceAddress>;

  bool drop(std::uint32_t random) const noexcept;
  std::size_t count_from(const SourceAddress& source) const;

  Settings settings_{};
  std::map<Source, std::size_t> counts_{};  // by address, so that the blocks may change
  std::size_t total_ = 0;
};

}  // namespace amiko
