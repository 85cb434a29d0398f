// amiko - which credentials to try, in what order, and what came of it
#include "auth_plan.hpp"

#include <amiko/support/account.hpp>

#include <algorithm>
#include <utility>

namespace amiko {
namespace {

// A server that grants part after part without end is not worth following.
constexpr unsigned max_parts = 16;

std::string joined(const std::vector<std::string>& list, std::string_view separator) {
  std::string text;
  for (const std::string& item : list)
    text += (text.empty() ? "" : std::string(separator)) + item;
  return text;
}

bool contains(const std::vector<std::string>& list, std::string_view item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

std::string outcome(const AuthResult& result) {
  if (result.authenticated) return "accepted";
  return result.partial_success ? "accepted, more is wanted" : "refused";
}

}  // namespace

// A key to offer: loaded, or a file whose public half may be known already.
struct AuthPlan::Candidate {
  std::shared_ptr<const Signer> signer;
  std::filesystem::path file;
  bool required = false;  // the user named it: failing to load it is an error
};

AuthPlan::AuthPlan(Transport& transport, const ConnectOptions& options, std::string user, Deadline deadline)
    : transport_(transport), options_(options), user_(std::move(user)), deadline_(deadline) {}

// Each answer has auth_timeout, and all of them together no more than the deadline.
void AuthPlan::limit_next_step() {
  transport_.set_auth_timeout(earlier(Deadline::after(options_.auth_timeout), deadline_).left());
}

void AuthPlan::run() {
  limit_next_step();
  if (take(transport_.auth_none(user_), "none")) return;
  for (unsigned part = 0; part < max_parts; ++part) {
    const auto before = tried_.size();
    if (try_methods()) return;
    if (!latest_.partial_success || tried_.size() == before) give_up();
  }
  give_up();
}

// Goes through the methods once; stops as soon as one of them has brought part of what the server wants.
bool AuthPlan::try_methods() {
  latest_.partial_success = false;
  for (const std::string& method : options_.auth_methods) {
    if (!latest_.can_continue_with(method)) continue;
    if (try_method(method)) return true;
    if (latest_.partial_success) return false;
  }
  return false;
}

bool AuthPlan::try_method(const std::string& method) {
  if (method == "publickey") return try_publickey();
  if (method == "password") return try_password();
  if (method == "keyboard-interactive") return try_interactive();
  return false;
}

bool AuthPlan::take(AuthResult result, const std::string& what) {
  show_banner();
  if (what != "none") tried_.push_back(what + ": " + outcome(result));
  proved_ = proved_ || ((result.authenticated || result.partial_success) && what != "none" &&
                        what != "keyboard-interactive");
  part_accepted_ = part_accepted_ || result.partial_success;
  latest_ = std::move(result);
  if (latest_.authenticated) check_proof();
  return latest_.authenticated;
}

void AuthPlan::check_proof() const {
  if (proved_ || !options_.refuse_trivial_auth) return;
  throw_failure({.code = errc::auth_failed,
                 .text = "the server lets user " + user_ + " in without any proof",
                 .phase = Phase::authentication,
                 .peer = transport_.peer_name(),
                 .hint = "connect without refuse_trivial_auth if that is what the server is meant to do",
                 .detail = AuthDetail{latest_.methods_left, part_accepted_, tried_}});
}

// As soon as it is there: it may be what somebody has to read before answering.
void AuthPlan::show_banner() {
  if (!options_.banner) return;
  const std::string banner = transport_.get_banner();
  if (banner.size() <= banner_shown_) return;
  const std::string fresh = banner.substr(std::exchange(banner_shown_, banner.size()));
  options_.banner(fresh);
}

std::vector<AuthPlan::Candidate> AuthPlan::candidates() const {
  std::vector<Candidate> list;
  for (const PrivateKey& key : options_.keys)
    list.push_back({std::make_shared<PrivateKey>(key), {}, true});
  for (const auto& signer : options_.signers)
    list.push_back({signer, {}, true});
  for (const auto& file : options_.key_files)
    list.push_back({nullptr, file, true});
  if (!list.empty() || !options_.default_keys) return list;
  const auto directory = support::home_directory() / ".ssh";
  for (const char* name : {"id_ed25519", "id_ecdsa", "id_rsa"}) {
    std::error_code ignored;
    if (std::filesystem::exists(directory / name, ignored))
      list.push_back({nullptr, directory / name, false});
  }
  return list;
}

bool AuthPlan::try_publickey() {
  for (const Candidate& candidate : candidates()) {
    if (!latest_.can_continue_with("publickey")) return false;
    if (try_key(candidate)) return true;
    if (latest_.partial_success) return false;
  }
  return false;
}

bool AuthPlan::try_key(const Candidate& candidate) {
  std::shared_ptr<const Signer> signer = candidate.signer;
  const std::string label = "publickey " + (signer ? signer->label() : candidate.file.string());
  if (!signer) {
    try {
      // With its .pub file beside it, an encrypted key is unlocked only if the server would take it.
      std::filesystem::path public_file = candidate.file;
      public_file += ".pub";
      std::error_code ignored;
      if (options_.passphrase && std::filesystem::exists(public_file, ignored)) {
        const PublicKey key = PublicKey::load(public_file);
        if (contains(used_keys_, key.fingerprint())) return false;
        limit_next_step();
        if (!transport_.probe_publickey(user_, key)) {
          used_keys_.push_back(key.fingerprint());
          tried_.push_back(label + ": refused");
          return false;
        }
      }
      signer = std::make_shared<PrivateKey>(PrivateKey::load(candidate.file, options_.passphrase));
    } catch (const KeyError& e) {
      if (candidate.required) throw;
      tried_.push_back(label + ": " + e.what());
      return false;
    }
  }
  const std::string fingerprint = signer->public_key().fingerprint();
  if (contains(used_keys_, fingerprint)) return false;
  used_keys_.push_back(fingerprint);
  limit_next_step();
  try {
    return take(transport_.auth_publickey(user_, *signer), label);
  } catch (const KeyError& e) {  // its holder could not sign: another key may do
    tried_.push_back(label + ": " + e.what());
  } catch (const AuthError& e) {  // the server takes no algorithm of its type
    tried_.push_back(label + ": " + e.failure().text);
  }
  return false;
}

std::optional<Secret> AuthPlan::next_password(const std::string& prompt) {
  if (options_.password) {
    if (std::exchange(fixed_password_used_, true)) return std::nullopt;
    return options_.password;
  }
  if (!options_.ask_password || gave_up_ || passwords_asked_ >= options_.password_prompts)
    return std::nullopt;
  ++passwords_asked_;
  auto answer = options_.ask_password(prompt);
  gave_up_ = !answer;
  return answer;
}

bool AuthPlan::try_password() {
  while (latest_.can_continue_with("password")) {
    const auto password = next_password(user_ + "@" + transport_.peer_name() + "'s password: ");
    if (!password) return false;
    limit_next_step();
    if (take(transport_.auth_password(user_, *password, options_.new_password), "password")) return true;
    if (latest_.partial_success) return false;
  }
  return false;
}

// Without a handler of the user's: the password answers a round with one hidden prompt, which is how most
// servers ask for it.  Anything else it must not be shown to.
Answers AuthPlan::answer(const std::string& name, const std::string& instruction,
                         std::span<const Prompt> prompts) {
  Answers answers(prompts.size());
  if (options_.kbdint) {
    answers = options_.kbdint(name, instruction, prompts);
  } else if (prompts.size() == 1 && !prompts[0].echo) {
    auto password = next_password(prompts[0].text);
    unanswered_ = !password;
    if (password) answers[0] = std::move(*password);
  } else if (!prompts.empty()) {
    unanswered_ = true;
  }
  proved_ = proved_ || (!prompts.empty() && !unanswered_);
  limit_next_step();
  return answers;
}

bool AuthPlan::try_interactive() {
  const bool possible = options_.kbdint || options_.password || options_.ask_password;
  if (!possible) return false;
  fixed_password_used_ =
      false;  // the same password may be right for this method though "password" was refused
  const InteractiveHandler handler = [this](const std::string& name, const std::string& instruction,
                                            std::span<const Prompt> prompts) {
    return answer(name, instruction, prompts);
  };
  const unsigned attempts =
      options_.kbdint || options_.ask_password ? std::max(options_.password_prompts, 1U) : 1;
  for (unsigned i = 0; i < attempts && latest_.can_continue_with("keyboard-interactive"); ++i) {
    unanswered_ = false;
    limit_next_step();
    if (take(transport_.auth_interactive(user_, handler), "keyboard-interactive")) return true;
    if (latest_.partial_success || unanswered_) break;
  }
  fixed_password_used_ = false;
  return false;
}

void AuthPlan::give_up() const {
  Failure failure{.code = tried_.empty() ? errc::no_more_auth_methods : errc::auth_failed,
                  .phase = Phase::authentication,
                  .peer = transport_.peer_name()};
  failure.text = "user " + user_ + "; the server accepts " + joined(latest_.methods_left, ", ");
  if (!tried_.empty()) failure.text += "; tried " + joined(tried_, "; ");
  if (tried_.empty())
    failure.hint = "give a password, a key or an answer for one of these methods";
  else
    failure.hint = "check user name and credentials";
  failure.detail = AuthDetail{latest_.methods_left, part_accepted_, tried_};
  throw_failure(std::move(failure));
}

}  // namespace amiko
