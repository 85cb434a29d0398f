// amiko - the keywords of sshd_config(5)
#include "keywords.hpp"

#include "values.hpp"

#include <amiko/base/printable.hpp>

#include <algorithm>
#include <array>

#include <sys/socket.h>

namespace demo::sshd {
namespace {

using Apply = void (*)(Config&, const Directive&);

struct Keyword {
  std::string_view name;
  Apply apply;
};

template <class T, class U>
void set_first(std::optional<T>& option, U&& value) {
  if (!option) option = std::forward<U>(value);
}

template <auto member>
void word(Config& c, const Directive& d) {
  set_first(c.*member, d.word());
}

template <auto member>
void yes_no(Config& c, const Directive& d) {
  set_first(c.*member, parse_yes_no(d.word()));
}

template <auto member>
void number(Config& c, const Directive& d) {
  set_first(c.*member, parse_number(d.word()));
}

template <auto member>
void seconds(Config& c, const Directive& d) {
  set_first(c.*member, d.word() == "none" ? std::chrono::seconds(0) : parse_seconds(d.word()));
}

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

void port(Config& c, const Directive& d) {
  c.ports.push_back(parse_port(d.word()));
}

void address_family(Config& c, const Directive& d) {
  const std::string family = lower_case(d.word());
  if (family != "any" && family != "inet" && family != "inet6") d.fail("not any, inet or inet6: " + family);
  set_first(c.address_family, family == "any" ? 0 : family == "inet" ? AF_INET : AF_INET6);
}

void authorized_keys_file(Config& c, const Directive& d) {
  if (d.words.empty()) d.word();
  const bool none = d.words.size() == 1 && lower_case(d.words.front()) == "none";
  set_first(c.authorized_keys_files, none ? std::vector<std::string>() : d.words);
}

void authentication_methods(Config& c, const Directive& d) {
  words<&Config::authentication_methods>(c, d);
  if (c.authentication_methods == "any") c.authentication_methods = "";
}

void permit_root_login(Config& c, const Directive& d) {
  const std::string value = lower_case(d.word());
  RootLogin choice{};
  if (value == "yes")
    choice = RootLogin::yes;
  else if (value == "no")
    choice = RootLogin::no;
  else if (value == "prohibit-password" || value == "without-password")
    choice = RootLogin::prohibit_password;
  else if (value == "forced-commands-only")
    choice = RootLogin::forced_commands_only;
  else
    d.fail("bad value \"" + d.word() + "\"");
  set_first(c.permit_root_login, choice);
}

void compression(Config& c, const Directive& d) {
  set_first(c.compression, lower_case(d.word()) == "delayed" || parse_yes_no(d.word()));
}

// "default" keeps the library's limits, "none" as the time means that time does not count.
void rekey_limit(Config& c, const Directive& d) {
  if (d.words.empty() || d.words.size() > 2) d.word();
  const std::string size = lower_case(d.words[0]);
  const std::uint64_t bytes = size == "default" ? 0 : parse_bytes(size);
  if (size != "default" && bytes < 16) d.fail("too small");
  if (c.rekey_bytes) return;
  c.rekey_bytes = bytes;
  if (d.words.size() == 2)
    c.rekey_time = lower_case(d.words[1]) == "none" ? std::chrono::seconds(0) : parse_seconds(d.words[1]);
}

void set_env(Config& c, const Directive& d) {
  if (!c.set_env.empty()) return;
  for (const std::string& setting : d.words) {
    const std::size_t equals = setting.find('=');
    if (equals == std::string::npos || equals == 0) d.fail("not NAME=value: \"" + setting + "\"");
    const std::string name = setting.substr(0, equals);
    if (std::ranges::none_of(c.set_env, [&](const auto& pair) { return pair.first == name; }))
      c.set_env.emplace_back(name, setting.substr(equals + 1));
  }
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

void log_level(Config& c, const Directive& d) {
  static constexpr std::array<std::pair<std::string_view, Verbosity>, 9> levels{
      {{"quiet", Verbosity::quiet},
       {"fatal", Verbosity::fatal},
       {"error", Verbosity::error},
       {"info", Verbosity::info},
       {"verbose", Verbosity::verbose},
       {"debug", Verbosity::debug1},
       {"debug1", Verbosity::debug1},
       {"debug2", Verbosity::debug2},
       {"debug3", Verbosity::debug3}}};
  const std::string name = lower_case(d.word());
  const auto found = std::ranges::find(levels, name, &std::pair<std::string_view, Verbosity>::first);
  if (found == levels.end()) d.fail("unknown level \"" + d.word() + "\"");
  set_first(c.log_level, found->second);
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
    Keyword{"allowusers", list<&Config::allow_users>},
    Keyword{"authenticationmethods", authentication_methods},
    Keyword{"authorizedkeysfile", authorized_keys_file},
    Keyword{"banner", path<&Config::banner>},
    Keyword{"challengeresponseauthentication", yes_no<&Config::kbdint_authentication>},
    Keyword{"chrootdirectory", path<&Config::chroot_directory>},
    Keyword{"ciphers", word<&Config::ciphers>},
    Keyword{"clientalivecountmax", number<&Config::client_alive_count_max>},
    Keyword{"clientaliveinterval", seconds<&Config::client_alive_interval>},
    Keyword{"compression", compression},
    Keyword{"denygroups", list<&Config::deny_groups>},
    Keyword{"denyusers", list<&Config::deny_users>},
    Keyword{"forcecommand", force_command},
    Keyword{"hostkey", list<&Config::host_keys>},
    Keyword{"hostkeyalgorithms", word<&Config::host_key_algorithms>},
    Keyword{"include", refused_unless_none},
    Keyword{"kbdinteractiveauthentication", yes_no<&Config::kbdint_authentication>},
    Keyword{"kexalgorithms", word<&Config::kex>},
    Keyword{"listenaddress", [](Config& c, const Directive& d) { c.listen_addresses.push_back(d.word()); }},
    Keyword{"logingracetime", seconds<&Config::login_grace_time>},
    Keyword{"loglevel", log_level},
    Keyword{"macs", word<&Config::macs>},
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
    Keyword{"pubkeyacceptedalgorithms", word<&Config::pubkey_algorithms>},
    Keyword{"pubkeyacceptedkeytypes", word<&Config::pubkey_algorithms>},
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
    "pubkeyauthoptions",
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

}  // namespace

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
