// amiko - a user's key in a file, unlocked only when it is needed
#include "identity.hpp"

#include <amiko/base/error.hpp>

namespace demo {
namespace {

constexpr int attempts = 3;

// Whether the public half is known without a passphrase.
amiko::PublicKey public_half(const std::string& file) {
  try {
    return amiko::PublicKey::load(file + ".pub");
  } catch (const amiko::KeyError&) {
    return {};
  }
}

}  // namespace

std::shared_ptr<Identity> Identity::open(const std::string& file, bool named, Prompter& prompter,
                                         const Messages& messages) {
  const std::shared_ptr<Identity> identity(new Identity(file, prompter));
  try {
    identity->private_key_ = amiko::PrivateKey::load(file);
  } catch (const amiko::KeyError& e) {
    const bool missing = e.code() == amiko::errc::file_not_found;
    if (e.code() != amiko::errc::passphrase_needed && e.code() != amiko::errc::wrong_passphrase) {
      if (named && missing)
        messages.info("Warning: Identity file " + file + " not accessible: No such file or directory.");
      else if (!missing)
        messages.error("Load key \"" + file + "\": " + e.what());
      return nullptr;
    }
    identity->public_key_ = public_half(file);
    if (identity->public_key_) return identity;
    if (!prompter.can_ask() || !identity->unlock()) {
      messages.debug("no passphrase for key \"" + file + "\": it is not used");
      return nullptr;
    }
  }
  identity->public_key_ = identity->private_key_.public_key();
  return identity;
}

bool Identity::unlock() const {
  for (int i = 0; i < attempts; ++i) {
    const auto passphrase = prompter_.ask_hidden("Enter passphrase for key '" + file_ + "': ");
    if (!passphrase || passphrase->empty()) return false;
    try {
      private_key_ = amiko::PrivateKey::load(file_, *passphrase);
      return true;
    } catch (const amiko::KeyError& e) {
      if (e.code() != amiko::errc::wrong_passphrase) throw;
    }
  }
  return false;
}

amiko::Bytes Identity::sign(std::string_view algorithm, amiko::ByteView data) const {
  if (on_use_) on_use_();
  gave_up_ = !private_key_ && !unlock();
  if (gave_up_) throw amiko::KeyError(amiko::errc::passphrase_needed, file_);
  return private_key_.sign(algorithm, data);
}

}  // namespace demo
