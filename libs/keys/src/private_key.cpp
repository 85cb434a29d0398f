// amiko - private keys
#include <amiko/keys/private_key.hpp>

#include "export.hpp"
#include "import.hpp"
#include "key_error.hpp"
#include "key_file.hpp"
#include "openssh_private.hpp"
#include "wiped_bytes.hpp"

#include <amiko/base/error.hpp>
#include <amiko/base/printable.hpp>
#include <amiko/support/file.hpp>

#include <utility>

namespace amiko {

class PrivateKey::Impl {
 public:
  Impl(keys::SigningKeyPtr signing_key, std::string comment, std::string name)
      : key(std::move(signing_key)),
        public_key(PublicKey::from_blob(keys::public_blob(*key)).with_comment(std::move(comment))),
        label(std::move(name)) {}

  keys::SigningKeyPtr key;
  PublicKey public_key;
  std::string label;
};

namespace {

using Impl = PrivateKey::Impl;

const Impl& checked(const std::shared_ptr<const Impl>& impl) {
  if (!impl) throw_error(errc::no_state, "an empty PrivateKey was used");
  return *impl;
}

std::shared_ptr<const Impl> import(ByteView text, std::string label,
                                   const PrivateKey::PassphraseSource& passphrase) {
  keys::Import import{.label = std::move(label), .format = {}, .passphrase = passphrase};
  keys::Imported imported = keys::import_private(text, import);
  return std::make_shared<const Impl>(std::move(imported.key), std::move(imported.comment),
                                      std::move(import.label));
}

PrivateKey::PassphraseSource source_of(const Secret& passphrase) {
  return [&passphrase](const std::string&) { return std::optional(passphrase); };
}

std::string_view full_type_name(std::string_view type) {
  if (type == "ed25519") return "ssh-ed25519";
  if (type == "ed448") return "ssh-ed448";
  if (type == "ecdsa") return "ecdsa-sha2-nistp256";
  if (type == "rsa") return "ssh-rsa";
  if (type == "dsa") return "ssh-dss";
  return type;
}

}  // namespace

PrivateKey::PrivateKey(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

PrivateKey::~PrivateKey() = default;

PrivateKey PrivateKey::load(const std::filesystem::path& file, const Secret& passphrase) {
  return load(file, source_of(passphrase));
}

PrivateKey PrivateKey::load(const std::filesystem::path& file, const PassphraseSource& passphrase) {
  const keys::WipedBytes content(keys::read_key_file(file));
  return PrivateKey(import(content.view(), printable(file.native()), passphrase));
}

PrivateKey PrivateKey::parse(ByteView text, const Secret& passphrase, std::string_view label) {
  return PrivateKey(import(text, std::string(label), source_of(passphrase)));
}

PrivateKey PrivateKey::generate(std::string_view type, const GenerateOptions& options) {
  return keys::with_context([] { return std::string("generating a key"); },
                            [&] {
                              const keys::KeyCodec& codec = keys::find_codec(full_type_name(type));
                              return PrivateKey(std::make_shared<const Impl>(
                                  codec.generate(codec.type, options.bits), options.comment, ""));
                            });
}

Secret PrivateKey::to_openssh(const Secret& passphrase) const {
  const Impl& self = checked(impl_);
  return keys::export_openssh(*self.key, self.public_key.comment(), passphrase);
}

void PrivateKey::save(const std::filesystem::path& file, const Secret& passphrase) const {
  support::write_file_atomically(file, to_openssh(passphrase).view(), 0600);
}

const PublicKey& PrivateKey::public_key() const {
  return checked(impl_).public_key;
}

std::vector<std::string> PrivateKey::algorithms() const {
  return public_key().signature_algorithms(true);
}

Bytes PrivateKey::sign(std::string_view algorithm, ByteView data) const {
  const Impl& self = checked(impl_);
  const SignatureInfo* info = find_signature(algorithm);
  if (info == nullptr || info->key_type != self.key->type())
    throw_error(errc::unsupported_key, "a key of type " + std::string(self.key->type()) +
                                           " cannot sign with \"" + std::string(algorithm) + "\"");
  return keys::with_context([&] { return "signing with " + label(); },
                            [&] {
                              Bytes signature;
                              wire::Writer out(signature);
                              out.string(info->name);
                              out.string(self.key->sign(*info, data));
                              return signature;
                            });
}

std::string PrivateKey::label() const {
  const Impl& self = checked(impl_);
  if (!self.label.empty()) return self.label;
  if (!self.public_key.comment().empty()) return self.public_key.comment();
  return self.public_key.type() + " " + self.public_key.fingerprint();
}

PrivateKey load_key(const std::filesystem::path& file, const Secret& passphrase) {
  return PrivateKey::load(file, passphrase);
}

}  // namespace amiko
