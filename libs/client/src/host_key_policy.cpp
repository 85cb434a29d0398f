// amiko - what a client does about host keys
#include <amiko/client/host_key_policy.hpp>

#include <amiko/base/error.hpp>
#include <amiko/base/printable.hpp>
#include <amiko/config/known_hosts.hpp>
#include <amiko/support/encoding.hpp>
#include <amiko/support/file.hpp>
#include <amiko/support/text.hpp>

#include <utility>

namespace amiko {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view fingerprint_prefix = "SHA256:";
constexpr std::size_t fingerprint_bytes = 32;

constexpr std::string_view unknown_hint =
    "ask the host's administrator for the key's fingerprint; if it is this one, add the key to known_hosts, "
    "or connect once with HostKeyPolicy::accept_new() or ask()";
constexpr std::string_view revoked_hint =
    "do not trust this host: its key is marked as one that has fallen into wrong hands; its administrator "
    "must give it a new one";
constexpr std::string_view pin_hint =
    "somebody may be in between, or the host has a new key; if its administrator confirms the new "
    "fingerprint, pin that";

std::string described(const PublicKey& key) {
  return key.type() + " " + key.fingerprint();
}

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const auto& part : parts)
    text += (text.empty() ? "" : ", ") + part;
  return text;
}

std::string changed_hint(const std::string& name, const std::string& file) {
  return "somebody may be in between, or the host has a new key; if its administrator confirms the new "
         "fingerprint, remove the old one: ssh-keygen -f " +
         support::shell_quote(printable(file)) + " -R " + support::shell_quote(printable(name));
}

// What was not understood may be the very line that was meant to vouch for the host.
std::string skipped_lines(const KnownHosts& known) {
  const auto skipped = known.diagnostics();
  if (skipped.empty()) return {};
  const auto& first = skipped.front();
  return "not used in known_hosts: " + first.file + (first.line > 0 ? ":" + std::to_string(first.line) : "") +
         ": " + first.what +
         (skipped.size() > 1 ? " and " + std::to_string(skipped.size() - 1) + " more" : "");
}

std::string peer_name(const std::string& host, std::uint16_t port) {
  const std::string name = known_hosts_name(host, 0);
  return (name.find(':') == std::string::npos ? name : "[" + name + "]") + ":" + std::to_string(port);
}

}  // namespace

// One host's key under one policy.
class HostKeyPolicy::Check {
 public:
  Check(const HostKeyPolicy& policy, const std::string& host, std::uint16_t port, std::string_view address)
      : policy_(policy),
        aliased_(!policy.alias_.empty()),
        host_(aliased_ ? policy.alias_ : host),
        port_(aliased_ ? std::uint16_t{0} : port),
        address_(aliased_ ? std::string_view() : address),
        name_(known_hosts_name(host_, port_)),
        peer_(peer_name(host, port)),
        known_(KnownHosts::load(policy.files())) {}

  void run(const PublicKey& key) const;
  std::vector<std::string> known_key_types() const { return known_.known_key_types(host_, port_, address_); }

 private:
  void check_pin(const PublicKey& key) const;
  void decide_unknown(const PublicKey& key) const;
  HostKeyQuestion question(const PublicKey& key) const;
  void record(const PublicKey& key) const;

  [[noreturn]] void refuse(errc code, const PublicKey& key, const KnownHosts::Result& result,
                           std::string text, std::string hint) const;
  [[noreturn]] void refuse_unknown(const PublicKey& key, const std::string& why, std::string hint) const;
  [[noreturn]] void refuse_changed(const PublicKey& key, const KnownHosts::Result& result) const;

  const HostKeyPolicy& policy_;
  bool aliased_;
  const std::string& host_;
  std::uint16_t port_;
  std::string_view address_;
  std::string name_;
  std::string peer_;
  KnownHosts known_;
};

