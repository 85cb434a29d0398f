// amiko - Match lines of sshd_config(5)
#pragma once

#include "keywords.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace demo::sshd {

/// Who comes, from where and to where.
struct MatchSubject {
  std::string user{};
  std::vector<std::string> groups{};  ///< of the account, if there is one
  std::string address{}, local_address{};
  std::string host{};  ///< without looking names up it is the address, as with sshd's "UseDNS no"
  std::uint16_t local_port = 0;
};

/// What follows "Match": the block below it counts where all of it holds.
class MatchCriteria {
 public:
  /// Throws OptionError with file and line.
  explicit MatchCriteria(const Directive& directive);

  bool hold_for(const MatchSubject& subject) const;

 private:
  enum class Kind { user, group, host, address, local_address, local_port };
  struct Criterion {
    Kind kind;
    std::vector<std::string> patterns;
  };
  static bool holds(const Criterion& criterion, const MatchSubject& subject);

  std::vector<Criterion> criteria_;  // none: "all"
};

/// "user=bob,addr=192.0.2.1,laddr=192.0.2.2,lport=22,host=name", as -C takes it; groups are looked up.
/// Throws OptionError.
void parse_subject(MatchSubject& subject, const std::string& specification);

}  // namespace demo::sshd
