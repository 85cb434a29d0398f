// amiko - the system calls that change the identity of one thread
#pragma once

#include <sys/syscall.h>
#include <unistd.h>

#include <vector>

namespace amiko {

// The C library's functions of these names change every thread of the process, and take locks.  32-bit
// systems have calls with 16-bit identities under the plain names.
#ifdef SYS_setresuid32
inline constexpr long call_setgroups = SYS_setgroups32;
inline constexpr long call_setresgid = SYS_setresgid32;
inline constexpr long call_setresuid = SYS_setresuid32;
#else
inline constexpr long call_setgroups = SYS_setgroups;
inline constexpr long call_setresgid = SYS_setresgid;
inline constexpr long call_setresuid = SYS_setresuid;
#endif

inline bool thread_setgroups(const std::vector<gid_t>& groups) noexcept {
  return ::syscall(call_setgroups, groups.size(), groups.data()) == 0;
}
inline bool thread_setresgid(gid_t real, gid_t effective, gid_t saved) noexcept {
  return ::syscall(call_setresgid, real, effective, saved) == 0;
}
inline bool thread_setresuid(uid_t real, uid_t effective, uid_t saved) noexcept {
  return ::syscall(call_setresuid, real, effective, saved) == 0;
}

}  // namespace amiko
