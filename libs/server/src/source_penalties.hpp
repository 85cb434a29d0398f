// amiko - clients that misbehave are refused for some time
#pragma once

#include "source_address.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace amiko {

/// PerSourcePenalties and PerSourcePenaltyExemptList of sshd_config(5), OpenSSH 9.8 and later.  Penalties of
/// a source add up, and it is refused from the moment when more than a minimum is outstanding until all of it
/// has passed.  The table is bounded.  A value; pure: the time is passed in, and must not go backwards; not
/// synchronised.
class SourcePenalties {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;
  using Seconds = std::chrono::seconds;

  /// Why a connection ended, or was turned away, without a login.
  enum class Kind {
    crash,             ///< it made the server fail
    authfail,          ///< after attempts that were refused
    invaliduser,       ///< after an attempt for a user that there is not
    noauth,            ///< without an attempt
    grace_exceeded,    ///< by the time limit for the login
    refuseconnection,  ///< by a rule of the server that refuses such clients
  };
  /// When the table is full: forget who is free again soonest, or refuse everybody.
  enum class Overflow { permissive, deny_all };

  struct Settings {
    bool enabled = true;
    std::array<Seconds, 6> penalties{Seconds(90), Seconds(5),  Seconds(5),
                                     Seconds(1),  Seconds(10), Seconds(10)};  ///< by Kind; 0: none
    Seconds max{600};                                                         ///< outstanding of one source
    Seconds min{15};  ///< up to here nothing is refused
    std::size_t max_sources4 = 65536;
    std::size_t max_sources6 = 65536;
    Overflow overflow4 = Overflow::permissive;
    Overflow overflow6 = Overflow::permissive;
    std::string exempt{};  ///< addresses, patterns of them and CIDR blocks that are never refused, by commas
    SourceBlocks blocks{};
  };

  SourcePenalties() = default;
  /// Throws ConfigError for settings that contradict each other and a bad list.
  explicit SourcePenalties(Settings settings);
  /// "yes", "no", or what differs from the defaults, as in "authfail:5s max:10m overflow:deny-all".  Throws
  /// ConfigError.
  static SourcePenalties parse(std::string_view text, std::string_view exempt = {},
                               const SourceBlocks& blocks = {});

  /// An address that is no IP address gets no penalty.
  void record(std::string_view address, Kind kind, TimePoint now);
  bool refused(std::string_view address, TimePoint now);

  /// Takes over the settings of `other`, and keeps the penalties.
  void reconfigure(const SourcePenalties& other) { settings_ = other.settings_; }

 private:
  struct Penalty {
    TimePoint end{};
    bool active = false;
  };
  // One for each family, so that the wealth of IPv6 addresses does not push IPv4 out.
  struct Table {
    std::map<SourceAddress, Penalty> by_source{};
    std::set<std::pair<TimePoint, SourceAddress>> by_end{};

    void expire(TimePoint now);
    void remove_first();
  };

  bool is_exempt(const SourceAddress& source) const;
  Table& table_of(const SourceAddress& source) { return source.is_ipv6() ? table6_ : table4_; }
  std::size_t max_sources(const SourceAddress& source) const noexcept;
  /// The table is full, and nobody is to be forgotten.
  bool denies_all(const SourceAddress& source);

  Settings settings_{};
  Table table4_{};
  Table table6_{};
};

}  // namespace amiko
