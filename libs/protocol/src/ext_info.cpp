// amiko - markers in KEXINIT's list of key exchange methods, and what our EXT_INFO says
#include "ext_info.hpp"

#include <amiko/keys/algorithm_table.hpp>
#include <amiko/wire/name_list.hpp>
#include <amiko/wire/transport_messages.hpp>

#include <string>

namespace amiko::protocol {
namespace {

std::string default_signature_algorithms() {
  wire::NameList names;
  for (const SignatureInfo& info : signature_table())
    if (info.by_default) names.emplace_back(info.name);
  return wire::join_names(names);
}

}  // namespace

std::string_view ext_info_marker(Role role) noexcept {
  return role == Role::client ? "ext-info-c" : "ext-info-s";
}

std::string_view strict_marker(Role role) noexcept {
  return role == Role::client ? "kex-strict-c-v00@openssh.com" : "kex-strict-s-v00@openssh.com";
}

bool is_marker(std::string_view name) noexcept {
  for (const Role role : {Role::client, Role::server})
    if (name == ext_info_marker(role) || name == strict_marker(role)) return true;
  return false;
}

Bytes our_ext_info(Role role, const std::vector<std::string>& user_algorithms) {
  if (role == Role::client) return wire::encoded(wire::ExtInfo{{{"ext-info-in-auth@openssh.com", "0"}}});
  const std::string algorithms =
      user_algorithms.empty() ? default_signature_algorithms() : wire::join_names(user_algorithms);
  return wire::encoded(wire::ExtInfo{{{"server-sig-algs", algorithms}, {"ping@openssh.com", "0"}}});
}

}  // namespace amiko::protocol
