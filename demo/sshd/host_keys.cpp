// amiko - the server's own keys
#include "host_keys.hpp"

#include <amiko/base/error.hpp>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include <sys/stat.h>
#include <unistd.h>

namespace demo::sshd {
namespace {

void check_permissions(const std::string& file) {
  struct stat info {};
  if (::stat(file.c_str(), &info) != 0)
    throw OptionError("Unable to load host key \"" + file + "\": " + std::strerror(errno));
  const mode_t forbidden = info.st_uid == ::geteuid() ? 077 : 007;
  if ((info.st_mode & forbidden) == 0) return;
  std::array<char, 8> mode{};
  std::snprintf(mode.data(), mode.size(), "%04o", static_cast<unsigned>(info.st_mode & 07777));
  throw OptionError("Unable to load host key \"" + file + "\": bad permissions " + mode.data() +
                    ", others can read it (chmod 600)");
}

std::vector<std::string> files_of(const Config& config) {
  if (!config.host_keys.empty()) return config.host_keys;
  std::vector<std::string> files;
  if (::geteuid() == 0)
    for (const char* type : {"ed25519", "ecdsa", "rsa"}) {
      const std::string file = "/etc/ssh/ssh_host_" + std::string(type) + "_key";
      if (::access(file.c_str(), F_OK) == 0) files.push_back(file);
    }
  return files;
}

bool is_too_small(const amiko::PublicKey& key, const Config& config) {
  return key.type() == "ssh-rsa" && key.bits() < config.required_rsa_size.value_or(0);
}

}  // namespace

std::vector<amiko::PrivateKey> load_host_keys(const Config& config, std::vector<std::string>& notes) {
  std::vector<amiko::PrivateKey> keys;
  for (const std::string& file : files_of(config)) {
    check_permissions(file);
    try {
      amiko::PrivateKey key = amiko::load_key(file);
      if (is_too_small(key.public_key(), config))
        notes.push_back("host key \"" + file + "\" is left out: it is smaller than RequiredRSASize");
      else
        keys.push_back(std::move(key));
    } catch (const amiko::Error& e) {
      if (e.code() != amiko::errc::unsupported_key)
        throw OptionError("Unable to load host key \"" + file + "\": " + e.what());
      notes.push_back("host key \"" + file + "\" is left out: " + e.what());
    }
  }
  if (keys.empty())
    throw OptionError(
        "no host keys available: name one with -h or HostKey (ssh-keygen -t ed25519 makes one)");
  return keys;
}

}  // namespace demo::sshd
