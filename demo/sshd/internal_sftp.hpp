// amiko - internal-sftp: the SFTP server that amiko-sshd brings along
#pragma once

#include "config.hpp"

#include <amiko/server/local_process.hpp>

#include <string>

namespace demo::sshd {

/// Whether a subsystem's or a forced command is it.
bool is_internal_sftp(const std::string& command);

/// This very program once more, in a process of its own with the user's rights.  With ChrootDirectory it
/// starts with root's, goes there and becomes the user before it reads a byte: a program cannot be started in
/// a directory that has none of its libraries.  Throws OptionError for a directory that others could change.
void set_internal_sftp(amiko::LocalProgram& program, const Config& config, const amiko::LocalAccount& account,
                       const std::string& command);

/// That process.
bool is_called_as_internal_sftp(int argc, char** argv);
int run_internal_sftp(int argc, char** argv);

}  // namespace demo::sshd