void HostKeyPolicy::Check::run(const PublicKey& key) const {
  const auto result = known_.check(host_, port_, address_, key);
  if (result.status == HostKeyStatus::revoked)
    refuse(errc::host_key_revoked, key, result, described(key) + ", revoked by " + result.where(),
           std::string(revoked_hint));
  if (policy_.kind_ == Kind::pinned) return check_pin(key);
  if (result.status == HostKeyStatus::changed) refuse_changed(key, result);
  if (result.status == HostKeyStatus::unknown) decide_unknown(key);
}

void HostKeyPolicy::Check::check_pin(const PublicKey& key) const {
  if (key.fingerprint() == policy_.pinned_fingerprint_) return;
  const std::string pin =
      (policy_.pinned_type_.empty() ? "" : policy_.pinned_type_ + " ") + policy_.pinned_fingerprint_;
  KnownHosts::Result pinned;
  pinned.known_fingerprints = {pin};
  refuse(errc::host_key_changed, key, pinned, name_ + " shows " + described(key) + ", but pinned is " + pin,
         std::string(pin_hint));
}

void HostKeyPolicy::Check::decide_unknown(const PublicKey& key) const {
  switch (policy_.kind_) {
    case Kind::accept_new:
      if (!known_.complete())
        refuse_unknown(key, "not every known_hosts file could be read",
                       "make the file readable, or name other files");
      return record(key);
    case Kind::ask:
      switch (policy_.ask_(question(key))) {
        case HostKeyAnswer::yes:
          return record(key);
        case HostKeyAnswer::once:
          return;
        case HostKeyAnswer::no:
          break;
      }
      refuse_unknown(key, "it was declined", {});
    default:
      refuse_unknown(key, {}, std::string(unknown_hint));
  }
}

HostKeyQuestion HostKeyPolicy::Check::question(const PublicKey& key) const {
  HostKeyQuestion q{name_, std::string(address_), key.type(), key.bits(), key.fingerprint(), {}, {}};
  for (const auto& entry : known_.find_key(key))
    q.known_as.push_back(entry.file + ":" + std::to_string(entry.line) + ": " +
                         (entry.names.starts_with('|') ? "(a hashed name)" : entry.names));
  q.text = "The host " + name_ + (address_.empty() ? "" : " (" + q.address + ")") +
           " is not known.\nIts key is " + described(key) + ".\n";
  q.text += q.known_as.empty() ? "No other host has this key on record.\n"
                               : "The same key is on record for other names:\n";
  for (const auto& other : q.known_as)
    q.text += "  " + other + "\n";
  if (const auto skipped = skipped_lines(known_); !skipped.empty()) q.text += "Beware: " + skipped + ".\n";
  q.text = printable(q.text, true);
  return q;
}

void HostKeyPolicy::Check::record(const PublicKey& key) const {
  if (policy_.user_files_.empty() || policy_.user_files_.front() == "/dev/null") return;
  const fs::path file = support::expand_home(policy_.user_files_.front().native());
  try {
    add_known_host(file, host_, port_, key, policy_.hash_names_, AddKnownHost::first_key_only);
  } catch (const HostKeyError& e) {
    // Somebody else recorded another key since the file was read.
    Failure failure = e.failure();
    failure.phase = Phase::host_key;
    failure.peer = printable(peer_);
    failure.hint = changed_hint(name_, file.native());
    throw_failure(std::move(failure));
  } catch (const Error& e) {
    refuse_unknown(key, std::string("it cannot be recorded: ") + e.what(),
                   "make the file writable, or name another one");
  }
}

void HostKeyPolicy::Check::refuse(errc code, const PublicKey& key, const KnownHosts::Result& result,
                                  std::string text, std::string hint) const {
  Failure failure{.code = code};
  failure.text = printable(text);
  failure.phase = Phase::host_key;
  failure.peer = printable(peer_);
  failure.hint = std::move(hint);
  failure.detail =
      HostKeyDetail{name_, key.type(), key.fingerprint(), result.known_fingerprints, result.where()};
  throw_failure(std::move(failure));
}

