// amiko - public keys
#include <amiko/keys/public_key.hpp>

#include "key_codec.hpp"
#include "key_error.hpp"
#include "key_file.hpp"
#include "rfc4716.hpp"
#include "sniff.hpp"

#include <amiko/base/error.hpp>
#include <amiko/base/printable.hpp>
#include <amiko/support/encoding.hpp>
#include <amiko/support/text.hpp>

#include <botan/base64.h>
#include <botan/exceptn.h>

#include <algorithm>
#include <utility>

namespace amiko {

class PublicKey::Impl {
 public:
  std::string type;
  Bytes blob;
  keys::VerifyingKeyPtr key;
};

namespace {

// Takes the first word off `text`.
std::string_view next_word(std::string_view& text) {
  const std::size_t end = std::min(text.find_first_of(" \t"), text.size());
  const std::string_view word = text.substr(0, end);
  text = support::trim(text.substr(end));
  return word;
}

// The only line of `text` that is neither empty nor a comment.
std::string_view single_line(std::string_view text) {
  std::string_view found;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = support::trim(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line.front() == '#') continue;
    if (!found.empty()) throw_error(errc::malformed_key, "there is more than one key");
    found = line;
  }
  return found;
}

const PublicKey::Impl& checked(const std::shared_ptr<const PublicKey::Impl>& impl) {
  if (!impl) throw_error(errc::no_state, "an empty PublicKey was used");
  return *impl;
}

}  // namespace

PublicKey::PublicKey(std::shared_ptr<const Impl> impl, std::string comment)
    : impl_(std::move(impl)), comment_(std::move(comment)) {}

PublicKey PublicKey::from_blob(ByteView blob) {
  std::string context = "public key";
  return keys::with_context([&] { return context; },
                            [&] {
                              wire::Reader in(blob);
                              const keys::KeyCodec& codec = keys::find_codec(in.text());
                              context = std::string(codec.type) + " public key";
                              auto key = codec.read_public(codec.type, in);
                              in.expect_end();
                              return PublicKey(std::make_shared<const Impl>(
                                  Impl{std::string(codec.type), blob.bytes(), std::move(key)}));
                            });
}

PublicKey PublicKey::from_line(std::string_view line) {
  return keys::with_context(
      [] { return std::string("public key line"); },
      [&] {
        std::string_view rest = support::trim(line);
        const std::string_view type = next_word(rest);
        const std::string_view base64 = next_word(rest);
        if (base64.empty())
          throw_error(errc::malformed_key, "it is not of the form \"type base64 [comment]\"");
        keys::find_codec(type);
        const auto blob = Botan::base64_decode(base64, false);
        PublicKey key = from_blob(blob);
        if (key.type() != type)
          throw_error(errc::malformed_key,
                      "it says " + std::string(type) + " and holds a key of type " + key.type());
        return std::move(key).with_comment(std::string(rest));
      });
}

PublicKey PublicKey::load(const std::filesystem::path& file) {
  const Bytes content = keys::read_key_file(file);
  return keys::with_context([&] { return printable(file.native()); },
                            [&] {
                              const std::string_view text = ByteView(content).text();
                              if (const auto found = keys::find_rfc4716(text)) {
                                const keys::Rfc4716 parts = keys::parse_rfc4716(*found);
                                return from_blob(parts.blob).with_comment(parts.comment);
                              }
                              const keys::Sniffed sniffed = keys::sniff(content);
                              if (!sniffed.is_public_line)
                                keys::throw_not(sniffed, "an OpenSSH public key (\"type base64 comment\")");
                              return from_line(single_line(text));
                            });
}

const std::string& PublicKey::type() const {
  return checked(impl_).type;
}

unsigned PublicKey::bits() const {
  return checked(impl_).key->bits();
}

const Bytes& PublicKey::blob() const {
  return checked(impl_).blob;
}

const std::string& PublicKey::comment() const {
  checked(impl_);
  return comment_;
}

PublicKey PublicKey::with_comment(std::string comment) const {
  checked(impl_);
  return PublicKey(impl_, std::move(comment));
}

std::string PublicKey::to_line() const {
  std::string line = type() + " " + support::base64_encode(blob());
  // A comment that came from a file may hold line breaks, which would begin another line of authorized_keys.
  if (!comment_.empty()) line += " " + printable(comment_);
  return line;
}

std::string PublicKey::to_rfc4716() const {
  return keys::format_rfc4716({.blob = blob(), .comment = printable(comment_)});
}

std::vector<std::string> PublicKey::signature_algorithms(bool with_disabled) const {
  std::vector<std::string> names;
  for (const SignatureInfo& info : signature_table())
    if (info.key_type == type() && (with_disabled || info.by_default)) names.emplace_back(info.name);
  return names;
}

bool PublicKey::is_security_key() const {
  return checked(impl_).key->is_security_key();
}

bool PublicKey::verify(std::string_view algorithm, ByteView data, ByteView signature,
                       const SecurityKeyRules& rules) const {
  const Impl& self = checked(impl_);
  const SignatureInfo* info = find_signature(algorithm);
  if (info == nullptr || info->key_type != self.type) return false;
  try {
    wire::Reader in(signature);
    if (in.text() != algorithm) return false;
    const ByteView content = in.string();
    return self.key->verify_wire(*info, data, content, in.rest(), rules);
  } catch (const Error&) {
    return false;
  } catch (const Botan::Exception&) {
    return false;
  }
}

bool operator==(const PublicKey& a, const PublicKey& b) noexcept {
  if (!a.impl_ || !b.impl_) return a.impl_ == b.impl_;
  return a.impl_ == b.impl_ || a.impl_->blob == b.impl_->blob;
}

}  // namespace amiko
