// amiko - keys of clients and servers under test, made by ssh-keygen once for each test program
#include "common/peer_keys.hpp"

#include <amiko/keys/private_key.hpp>

#include <fstream>
#include <list>
#include <sstream>
#include <stdexcept>

#include "common/peer_process.hpp"

namespace amiko::test {

namespace fs = std::filesystem;

namespace {

// sshd reads authorized_keys as the test account, which may be unable to enter the invoking user's temporary
// folder.
fs::path base_directory() {
  return is_root() ? fs::path("/tmp") : fs::temp_directory_path();
}

std::vector<std::string> keygen_arguments(const std::string& type, const fs::path& file,
                                          const std::string& secret) {
  std::vector<std::string> argv{"ssh-keygen", "-q", "-N",          secret, "-C",
                                "amiko test", "-f", file.string(), "-t"};
  if (type.starts_with("ecdsa")) {
    argv.insert(argv.end(), {"ecdsa", "-b", type.substr(5)});
  } else if (type == "rsa") {
    argv.insert(argv.end(), {"rsa", "-b", "3072"});
  } else {
    argv.emplace_back(type);
  }
  return argv;
}

void save_new_key(const std::string& type, const fs::path& file) {
  const PrivateKey key =
      PrivateKey::generate(type == "secp256k1" ? "ecdsa-sha2-1.3.132.0.10" : type, {.comment = "amiko test"});
  key.save(file);
  std::ofstream(file.string() + ".pub") << key.public_key().to_line() << '\n';
}

}  // namespace

const PeerKeys& PeerKeys::get() {
  static const PeerKeys keys;
  return keys;
}

const std::vector<std::string>& PeerKeys::types() {
  static const std::vector<std::string> types{"ed25519", "ecdsa256", "ecdsa384", "ecdsa521", "rsa"};
  return types;
}

const std::vector<std::string>& PeerKeys::other_types() {
  static const std::vector<std::string> types{"ed448", "secp256k1", "dsa"};
  return types;
}

PeerKeys::PeerKeys() : directory_(base_directory()) {
  fs::permissions(directory_.path(), fs::perms::group_exec | fs::perms::others_exec, fs::perm_options::add);
  std::list<PeerProcess> running;  // side by side: RSA keys take a while
  const auto make = [&](const std::string& type, const fs::path& file, const std::string& secret) {
    ProcessOptions options;
    options.argv = keygen_arguments(type, file, secret);
    options.log = directory_ / "keygen.log";
    running.emplace_back(options);
  };
  for (const auto& type : types()) {
    make(type, host_key(type), "");
    make(type, client_key(type), "");
  }
  make("ed25519", client_key("encrypted"), passphrase);
  for (auto& process : running) {
    if (process.wait(milliseconds(60'000)) != ExitStatus{})
      throw std::runtime_error("ssh-keygen failed: " + read_file(directory_ / "keygen.log"));
  }
  for (const auto& type : other_types()) {
    save_new_key(type, host_key(type));
    save_new_key(type, client_key(type));
    authorized_lines_ += client_key_line(type) + "\n";
  }
  for (const auto& type : types())
    authorized_lines_ += client_key_line(type) + "\n";
  authorized_lines_ += client_key_line("encrypted") + "\n";
  fs::permissions(directory_.write("authorized_keys", authorized_lines_), fs::perms(0644));
}

fs::path PeerKeys::client_key(const std::string& type) const {
  return directory_ / ("client_" + type);
}

fs::path PeerKeys::host_key(const std::string& type) const {
  return directory_ / ("host_" + type);
}

std::string PeerKeys::client_key_line(const std::string& type) const {
  return without_comment(read_file(client_key(type).string() + ".pub"));
}

std::string PeerKeys::host_key_line(const std::string& type) const {
  return without_comment(read_file(host_key(type).string() + ".pub"));
}

std::string without_comment(const std::string& line) {
  std::istringstream words(line);
  std::string type, blob;
  if (!(words >> type >> blob)) throw std::runtime_error("not a public key line: \"" + line + "\"");
  return type + " " + blob;
}

std::string known_hosts_lines(std::uint16_t port, const std::vector<std::string>& key_lines) {
  std::string text;
  for (const auto& line : key_lines)
    text += "[127.0.0.1]:" + std::to_string(port) + " " + line + "\n";
  return text;
}

}  // namespace amiko::test