void HostKeyPolicy::Check::refuse_unknown(const PublicKey& key, const std::string& why,
                                          std::string hint) const {
  std::string text = described(key);
  for (const auto& part : {why, skipped_lines(known_)})
    if (!part.empty()) text += "; " + part;
  refuse(errc::host_key_unknown, key, {}, std::move(text), std::move(hint));
}

void HostKeyPolicy::Check::refuse_changed(const PublicKey& key, const KnownHosts::Result& result) const {
  refuse(errc::host_key_changed, key, result,
         name_ + " shows " + described(key) + ", but on record " +
             (result.same_type_known ? "is " : "are only keys of other types: ") +
             joined(result.known_fingerprints) + " (" + result.where() + ")",
         changed_hint(name_, result.file));
}

HostKeyPolicy HostKeyPolicy::strict() {
  return HostKeyPolicy(Kind::strict);
}

HostKeyPolicy HostKeyPolicy::accept_new() {
  return HostKeyPolicy(Kind::accept_new);
}

HostKeyPolicy HostKeyPolicy::ask(Ask ask) {
  if (!ask) throw_error(errc::invalid_argument, "HostKeyPolicy::ask() was given no function");
  HostKeyPolicy policy(Kind::ask);
  policy.ask_ = std::move(ask);
  return policy;
}

HostKeyPolicy HostKeyPolicy::pinned(const PublicKey& key) {
  HostKeyPolicy policy(Kind::pinned);
  policy.pinned_fingerprint_ = key.fingerprint();
  policy.pinned_type_ = key.type();
  return policy;
}

HostKeyPolicy HostKeyPolicy::pinned(std::string_view fingerprint) {
  std::string_view digest = fingerprint;
  const bool known_hash = support::consume_prefix(digest, fingerprint_prefix);
  if (digest.ends_with('=')) digest.remove_suffix(1);  // some tools leave the padding in
  Bytes bytes;
  try {
    if (known_hash) bytes = support::base64_decode(digest, support::Base64Padding::unpadded);
  } catch (const Error&) {
    bytes.clear();  // reported below, with the same words as a wrong length
  }
  if (bytes.size() != fingerprint_bytes)
    throw_error(errc::invalid_argument,
                "\"" + printable(fingerprint, false, 256) + "\" is no fingerprint of the form SHA256:base64");
  HostKeyPolicy policy(Kind::pinned);
  policy.pinned_fingerprint_ = std::string(fingerprint_prefix) + std::string(digest);
  return policy;
}

HostKeyPolicy HostKeyPolicy::none() {
  return HostKeyPolicy(Kind::none);
}

HostKeyPolicy& HostKeyPolicy::user_files(std::vector<fs::path> files) {
  user_files_ = std::move(files);
  return *this;
}

HostKeyPolicy& HostKeyPolicy::global_files(std::vector<fs::path> files) {
  global_files_ = std::move(files);
  return *this;
}

HostKeyPolicy& HostKeyPolicy::hash_names(bool hash) {
  hash_names_ = hash;
  return *this;
}

HostKeyPolicy& HostKeyPolicy::alias(std::string name) {
  alias_ = std::move(name);
  return *this;
}

std::vector<fs::path> HostKeyPolicy::files() const {
  std::vector<fs::path> all;
  for (const auto* list : {&user_files_, &global_files_})
    for (const auto& file : *list)
      all.push_back(support::expand_home(file.native()));
  return all;
}

void HostKeyPolicy::check(const std::string& host, std::uint16_t port, std::string_view address,
                          const PublicKey& key) const {
  if (kind_ != Kind::none) Check(*this, host, port, address).run(key);
}

std::vector<std::string> HostKeyPolicy::preferred_key_types(const std::string& host, std::uint16_t port,
                                                            std::string_view address) const {
  if (kind_ == Kind::none) return {};
  if (!pinned_type_.empty()) return {pinned_type_};
  return Check(*this, host, port, address).known_key_types();
}

}  // namespace amiko
