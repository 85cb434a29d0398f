// amiko - who runs this process, and where people live
#pragma once

#include <filesystem>
#include <string>

namespace amiko::support {

// Thread-safe.  They may block on the system's user database (files, or a network service behind NSS).

/// The login name of the process's real user id: the user database's, else $LOGNAME or $USER.
/// Throws errc::invalid_argument if there is none.
std::string local_user();

/// $HOME if it is an absolute path, else what the user database says.  Throws errc::invalid_argument if there
/// is none.
std::filesystem::path home_directory();
/// `user`'s home directory.  Throws errc::invalid_argument for an unknown user.
std::filesystem::path home_directory(const std::string& user);

}  // namespace amiko::support
