// amiko - Match lines of sshd_config(5)
#include "match.hpp"

#include "accounts.hpp"
#include "patterns.hpp"
#include "values.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace demo::sshd {

MatchCriteria::MatchCriteria(const Directive& directive) {
  static constexpr std::array<std::pair<std::string_view, Kind>, 6> kinds{
      {{"user", Kind::user},
       {"group", Kind::group},
       {"host", Kind::host},
       {"address", Kind::address},
       {"localaddress", Kind::local_address},
       {"localport", Kind::local_port}}};
  const std::vector<std::string>& words = directive.words;
  if (words.empty()) directive.fail("needs criteria, or \"all\"");
  if (lower_case(words.front()) == "all") {
    if (words.size() > 1) directive.fail("\"all\" cannot be combined with other criteria");
    return;
  }
  for (std::size_t i = 0; i < words.size(); i += 2) {
    const auto found =
        std::ranges::find(kinds, lower_case(words[i]), &std::pair<std::string_view, Kind>::first);
    if (found == kinds.end()) directive.fail("unsupported criterion \"" + words[i] + "\"");
    if (i + 1 == words.size() || words[i + 1].empty())
      directive.fail("the criterion \"" + words[i] + "\" needs a value");
    Criterion criterion{found->second, split_list(words[i + 1], ',')};
    try {
      if (criterion.kind == Kind::local_port)
        for (const std::string& port : criterion.patterns)
          parse_port(port);
      if (criterion.kind == Kind::address || criterion.kind == Kind::local_address)
        std::ranges::for_each(criterion.patterns, check_address_pattern);
    } catch (const OptionError& e) {
      directive.fail(e.what());
    }
    criteria_.push_back(std::move(criterion));
  }
}

bool MatchCriteria::holds(const Criterion& criterion, const MatchSubject& subject) {
  const std::vector<std::string>& patterns = criterion.patterns;
  switch (criterion.kind) {
    case Kind::user:
      return !subject.user.empty() && matches_any(subject.user, patterns);
    case Kind::group:
      return any_matches(subject.groups, patterns);
    case Kind::host:
      return !subject.host.empty() && matches_any(lower_case(subject.host), patterns);
    case Kind::address:
      return !subject.address.empty() && matches_address(subject.address, patterns);
    case Kind::local_address:
      return !subject.local_address.empty() && matches_address(subject.local_address, patterns);
    case Kind::local_port:
      return std::ranges::find(patterns, std::to_string(subject.local_port)) != patterns.end();
  }
  return false;
}

bool MatchCriteria::hold_for(const MatchSubject& subject) const {
  return std::ranges::all_of(criteria_,
                             [&](const Criterion& criterion) { return holds(criterion, subject); });
}

void parse_subject(MatchSubject& subject, const std::string& specification) {
  for (const std::string& part : split_list(specification, ',')) {
    const std::size_t equals = part.find('=');
    if (equals == std::string::npos) throw OptionError("Invalid test mode specification -- " + part);
    const std::string name = part.substr(0, equals);
    const std::string value = part.substr(equals + 1);
    if (name == "user")
      subject.user = value;
    else if (name == "addr")
      subject.address = value;
    else if (name == "laddr")
      subject.local_address = value;
    else if (name == "lport")
      subject.local_port = parse_port(value);
    else if (name == "host")
      subject.host = value;
    else
      throw OptionError("Invalid test mode specification -- " + part);
  }
  if (const auto account = amiko::LocalAccount::find(subject.user)) subject.groups = group_names(*account);
}

}  // namespace demo::sshd
