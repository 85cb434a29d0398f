// amiko - patterns for names of files here
#pragma once

#include "remote_glob.hpp"

#include <string>
#include <vector>

namespace amiko::sftp {

using Paths = std::vector<std::string>;

/// The paths that match, sorted, by the rules of SftpClient::glob(); empty where nothing does.  Directories
/// that cannot be read hold nothing.
Paths local_glob(const GlobPattern& pattern);

}  // namespace amiko::sftp
