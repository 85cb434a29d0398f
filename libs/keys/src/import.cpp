// amiko - finding out what kind of private key a file holds
#include "import.hpp"

#include "key_error.hpp"
#include "sniff.hpp"

#include <amiko/base/error.hpp>

#include <algorithm>

namespace amiko::keys {
namespace {

struct Format {
  std::string_view pem_label;
  std::string_view description;
  Imported (*read)(const PemBlock& block, Import& import);
};

constexpr Format formats[] = {
    {"OPENSSH PRIVATE KEY", "OpenSSH private key", read_openssh},
    {"RSA PRIVATE KEY", "PKCS#1 RSA private key", read_pkcs1},
    {"DSA PRIVATE KEY", "DSA private key", read_traditional_dsa},
    {"EC PRIVATE KEY", "SEC1 EC private key", read_sec1},
    {"PRIVATE KEY", "PKCS#8 private key", read_pkcs8},
    {"ENCRYPTED PRIVATE KEY", "PKCS#8 private key", read_encrypted_pkcs8},
};

const Format* find_format(std::string_view pem_label) {
  const auto* found = std::ranges::find(formats, pem_label, &Format::pem_label);
  return found != std::end(formats) ? found : nullptr;
}

// "openssl ecparam -genkey" puts parameters in front of the key, and others text or certificates.
Imported read_first_known(ByteView text, Import& import) {
  for (std::string_view rest = text.text(); const auto armour = find_armour(rest);) {
    if (const Format* format = find_format(armour->label)) {
      import.format = format->description;
      return format->read(decode_armour(*armour), import);
    }
    rest = armour->after;
  }
  throw_not(sniff(text), "a private key");
}

}  // namespace

Secret Import::ask_passphrase(std::string_view encryption) {
  format += ", encrypted with ";
  format += encryption;
  auto answer = passphrase ? passphrase(label) : std::nullopt;
  if (!answer || answer->empty()) throw_error(errc::passphrase_needed, "none was given");
  return *std::move(answer);
}

Imported import_private(ByteView text, Import& import) {
  const auto context = [&] {
    return import.format.empty() ? import.label : import.label + ": " + import.format;
  };
  return with_context(context, [&] { return read_first_known(text, import); });
}

}  // namespace amiko::keys
