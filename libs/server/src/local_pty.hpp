// amiko - a new pseudo terminal for a session
#pragma once

#include <amiko/connection/pty.hpp>
#include <amiko/server/local_account.hpp>
#include <amiko/support/fd.hpp>

#include <string>

namespace amiko {

struct LocalPty {
  support::UniqueFd master;  // non-blocking
  support::UniqueFd slave;   // to be closed once the program has it
  std::string name;          // "/dev/pts/7"
};

/// Throws errc::process_failed, errc::resource_shortage.  With `owner` the terminal becomes theirs.
LocalPty open_pty(const PtyRequest& request, const WindowSize& size, const LocalAccount* owner);

void set_size(int terminal, const WindowSize& size) noexcept;

}  // namespace amiko
