// amiko - keys of clients and servers under test, made by ssh-keygen once for each test program
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "common/temp_dir.hpp"

namespace amiko::test {

/// Files in a directory that others may enter but whose private keys only the test may read.  Thread-safe
/// once made.
class PeerKeys {
 public:
  static const PeerKeys& get();

  /// "ed25519", "ecdsa256", "ecdsa384", "ecdsa521", "rsa" (3072 bits).
  static const std::vector<std::string>& types();
  /// "ed448", "secp256k1", "dsa": not every peer has them, so the library makes them.
  static const std::vector<std::string>& other_types();
  /// What opens the client key "encrypted" (an ed25519 key).
  static constexpr const char* passphrase = "secret passphrase";

  /// The private keys; the public key is in the file with ".pub" added.
  std::filesystem::path client_key(const std::string& type) const;
  std::filesystem::path host_key(const std::string& type) const;

  /// "ssh-ed25519 AAAA...", without a comment.
  std::string client_key_line(const std::string& type) const;
  std::string host_key_line(const std::string& type) const;

  /// All client keys, in the form of an authorized_keys file, and that file.
  const std::string& authorized_lines() const noexcept { return authorized_lines_; }
  std::filesystem::path authorized_keys() const { return directory_ / "authorized_keys"; }

  PeerKeys();

 private:
  TempDir directory_;
  std::string authorized_lines_;
};

/// The first two words of a public key line.
std::string without_comment(const std::string& line);

/// "[127.0.0.1]:port ssh-ed25519 AAAA..." for each of the key lines, as a known_hosts file has them.
std::string known_hosts_lines(std::uint16_t port, const std::vector<std::string>& key_lines);

}  // namespace amiko::test
