// amiko - from ssh's options to the library's
#pragma once

#include "options.hpp"
#include "values.hpp"

#include <amiko/client/connect.hpp>

#include <string>
#include <vector>

namespace demo {

/// What the options say about where to go, algorithms, time limits and methods.  Credentials, the host key
/// policy and the log are left to the caller.  Throws OptionError.
amiko::ConnectOptions connect_settings(const Options& options);

/// `policy` with the files, name and hashing that the options ask for.
amiko::HostKeyPolicy with_files(amiko::HostKeyPolicy policy, const Options& options);

/// The user's key files, "~" and %-tokens expanded: those named, otherwise the usual ones.
std::vector<std::string> identity_files(const Options& options);

/// The values of %h, %n, %p, %r, %u, %d, %L and %l.
Tokens tokens_of(const Options& options);

}  // namespace demo
