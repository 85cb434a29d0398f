// amiko - the library's version
#pragma once

#include <amiko/base/config.hpp>

#include <string_view>

#define AMIKO_VERSION "0.1.0"

namespace amiko {

/// The version of the library that is linked, as "major.minor.patch".  Never throws; any thread.
AMIKO_DECL std::string_view version() noexcept;

}  // namespace amiko
