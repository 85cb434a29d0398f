// amiko - from sshd's options to the library's
#pragma once

#include "site.hpp"

#include <amiko/server/server.hpp>

#include <memory>
#include <vector>

namespace demo::sshd {

/// Everything that the configuration says.  Throws OptionError for what does not go together.
amiko::ServerOptions server_options(std::shared_ptr<const Site> site,
                                    std::vector<amiko::PrivateKey> host_keys);

/// Whether a server would start with them, but for its sockets.  Throws amiko::Error.
void check_options(amiko::ServerOptions options);

}  // namespace demo::sshd
