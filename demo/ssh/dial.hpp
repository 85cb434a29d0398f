// amiko - from options to an authenticated connection, with the user's help
#pragma once

#include "identity.hpp"
#include "messages.hpp"
#include "options.hpp"
#include "prompt.hpp"

#include <amiko/client/connect.hpp>

#include <memory>
#include <string>
#include <vector>

namespace demo {

/// Connects once.  Asks about the host's key, for passwords and for passphrases; tells how it went.
class Dialer {
 public:
  Dialer(const Options& options, const Messages& messages, Prompter& prompter)
      : options_(options), messages_(messages), prompter_(prompter) {}

  /// Throws what amiko::connect() throws.  Blocks as long as that and the user take.
  amiko::Connection dial();

 private:
  amiko::ConnectOptions settings();
  void open_identities();
  void add_prompts(amiko::ConnectOptions& settings);

  amiko::HostKeyPolicy policy();
  amiko::HostKeyAnswer ask_about(const amiko::HostKeyQuestion& question);
  std::string ask_yes_no_or(const std::string& question, const std::string& fingerprint);
  bool accepts_anyway(const amiko::HostKeyError& error);
  bool leaves_out_locked_identity();

  std::optional<amiko::Secret> ask_password();
  amiko::Answers answer(const std::string& name, const std::string& instruction,
                        std::span<const amiko::Prompt> prompts);

  void using_method(std::string method);
  void tell_recorded_host();
  void report(amiko::Connection& connection) const;

  const Options& options_;
  const Messages& messages_;
  Prompter& prompter_;
  std::vector<std::shared_ptr<Identity>> identities_;
  std::string method_ = "none";    // the one that was used last
  std::string recorded_{};         // what to say once the host's key has been recorded
  std::string accepted_anyway_{};  // the fingerprint of a key that is refused by the book
  unsigned passwords_asked_ = 0;
};

}  // namespace demo
