// amiko - a user's key in a file, unlocked only when it is needed
#pragma once

#include "messages.hpp"
#include "prompt.hpp"

#include <amiko/keys/private_key.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace demo {

/// A key to offer to the server.  For one thread at a time.
class Identity : public amiko::Signer {
 public:
  /// Null, with a message, when nothing can be done with the file.  An encrypted key with its ".pub" file
  /// beside it stays locked until sign(); without that file the passphrase is asked for here.  `named`: the
  /// user asked for this very file.
  static std::shared_ptr<Identity> open(const std::string& file, bool named, Prompter& prompter,
                                        const Messages& messages);

  const amiko::PublicKey& public_key() const override { return public_key_; }
  std::vector<std::string> algorithms() const override { return public_key_.signature_algorithms(true); }
  /// Asks for the passphrase if the key is locked, three times.  Throws KeyError (errc::passphrase_needed)
  /// when it stays locked.
  amiko::Bytes sign(std::string_view algorithm, amiko::ByteView data) const override;
  std::string label() const override { return file_; }

  /// Called when sign() begins.
  void on_use(std::function<void()> function) { on_use_ = std::move(function); }
  /// sign() was given no passphrase that fits.
  bool gave_up() const noexcept { return gave_up_; }

 private:
  Identity(std::string file, Prompter& prompter) : file_(std::move(file)), prompter_(prompter) {}
  bool unlock() const;

  std::string file_;
  Prompter& prompter_;
  amiko::PublicKey public_key_;
  std::function<void()> on_use_;
  mutable amiko::PrivateKey private_key_;
  mutable bool gave_up_ = false;
};

}  // namespace demo
