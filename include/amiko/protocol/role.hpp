// amiko - which end of the connection this is
#pragma once

namespace amiko::protocol {

enum class Role { client, server };

constexpr Role other(Role role) noexcept {
  return role == Role::client ? Role::server : Role::client;
}

}  // namespace amiko::protocol
