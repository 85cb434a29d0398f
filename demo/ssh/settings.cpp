// amiko - from ssh's options to the library's
#include "settings.hpp"

#include <algorithm>
#include <array>

#include <unistd.h>

namespace demo {
namespace {

std::string local_host() {
  std::array<char, 256> name{};
  ::gethostname(name.data(), name.size() - 1);
  return name.data();
}

std::vector<std::string> methods(const Options& options) {
  std::vector<std::string> list = options.preferred_authentications.value_or(
      std::vector<std::string>{"publickey", "keyboard-interactive", "password"});
  const auto leave_out = [&](const std::optional<bool>& wanted, std::string_view method) {
    if (!wanted.value_or(true)) std::erase(list, method);
  };
  leave_out(options.pubkey_authentication, "publickey");
  leave_out(options.kbdint_authentication, "keyboard-interactive");
  leave_out(options.password_authentication, "password");
  return list;
}

void set_algorithms(amiko::TransportOptions& transport, const Options& options) {
  transport.algorithms.kex = options.kex.value_or("");
  transport.algorithms.host_keys = options.host_key_algorithms.value_or("");
  transport.algorithms.ciphers = options.ciphers.value_or("");
  transport.algorithms.macs = options.macs.value_or("");
  if (options.compression) transport.algorithms.compression = *options.compression ? "yes" : "no";
  transport.min_rsa_bits = options.required_rsa_size.value_or(transport.min_rsa_bits);
  if (options.rekey_bytes.value_or(0) != 0) transport.rekey_bytes = *options.rekey_bytes;
  if (options.rekey_time) transport.rekey_time = *options.rekey_time;
}

std::vector<std::filesystem::path> paths(const std::vector<std::string>& files, const Options& options) {
  std::vector<std::filesystem::path> list;
  for (const std::string& file : files)
    list.emplace_back(expand_home(expand_tokens(file, tokens_of(options))));
  return list;
}

}  // namespace

Tokens tokens_of(const Options& options) {
  const std::string host = local_host();
  return {{'h', options.target_name()},
          {'n', options.host},
          {'p', std::to_string(options.target_port())},
          {'r', options.target_user()},
          {'u', local_user()},
          {'d', home_directory()},
          {'l', host},
          {'L', host.substr(0, host.find('.'))}};
}

amiko::ConnectOptions connect_settings(const Options& options) {
  amiko::ConnectOptions settings;
  settings.port = options.target_port();
  settings.user = options.target_user();
  settings.default_keys = false;
  settings.auth_methods = methods(options);
  settings.pubkey_algorithms = options.pubkey_algorithms.value_or("");
  settings.password_prompts = options.password_prompts.value_or(3);
  if (options.connect_timeout.value_or(std::chrono::seconds(0)).count() > 0) {
    settings.connect_timeout = *options.connect_timeout;
    settings.handshake_timeout = *options.connect_timeout;
  }
  if (options.proxy_command && lower_case(*options.proxy_command) != "none")
    settings.proxy_command = expand_tokens(*options.proxy_command, tokens_of(options));
  set_algorithms(settings.transport, options);
  settings.transport.keepalive_interval = options.server_alive_interval.value_or(std::chrono::seconds(0));
  settings.transport.keepalive_count = options.server_alive_count_max.value_or(3);
  return settings;
}

amiko::HostKeyPolicy with_files(amiko::HostKeyPolicy policy, const Options& options) {
  if (options.user_known_hosts) policy.user_files(paths(*options.user_known_hosts, options));
  if (options.global_known_hosts) policy.global_files(paths(*options.global_known_hosts, options));
  policy.hash_names(options.hash_known_hosts.value_or(false));
  policy.alias(options.host_key_alias.value_or(""));
  return policy;
}

std::vector<std::string> identity_files(const Options& options) {
  std::vector<std::string> files;
  if (options.identity_files.empty()) {
    for (const char* name : {"id_rsa", "id_ecdsa", "id_ed25519"})
      files.push_back(home_directory() + "/.ssh/" + name);
    return files;
  }
  for (const std::string& file : options.identity_files)
    if (lower_case(file) != "none") files.push_back(expand_home(expand_tokens(file, tokens_of(options))));
  return files;
}

}  // namespace demo
