// amiko - the keywords of sshd_config(5)
#include "keywords.hpp"

#include "keyword_setters.hpp"
#include "patterns.hpp"

#include <amiko/base/error.hpp>
#include <amiko/base/printable.hpp>
#include <amiko/connection/algorithm_options.hpp>

#include <algorithm>
#include <array>

#include <sys/socket.h>

namespace demo::sshd {
namespace {

using namespace setters;

using Apply = void (*)(Config&, const Directive&);

struct Keyword {
  std::string_view name;
  Apply apply;
};

// "none" means that there is none.
template <auto member>
void path(Config& c, const Directive& d) {
  set_first(c.*member, lower_case(d.word()) == "none" ? std::string() : d.word());
}

// All words of all lines.
template <auto member>
void list(Config& c, const Directive& d) {
  if (d.words.empty()) d.word();
  (c.*member).insert((c.*member).end(), d.words.begin(), d.words.end());
}

// All words of the first line, as one text.
template <auto member>
void words(Config& c, const Directive& d) {
  if (d.words.empty()) d.word();
  std::string text;
  for (const std::string& w : d.words)
    text += (text.empty() ? "" : " ") + w;
  set_first(c.*member, std::move(text));
}

void kex(Config& c, const Directive& d) {
  algorithms<&Config::kex>(c, d, "kex");
}

void ciphers(Config& c, const Directive& d) {
  algorithms<&Config::ciphers>(c, d, "cipher");
}

void macs(Config& c, const Directive& d) {
  algorithms<&Config::macs>(c, d, "mac");
}

void host_key_algorithms(Config& c, const Directive& d) {
  algorithms<&Config::host_key_algorithms>(c, d, "key");
}

void pubkey_algorithms(Config& c, const Directive& d) {
  algorithms<&Config::pubkey_algorithms>(c, d, "key");
}

void pubkey_auth_options(Config& c, const Directive& d) {
  if (d.words.empty()) d.word();
  amiko::SecurityKeyRules rules{.touch_required = false};
  for (const std::string& w : d.words) {
    if (w == "touch-required")
      rules.touch_required = true;
    else if (w == "verify-required")
      rules.verify_required = true;
    else if (w != "none")
      d.fail("bad value \"" + w + "\"");
  }
  set_first(c.security_key_rules, rules);
}

// "user" or "user@host".
template <auto member>
void user_list(Config& c, const Directive& d) {
  for (const std::string& pattern : d.words)
    if (const std::size_t at = pattern.rfind('@'); at != std::string::npos)
      check_address_pattern(std::string_view(pattern).substr(at + 1));
  list<member>(c, d);
}

void port(Config& c, const Directive& d) {
  c.ports.push_back(parse_port(d.word()));
}

void address_family(Config& c, const Directive& d) {
  static constexpr std::array<std::pair<std::string_view, int>, 3> choices{
      {{"any", 0}, {"inet", AF_INET}, {"inet6", AF_INET6}}};
  set_first(c.address_family, choice(d, choices));
}

void authentication_methods(Config& c, const Directive& d) {
  words<&Config::authentication_methods>(c, d);
  if (c.authentication_methods == "any") c.authentication_methods = "";
}

void permit_root_login(Config& c, const Directive& d) {
  using enum RootLogin;
  static constexpr std::array<std::pair<std::string_view, RootLogin>, 5> choices{
      {{"yes", yes},
       {"no", no},
       {"prohibit-password", prohibit_password},
       {"without-password", prohibit_password},
       {"forced-commands-only", forced_commands_only}}};
  set_first(c.permit_root_login, choice(d, choices));
}

void compression(Config& c, const Directive& d) {
  set_first(c.compression, lower_case(d.word()) == "delayed" || parse_yes_no(d.word()));
}

void force_command(Config& c, const Directive& d) {
  if (d.rest.empty()) d.word();
  set_first(c.force_command, lower_case(d.rest) == "none" ? std::string() : d.rest);
}

void subsystem(Config& c, const Directive& d) {
  if (d.words.size() < 2) d.fail("needs a name and a command");
  const std::string& name = d.words.front();
  if (std::ranges::find(c.subsystems, name, &Subsystem::name) != c.subsystems.end())
    d.fail("subsystem \"" + name + "\" is already defined");
  const std::size_t at = d.rest.find(d.words[1], d.rest.find(name) + name.size());
  const bool plain = at != std::string::npos && d.rest.find_first_of("\"'#") == std::string::npos;
  std::string command;
  for (std::size_t i = 1; i < d.words.size(); ++i)
    command += (i == 1 ? "" : " ") + d.words[i];
  c.subsystems.push_back({name, plain ? d.rest.substr(at) : command});
}

// To do without these would let more people in, or let them do more, than was asked for.
void refused_unless_none(Config&, const Directive& d) {
  if (lower_case(d.rest) != "none") d.fail("not supported yet, and it would be unsafe to pass it over");
}

void password_less(Config&, const Directive& d) {
  if (parse_yes_no(d.word())) d.fail("not supported");
}

const std::array known{
    Keyword{"acceptenv", list<&Config::accept_env>},
    Keyword{"addressfamily", address_family},
    Keyword{"allowgroups", list<&Config::allow_groups>},
    Keyword{"allowusers", user_list<&Config::allow_users>},
    Keyword{"authenticationmethods", authentication_methods},
    Keyword{"authorizedkeysfile", files<&Config::authorized_keys_files>},
    Keyword{"banner", path<&Config::banner>},
    Keyword{"challengeresponseauthentication", yes_no<&Config::kbdint_authentication>},
    Keyword{"chrootdirectory", path<&Config::chroot_directory>},
    Keyword{"ciphers", ciphers},
    Keyword{"clientalivecountmax", number<&Config::client_alive_count_max>},
    Keyword{"clientaliveinterval", seconds<&Config::client_alive_interval>},
    Keyword{"compression", compression},
    Keyword{"denygroups", list<&Config::deny_groups>},
    Keyword{"denyusers", user_list<&Config::deny_users>},
    Keyword{"forcecommand", force_command},
    Keyword{"hostkey", list<&Config::host_keys>},
    Keyword{"hostkeyalgorithms", host_key_algorithms},
    Keyword{"include", refused_unless_none},
    Keyword{"kbdinteractiveauthentication", yes_no<&Config::kbdint_authentication>},
    Keyword{"kexalgorithms", kex},
    Keyword{"listenaddress", [](Config& c, const Directive& d) { c.listen_addresses.push_back(d.word()); }},
    Keyword{"logingracetime", seconds<&Config::login_grace_time>},
    Keyword{"loglevel", log_level<&Config::log_level>},
    Keyword{"macs", macs},
    Keyword{"maxauthtries", number<&Config::max_auth_tries>},
    Keyword{"maxsessions", number<&Config::max_sessions>},
    Keyword{"maxstartups", word<&Config::max_startups>},
    Keyword{"modulifile", path<&Config::moduli_file>},
    Keyword{"passwordauthentication", yes_no<&Config::password_authentication>},
    Keyword{"passwordfile", path<&Config::password_file>},
    Keyword{"permitemptypasswords", password_less},
    Keyword{"permitrootlogin", permit_root_login},
    Keyword{"permittty", yes_no<&Config::permit_tty>},
    Keyword{"permituserenvironment", yes_no<&Config::permit_user_environment>},
    Keyword{"persourcemaxstartups",
            [](Config& c, const Directive& d) {
              set_first(c.per_source_max_startups, d.word() == "none" ? 0U : parse_number(d.word()));
            }},
    Keyword{"persourcepenalties", words<&Config::per_source_penalties>},
    Keyword{"persourcepenaltyexemptlist", word<&Config::penalty_exempt>},
    Keyword{"pidfile", path<&Config::pid_file>},
    Keyword{"port", port},
    Keyword{"pubkeyacceptedalgorithms", pubkey_algorithms},
    Keyword{"pubkeyacceptedkeytypes", pubkey_algorithms},
    Keyword{"pubkeyauthoptions", pubkey_auth_options},
    Keyword{"pubkeyauthentication", yes_no<&Config::pubkey_authentication>},
    Keyword{"rekeylimit", rekey_limit},
    Keyword{"requiredrsasize", number<&Config::required_rsa_size>},
    Keyword{"revokedkeys", refused_unless_none},
    Keyword{"setenv", set_env},
    Keyword{"strictmodes", yes_no<&Config::strict_modes>},
    Keyword{"subsystem", subsystem},
    Keyword{"tcpkeepalive", yes_no<&Config::tcp_keepalive>},
};

// What sshd 9 and 10 know besides.  Without them this server permits less, or the same.
constexpr auto passed_over = std::to_array<std::string_view>({
    "allowagentforwarding",
    "allowstreamlocalforwarding",
    "allowtcpforwarding",
    "authorizedkeyscommand",
    "authorizedkeyscommanduser",
    "authorizedprincipalscommand",
    "authorizedprincipalscommanduser",
    "authorizedprincipalsfile",
    "casignaturealgorithms",
    "channeltimeout",
    "debianbanner",
    "disableforwarding",
    "exposeauthinfo",
    "fingerprinthash",
    "gatewayports",
    "gssapiauthentication",
    "gssapicleanupcredentials",
    "gssapikexalgorithms",
    "gssapikeyexchange",
    "gssapistorecredentialsonrekey",
    "gssapistrictacceptorcheck",
    "hostbasedacceptedalgorithms",
    "hostbasedauthentication",
    "hostbasedusesnamefrompacketonly",
    "hostcertificate",
    "hostkeyagent",
    "ignorerhosts",
    "ignoreuserknownhosts",
    "ipqos",
    "kerberosauthentication",
    "kerberosgetafstoken",
    "kerberosorlocalpasswd",
    "kerberosticketcleanup",
    "logverbose",
    "permitlisten",
    "permitopen",
    "permittunnel",
    "permituserrc",
    "persourcenetblocksize",
    "printlastlog",
    "printmotd",
    "protocol",
    "rdomain",
    "refuseconnection",
    "securitykeyprovider",
    "sshdauthpath",
    "sshdsessionpath",
    "streamlocalbindmask",
    "streamlocalbindunlink",
    "syslogfacility",
    "trustedusercakeys",
    "unusedconnectiontimeout",
    "usedns",
    "uselogin",
    "usepam",
    "useprivilegeseparation",
    "versionaddendum",
    "x11displayoffset",
    "x11forwarding",
    "x11uselocalhost",
    "xauthlocation",
});

// What may stand below a Match line: it is asked for when the user's name is known.
constexpr auto in_match = std::to_array<std::string_view>({
    "acceptenv",
    "allowagentforwarding",
    "allowgroups",
    "allowstreamlocalforwarding",
    "allowtcpforwarding",
    "allowusers",
    "authenticationmethods",
    "authorizedkeyscommand",
    "authorizedkeyscommanduser",
    "authorizedkeysfile",
    "authorizedprincipalscommand",
    "authorizedprincipalscommanduser",
    "authorizedprincipalsfile",
    "banner",
    "casignaturealgorithms",
    "challengeresponseauthentication",
    "channeltimeout",
    "chrootdirectory",
    "clientalivecountmax",
    "clientaliveinterval",
    "denygroups",
    "denyusers",
    "disableforwarding",
    "exposeauthinfo",
    "forcecommand",
    "gatewayports",
    "gssapiauthentication",
    "hostbasedacceptedalgorithms",
    "hostbasedauthentication",
    "hostbasedusesnamefrompacketonly",
    "ignorerhosts",
    "include",
    "ipqos",
    "kbdinteractiveauthentication",
    "kerberosauthentication",
    "maxauthtries",
    "maxsessions",
    "passwordauthentication",
    "permitemptypasswords",
    "permitlisten",
    "permitopen",
    "permitrootlogin",
    "permittty",
    "permittunnel",
    "permituserrc",
    "pubkeyacceptedalgorithms",
    "pubkeyacceptedkeytypes",
    "pubkeyauthentication",
    "pubkeyauthoptions",
    "rdomain",
    "revokedkeys",
    "setenv",
    "streamlocalbindmask",
    "streamlocalbindunlink",
    "subsystem",
    "trustedusercakeys",
    "unusedconnectiontimeout",
    "x11displayoffset",
    "x11forwarding",
    "x11uselocalhost",
});

}  // namespace

void check_in_match(const Directive& directive) {
  if (directive.keyword == "loglevel" || directive.keyword == "rekeylimit")
    directive.fail("not supported within a Match block");
  // sshd 10's: to pass it over would let in those whom it keeps out.
  if (directive.keyword == "refuseconnection" && lower_case(directive.rest) != "no")
    directive.fail("not supported yet, and it would be unsafe to pass it over");
  if (std::ranges::find(known, directive.keyword, &Keyword::name) == known.end() &&
      std::ranges::find(passed_over, directive.keyword) == passed_over.end())
    return;  // apply_directive() says it better
  if (std::ranges::find(in_match, directive.keyword) == in_match.end() &&
      directive.keyword != "refuseconnection")
    directive.fail("not allowed within a Match block");
}

void apply_directive(Config& config, const Directive& directive) {
  const auto found = std::ranges::find(known, directive.keyword, &Keyword::name);
  if (found != known.end()) {
    try {
      return found->apply(config, directive);
    } catch (const OptionError& e) {
      if (std::string_view(e.what()).starts_with(directive.where)) throw;
      directive.fail(e.what());
    }
  }
  if (std::ranges::find(passed_over, directive.keyword) == passed_over.end())
    throw OptionError(directive.where + ": Bad configuration option: " + amiko::printable(directive.name));
  config.notes.push_back(directive.where + ": " + directive.name + " is not supported yet and passed over");
}

}  // namespace demo::sshd
