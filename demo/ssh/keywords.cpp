// amiko - the keywords of ssh_config(5)
#include "keywords.hpp"

#include "keyword_setters.hpp"

#include <amiko/base/error.hpp>
#include <amiko/connection/algorithm_options.hpp>

#include <algorithm>
#include <array>
#include <utility>

#include <fnmatch.h>

namespace demo {
namespace {

using namespace setters;

// What follows the keyword: the text as it stands, and its words.
struct Value {
  std::string text;
  std::vector<std::string> words;

  const std::string& word() const {
    if (words.size() != 1)
      throw OptionError(words.empty() ? "missing argument" : "extra arguments at end of line");
    return words.front();
  }
};

using Apply = void (*)(Options&, const Value&);

struct Keyword {
  std::string_view name;
  Apply apply;
};

void kex(Options& o, const Value& v) {
  algorithms<&Options::kex>(o, v, "kex");
}

void ciphers(Options& o, const Value& v) {
  algorithms<&Options::ciphers>(o, v, "cipher");
}

void macs(Options& o, const Value& v) {
  algorithms<&Options::macs>(o, v, "mac");
}

void host_key_algorithms(Options& o, const Value& v) {
  algorithms<&Options::host_key_algorithms>(o, v, "key");
}

void pubkey_algorithms(Options& o, const Value& v) {
  algorithms<&Options::pubkey_algorithms>(o, v, "key");
}

void port(Options& o, const Value& v) {
  set_first(o.port, parse_port(v.word()));
}

void identity_file(Options& o, const Value& v) {
  if (std::ranges::find(o.identity_files, v.word()) == o.identity_files.end())
    o.identity_files.push_back(v.word());
}

void strict_host_key_checking(Options& o, const Value& v) {
  using enum HostKeyChecking;
  static constexpr std::array<std::pair<std::string_view, HostKeyChecking>, 7> choices{
      {{"yes", yes},
       {"true", yes},
       {"no", no},
       {"false", no},
       {"off", no},
       {"accept-new", accept_new},
       {"ask", ask}}};
  set_first(o.strict_host_key_checking, choice(v, choices));
}

void request_tty(Options& o, const Value& v) {
  using enum RequestTty;
  static constexpr std::array<std::pair<std::string_view, RequestTty>, 6> choices{
      {{"yes", yes}, {"true", yes}, {"no", no}, {"false", no}, {"force", force}, {"auto", automatic}}};
  set_first(o.request_tty, choice(v, choices));
}

void session_type(Options& o, const Value& v) {
  using enum SessionType;
  static constexpr std::array<std::pair<std::string_view, SessionType>, 3> choices{
      {{"none", none}, {"subsystem", subsystem}, {"default", shell_or_command}}};
  set_first(o.session_type, choice(v, choices));
}

void preferred_authentications(Options& o, const Value& v) {
  set_first(o.preferred_authentications, split_list(v.word(), ','));
}

void proxy_command(Options& o, const Value& v) {
  if (v.text.empty()) v.word();
  set_first(o.proxy_command, v.text);
}

// A pattern that begins with '-' takes back those that it matches.
void send_env(Options& o, const Value& v) {
  for (const std::string& pattern : v.words) {
    if (pattern.find('=') != std::string::npos)
      throw OptionError("invalid environment name \"" + pattern + "\"");
    if (pattern.starts_with('-'))
      std::erase_if(o.send_env,
                    [&](const auto& p) { return ::fnmatch(pattern.c_str() + 1, p.c_str(), 0) == 0; });
    else
      o.send_env.push_back(pattern);
  }
}

// Without these the connection would go another way, or trust more, than was asked for.
template <const char* what>
void refused_unless_none(Options&, const Value& v) {
  if (lower_case(v.text) != "none") throw OptionError(std::string(what) + " is not supported yet");
}
constexpr char proxy_jump[] = "ProxyJump";
constexpr char revoked_host_keys[] = "RevokedHostKeys";

const std::array known{
    Keyword{"batchmode", yes_no<&Options::batch_mode>},
    Keyword{"challengeresponseauthentication", yes_no<&Options::kbdint_authentication>},
    Keyword{"ciphers", ciphers},
    Keyword{"compression", yes_no<&Options::compression>},
    Keyword{"connecttimeout", seconds<&Options::connect_timeout>},
    Keyword{"globalknownhostsfile", files<&Options::global_known_hosts>},
    Keyword{"hashknownhosts", yes_no<&Options::hash_known_hosts>},
    Keyword{"hostkeyalgorithms", host_key_algorithms},
    Keyword{"hostkeyalias", word<&Options::host_key_alias>},
    Keyword{"hostname", word<&Options::host_name>},
    Keyword{"identitiesonly", yes_no<&Options::identities_only>},
    Keyword{"identityfile", identity_file},
    Keyword{"kbdinteractiveauthentication", yes_no<&Options::kbdint_authentication>},
    Keyword{"kexalgorithms", kex},
    Keyword{"loglevel", log_level<&Options::verbosity>},
    Keyword{"macs", macs},
    Keyword{"numberofpasswordprompts", number<&Options::password_prompts>},
    Keyword{"passwordauthentication", yes_no<&Options::password_authentication>},
    Keyword{"port", port},
    Keyword{"preferredauthentications", preferred_authentications},
    Keyword{"proxycommand", proxy_command},
    Keyword{"proxyjump", refused_unless_none<proxy_jump>},
    Keyword{"pubkeyacceptedalgorithms", pubkey_algorithms},
    Keyword{"pubkeyacceptedkeytypes", pubkey_algorithms},
    Keyword{"pubkeyauthentication", yes_no<&Options::pubkey_authentication>},
    Keyword{"rekeylimit", rekey_limit},
    Keyword{"requesttty", request_tty},
    Keyword{"requiredrsasize", number<&Options::required_rsa_size>},
    Keyword{"revokedhostkeys", refused_unless_none<revoked_host_keys>},
    Keyword{"sendenv", send_env},
    Keyword{"serveralivecountmax", number<&Options::server_alive_count_max>},
    Keyword{"serveraliveinterval", seconds<&Options::server_alive_interval>},
    Keyword{"sessiontype", session_type},
    Keyword{"setenv", set_env},
    Keyword{"stdinnull", yes_no<&Options::stdin_null>},
    Keyword{"stricthostkeychecking", strict_host_key_checking},
    Keyword{"user", word<&Options::user>},
    Keyword{"userknownhostsfile", files<&Options::user_known_hosts>},
};

// What OpenSSH 9 and 10 know besides, those included that they only tolerate.
constexpr auto passed_over = std::to_array<std::string_view>({
    "addkeystoagent",
    "addressfamily",
    "afstokenpassing",
    "bindaddress",
    "bindinterface",
    "canonicaldomains",
    "canonicalizefallbacklocal",
    "canonicalizehostname",
    "canonicalizemaxdots",
    "canonicalizepermittedcnames",
    "casignaturealgorithms",
    "certificatefile",
    "channeltimeout",
    "checkhostip",
    "cipher",
    "clearallforwardings",
    "compressionlevel",
    "connectionattempts",
    "controlmaster",
    "controlpath",
    "controlpersist",
    "dsaauthentication",
    "dynamicforward",
    "enableescapecommandline",
    "enablesshkeysign",
    "escapechar",
    "exitonforwardfailure",
    "fallbacktorsh",
    "fingerprinthash",
    "forkafterauthentication",
    "forwardagent",
    "forwardx11",
    "forwardx11timeout",
    "forwardx11trusted",
    "gatewayports",
    "globalknownhostsfile2",
    "gssapiauthentication",
    "gssapiclientidentity",
    "gssapidelegatecredentials",
    "gssapikexalgorithms",
    "gssapikeyexchange",
    "gssapirenewalforcesrekey",
    "gssapiserveridentity",
    "gssapitrustdns",
    "host",
    "hostbasedacceptedalgorithms",
    "hostbasedauthentication",
    "hostbasedkeytypes",
    "identityagent",
    "identityfile2",
    "ignoreunknown",
    "include",
    "ipqos",
    "kbdinteractivedevices",
    "keepalive",
    "kerberosauthentication",
    "kerberostgtpassing",
    "knownhostscommand",
    "localcommand",
    "localforward",
    "logverbose",
    "match",
    "nohostauthenticationforlocalhost",
    "obscurekeystroketiming",
    "permitlocalcommand",
    "permitremoteopen",
    "pkcs11provider",
    "protocol",
    "proxyusefdpass",
    "refuseconnection",
    "remotecommand",
    "remoteforward",
    "rhostsauthentication",
    "rhostsrsaauthentication",
    "rsaauthentication",
    "securitykeyprovider",
    "skeyauthentication",
    "smartcarddevice",
    "streamlocalbindmask",
    "streamlocalbindunlink",
    "syslogfacility",
    "tag",
    "tcpkeepalive",
    "tisauthentication",
    "tunnel",
    "tunneldevice",
    "updatehostkeys",
    "useblacklistedkeys",
    "usekeychain",
    "useprivilegedport",
    "userknownhostsfile2",
    "useroaming",
    "usersh",
    "verifyhostkeydns",
    "versionaddendum",
    "visualhostkey",
    "warnweakcrypto",
    "xauthlocation",
});

}  // namespace

void apply_keyword(Options& options, std::string_view line) {
  constexpr std::string_view blank = " \t\r\n";
  line.remove_prefix(std::min(line.find_first_not_of(blank), line.size()));
  const std::string_view keyword = line.substr(0, line.find_first_of(" \t\r\n="));
  const std::string name = lower_case(keyword);
  std::string_view rest = line.substr(keyword.size());
  rest.remove_prefix(std::min(rest.find_first_not_of(blank), rest.size()));
  if (rest.starts_with('=')) rest.remove_prefix(1);
  rest.remove_prefix(std::min(rest.find_first_not_of(blank), rest.size()));
  rest = rest.substr(0, rest.find_last_not_of(blank) + 1);

  const auto found = std::ranges::find(known, name, &Keyword::name);
  if (found != known.end()) {
    try {
      found->apply(options, Value{std::string(rest), split_words(rest)});
    } catch (const OptionError& e) {
      throw OptionError("command-line: line 0: " + std::string(keyword) + ": " + e.what());
    }
  } else if (std::ranges::find(passed_over, name) != passed_over.end()) {
    options.notes.push_back("option " + std::string(keyword) + " is not supported yet and passed over");
  } else {
    throw OptionError("command-line: line 0: Bad configuration option: " + std::string(keyword));
  }
}

}  // namespace demo
