// amiko - the server's own keys
#pragma once

#include "config.hpp"

#include <amiko/keys/private_key.hpp>

#include <string>
#include <vector>

namespace demo::sshd {

/// The keys of the configuration; without any, root gets those in /etc/ssh.  `notes` is told of keys of types
/// that are not supported, which are left out.  Throws OptionError, naming the file, for one that cannot be
/// read or that others can read, and when there is none.
std::vector<amiko::PrivateKey> load_host_keys(const Config& config, std::vector<std::string>& notes);

}  // namespace demo::sshd
