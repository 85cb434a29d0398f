// amiko - a local program behind a session
#pragma once

#include <amiko/base/config.hpp>
#include <amiko/server/local_account.hpp>
#include <amiko/server/server_process.hpp>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace amiko {

/// What run_local_program() starts.
struct LocalProgram {
  std::string file{};               ///< its path; $PATH is not searched
  std::vector<std::string> argv{};  ///< with argv[0]; empty: the file alone
  /// All of the environment: nothing is inherited.  On a terminal TERM and SSH_TTY are added.
  std::map<std::string, std::string> env{};
  std::string
      directory{};  ///< where it starts; one that cannot be entered becomes "/", with a line on stderr
  /// The user that it runs as, which only root may choose; nothing: as this process.
  std::optional<LocalAccount> account{};
  bool terminal = true;  ///< on a new pseudo terminal when the client has asked for one
  bool signals = true;   ///< whether the client's signals reach it
};

/// Runs a program for a session and moves bytes until both are done; meant as the body of a process function.
/// It blocks that long, in poll().
///
/// On a pseudo terminal with the size and the modes that the client wants when it has asked for one, leading
/// a session of its own whose controlling terminal that is; over three pipes otherwise.  The client's EOF
/// closes the program's stdin (a terminal knows no such thing); its signals go to the program's process
/// group, changes of size to the terminal.  Output waits while the client does not read; its end is told
/// together with the program's.  How that was is told to `process`: the exit status, or the signal and
/// whether there is a core.  The session ends when the program has, and over pipes when nobody has its stdout
/// and stderr open any more, as with sshd; what still runs in the background on a terminal does not hold it
/// up.
///
/// When the client goes away first, the process group gets SIGHUP (on a terminal by the terminal's going
/// away) and this returns at once; who ignores that lives on, and a thread of 128 KiB waits for it.
///
/// Throws errc::process_failed when the program cannot be started (the text has the reason), errc::no_state
/// for an account that may not be chosen, errc::resource_shortage, errc::invalid_argument for text with a
/// NUL.
AMIKO_DECL void run_local_program(ServerProcess& process, const LocalProgram& program);

}  // namespace amiko
