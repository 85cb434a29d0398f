// amiko - what the tests of keys share: golden files, hand-made blobs, expected refusals
#pragma once

#include <amiko/base/error.hpp>
#include <amiko/keys/private_key.hpp>
#include <amiko/support/encoding.hpp>
#include <amiko/wire/reader.hpp>
#include <amiko/wire/writer.hpp>

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <initializer_list>
#include <string>
#include <string_view>

#include "common/temp_dir.hpp"

namespace amiko::test {

using Sizes = std::initializer_list<std::size_t>;

inline std::filesystem::path key_file(std::string_view name) {
  return std::filesystem::path(AMIKO_SOURCE_DIR) / "test/data/keys" / name;
}

inline std::string key_text(std::string_view name) {
  return read_file(key_file(name));
}

/// Of every encrypted golden file.
inline Secret golden_passphrase() {
  return Secret(ByteView("throw-away"));
}

/// Fails unless `action` throws a KeyError of this code with this in its text.
template <class Action>
void check_refused(errc code, std::string_view text, Action&& action) {
  try {
    action();
    BOOST_ERROR("accepted; should have been refused with: " << text);
  } catch (const KeyError& e) {
    BOOST_CHECK_MESSAGE(e.code() == make_error_code(code), "other code: " << e.what());
    BOOST_CHECK_MESSAGE(std::string_view(e.what()).find(text) != std::string_view::npos,
                        "\"" << text << "\" is missing in: " << e.what());
  }
}

/// Writes fields: bytes and text as strings, numbers as uint32.
class Fields {
 public:
  Fields& string(ByteView value) { return out().string(value), *this; }
  Fields& mpint(ByteView value) { return out().mpint(value), *this; }
  Fields& uint32(std::uint32_t value) { return out().uint32(value), *this; }
  Fields& raw(ByteView value) { return out().raw(value), *this; }
  operator ByteView() const { return bytes; }

  Bytes bytes = {};

 private:
  wire::Writer out() { return wire::Writer(bytes); }
};

inline Bytes hex(std::string_view digits) {
  return support::hex_decode(digits);
}

inline std::string pem(std::string_view label, ByteView content) {
  std::string text = "-----BEGIN " + std::string(label) + "-----\n";
  const std::string base64 = support::base64_encode(content);
  for (std::size_t i = 0; i < base64.size(); i += 70)
    text += base64.substr(i, 70) + "\n";
  return text + "-----END " + std::string(label) + "-----\n";
}

/// What is inside the armour.
inline Bytes unarmoured(std::string_view text) {
  std::string base64;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (!text.starts_with("-----")) base64 += text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return support::base64_decode(base64);
}

/// The parts of an openssh-key-v1 body, for tests to change one of them.
struct OpensshBody {
  std::string cipher, kdf;
  Bytes kdf_options;
  std::uint32_t count = 1;
  Bytes public_blob;
  Bytes section;
  Bytes tag = {};

  static OpensshBody of(std::string_view text) {
    const Bytes body = unarmoured(text);
    wire::Reader in(body);
    in.raw(15);
    OpensshBody parts;
    parts.cipher = in.text();
    parts.kdf = in.text();
    parts.kdf_options = in.string().bytes();
    parts.count = in.uint32();
    parts.public_blob = in.string().bytes();
    parts.section = in.string().bytes();
    parts.tag = in.rest().bytes();
    return parts;
  }
  std::string text() const {
    Fields body;
    body.raw(ByteView(std::string_view("openssh-key-v1\0", 15)));
    body.string(cipher).string(kdf).string(kdf_options).uint32(count);
    body.string(public_blob).string(section).raw(tag);
    return pem("OPENSSH PRIVATE KEY", body);
  }
};

/// DER: a tag and a content of less than 64 KiB.
inline Bytes der(std::uint8_t tag, ByteView content) {
  Bytes out = {tag};
  if (content.size() < 128) {
    out.push_back(static_cast<std::uint8_t>(content.size()));
  } else {
    out.push_back(0x82);
    out.push_back(static_cast<std::uint8_t>(content.size() >> 8));
    out.push_back(static_cast<std::uint8_t>(content.size()));
  }
  append(out, content);
  return out;
}

inline Bytes joined(std::initializer_list<Bytes> parts) {
  Bytes out;
  for (const Bytes& part : parts)
    append(out, part);
  return out;
}

/// A private key from the 32 bytes of RFC 8032, by way of PKCS#8.
inline PrivateKey ed25519_from_seed(ByteView seed) {
  const Bytes info = joined({hex("302e020100300506032b657004220420"), seed.bytes()});
  return PrivateKey::parse(pem("PRIVATE KEY", info));
}

/// A signature's wire form.
inline Bytes signature(std::string_view algorithm, ByteView content) {
  return Fields().string(algorithm).string(content).bytes;
}

/// What stands behind the algorithm's name.
inline Bytes signature_content(ByteView wire_form) {
  wire::Reader in(wire_form);
  in.string();
  return in.string().bytes();
}

}  // namespace amiko::test
