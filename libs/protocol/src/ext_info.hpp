// amiko - markers in KEXINIT's list of key exchange methods, and what our EXT_INFO says
#pragma once

#include <amiko/base/bytes.hpp>
#include <amiko/protocol/role.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace amiko::protocol {

/// The name by which a side says that it takes EXT_INFO (RFC 8308 section 2.1).
std::string_view ext_info_marker(Role role) noexcept;
/// The name by which a side offers strict key exchange (draft-ietf-sshm-strict-kex).
std::string_view strict_marker(Role role) noexcept;
/// Whether `name` is one of these four: they stand among the methods and are none.
bool is_marker(std::string_view name) noexcept;

/// The EXT_INFO that follows our first NEWKEYS.
/// Client: "ext-info-in-auth@openssh.com" = "0", we take a second EXT_INFO during authentication (OpenSSH
/// PROTOCOL 1.10). Server: "server-sig-algs" (RFC 8308 section 3.1) and "ping@openssh.com" = "0", we answer
/// PING (OpenSSH PROTOCOL 1.8).  `user_algorithms`: for server-sig-algs; empty: the table's defaults.
Bytes our_ext_info(Role role, const std::vector<std::string>& user_algorithms);

}  // namespace amiko::protocol
