// amiko - from options to an authenticated connection, with the user's help
#include "dial.hpp"

#include "settings.hpp"

#include <amiko/base/error.hpp>

#include <algorithm>
#include <utility>

namespace demo {
namespace {

// "ssh-ed25519": "ED25519", as ssh calls it in its questions.
std::string short_type(const std::string& key_type) {
  if (key_type.starts_with("ecdsa-")) return "ECDSA";
  std::string name = key_type.starts_with("ssh-") ? key_type.substr(4) : key_type;
  std::ranges::transform(name, name.begin(),
                         [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return name;
}

std::string question_text(const amiko::HostKeyQuestion& q) {
  const std::string port = q.host.starts_with('[') ? q.host.substr(q.host.rfind(']') + 1) : "";
  const std::string address = q.address.empty() ? "<no hostip for proxy command>"
                              : port.empty()    ? q.address
                                                : "[" + q.address + "]" + port;
  std::string text = "The authenticity of host '" + q.host + " (" + address + ")' can't be established.\n" +
                     short_type(q.key_type) + " key fingerprint is " + q.fingerprint + ".\n";
  if (q.known_as.empty()) return text + "This key is not known by any other names.\n";
  text += "This host key is known by the following other names/addresses:\n";
  for (const std::string& other : q.known_as)
    text += "    " + other + "\n";
  return text;
}

}  // namespace

amiko::Connection Dialer::dial() {
  if (options_.pubkey_authentication.value_or(true)) open_identities();
  for (;;) {
    try {
      messages_.debug("Connecting to " + options_.target_name() + " port " +
                      std::to_string(options_.target_port()) + ".");
      amiko::Connection connection = amiko::connect(options_.target_name(), settings());
      tell_recorded_host();
      report(connection);
      return connection;
    } catch (const amiko::HostKeyError& e) {
      if (!accepts_anyway(e)) throw;
    } catch (const amiko::KeyError&) {
      if (!leaves_out_locked_identity()) throw;
    }
  }
}

void Dialer::open_identities() {
  const bool named = !options_.identity_files.empty();
  for (const std::string& file : identity_files(options_)) {
    const auto identity = Identity::open(file, named, prompter_, messages_);
    if (!identity) continue;
    messages_.debug("identity file " + file + " " + identity->public_key().type() + " " +
                    identity->public_key().fingerprint());
    identity->on_use([this] { using_method("publickey"); });
    identities_.push_back(identity);
  }
}

amiko::ConnectOptions Dialer::settings() {
  amiko::ConnectOptions settings = connect_settings(options_);
  settings.signers.assign(identities_.begin(), identities_.end());
  settings.host_key = policy();
  if (prompter_.can_ask()) add_prompts(settings);
  settings.transport.log = messages_.sink();
  settings.transport.log_level = messages_.library_level();
  settings.banner = [this](const std::string& text) { messages_.info(text); };
  // Whoever shows a key that is not the host's must not get to see a password.
  if (!accepted_anyway_.empty()) settings.auth_methods = {"publickey"};
  return settings;
}

void Dialer::add_prompts(amiko::ConnectOptions& settings) {
  settings.ask_password = [this](const std::string&) { return ask_password(); };
  settings.kbdint = [this](const std::string& name, const std::string& instruction,
                           std::span<const amiko::Prompt> prompts) {
    return answer(name, instruction, prompts);
  };
  settings.new_password = [this](const std::string& prompt) {
    messages_.info(prompt);
    const auto fresh =
        prompter_.ask_hidden("Enter " + options_.target_user() + "@" + options_.host + "'s new password: ");
    const auto again =
        prompter_.ask_hidden("Retype " + options_.target_user() + "@" + options_.host + "'s new password: ");
    if (fresh && again && *fresh == *again) return *fresh;
    messages_.info("Mismatch; the password stays as it is.");
    return amiko::Secret();
  };
}

// --- the host's key

amiko::HostKeyPolicy Dialer::policy() {
  if (!accepted_anyway_.empty()) return with_files(amiko::HostKeyPolicy::pinned(accepted_anyway_), options_);
  switch (options_.strict_host_key_checking.value_or(HostKeyChecking::ask)) {
    case HostKeyChecking::ask:
      if (!prompter_.can_ask()) break;
      return with_files(
          amiko::HostKeyPolicy::ask([this](const amiko::HostKeyQuestion& q) { return ask_about(q); }),
          options_);
    case HostKeyChecking::accept_new:
    case HostKeyChecking::no:
      return with_files(amiko::HostKeyPolicy::accept_new(), options_);
    case HostKeyChecking::yes:
      break;
  }
  return with_files(amiko::HostKeyPolicy::strict(), options_);
}

amiko::HostKeyAnswer Dialer::ask_about(const amiko::HostKeyQuestion& question) {
  const std::string answer = ask_yes_no_or(
      question_text(question) + "Are you sure you want to continue connecting (yes/no/[fingerprint])? ",
      question.fingerprint);
  if (answer != "yes") return amiko::HostKeyAnswer::no;
  recorded_ = "Warning: Permanently added '" + question.host + "' (" + short_type(question.key_type) +
              ") to the list of known hosts.";
  return amiko::HostKeyAnswer::yes;
}

std::string Dialer::ask_yes_no_or(const std::string& question, const std::string& fingerprint) {
  std::string text = question;
  for (;;) {
    const auto typed = prompter_.ask(text, true);
    if (!typed) return "no";
    const std::vector<std::string> words = split_list(typed->view().text(), ' ');
    const std::string answer = words.size() == 1 ? words.front() : "";
    if (answer == fingerprint || lower_case(answer) == "yes") return "yes";
    if (lower_case(answer) == "no") return "no";
    text = "Please type 'yes', 'no' or the fingerprint: ";
  }
}

// StrictHostKeyChecking=no: a changed key is let through with a warning, as ssh does, but never a revoked
// one.  The connection is made again, bound to the key that was seen.
bool Dialer::accepts_anyway(const amiko::HostKeyError& error) {
  const bool wanted = options_.strict_host_key_checking == HostKeyChecking::no && accepted_anyway_.empty();
  const bool possible =
      error.code() == amiko::errc::host_key_changed || error.code() == amiko::errc::host_key_unknown;
  if (!wanted || !possible) return false;
  messages_.error(std::string("Warning: ") + error.what());
  messages_.error("Password authentication is disabled to avoid man-in-the-middle attacks.");
  accepted_anyway_ = error.detail().fingerprint;
  return true;
}

void Dialer::tell_recorded_host() {
  if (!recorded_.empty()) messages_.info(std::exchange(recorded_, {}));
}

// --- credentials

void Dialer::using_method(std::string method) {
  tell_recorded_host();
  method_ = std::move(method);
}

// ssh goes on with the next key or method when a passphrase is not given; the library ends the attempt.
bool Dialer::leaves_out_locked_identity() {
  return std::erase_if(identities_, [](const auto& identity) { return identity->gave_up(); }) > 0;
}

std::optional<amiko::Secret> Dialer::ask_password() {
  using_method("password");
  if (passwords_asked_++ > 0) messages_.error("Permission denied, please try again.");
  return prompter_.ask_hidden(options_.target_user() + "@" + options_.host + "'s password: ");
}

amiko::Answers Dialer::answer(const std::string& name, const std::string& instruction,
                              std::span<const amiko::Prompt> prompts) {
  using_method("keyboard-interactive");
  if (!name.empty()) messages_.info(name);
  if (!instruction.empty()) messages_.info(instruction);
  amiko::Answers answers;
  for (const amiko::Prompt& prompt : prompts) {
    auto typed =
        prompter_.ask("(" + options_.target_user() + "@" + options_.host + ") " + prompt.text, prompt.echo);
    if (!typed) throw amiko::AuthError(amiko::errc::auth_failed, "no answer was given");
    answers.push_back(std::move(*typed));
  }
  return answers;
}

// --- what came of it

void Dialer::report(amiko::Connection& connection) const {
  if (!messages_.says(Verbosity::verbose)) return;
  const amiko::Transport& transport = connection.transport();
  const amiko::NegotiatedAlgorithms n = transport.negotiated();
  const auto direction = [&](const char* which, const auto& cipher, const auto& mac,
                             const auto& compression) {
    messages_.debug(std::string("kex: ") + which + " cipher: " + cipher + " MAC: " + mac +
                    " compression: " + compression);
  };
  messages_.debug("Remote protocol version " + transport.remote_version());
  messages_.debug("kex: algorithm: " + n.kex);
  messages_.debug("kex: host key algorithm: " + n.host_key);
  direction("server->client", n.cipher_in, n.mac_in, n.compression_in);
  direction("client->server", n.cipher_out, n.mac_out, n.compression_out);
  messages_.debug("Server host key: " + transport.remote_server_key().type() + " " +
                  transport.remote_server_key().fingerprint());
  const std::string address = transport.peer_address();
  const std::string where =
      address.empty() ? "via proxy" : "[" + address + "]:" + std::to_string(options_.target_port());
  messages_.say(Verbosity::verbose,
                "Authenticated to " + options_.host + " (" + where + ") using \"" + method_ + "\".");
}

}  // namespace demo
