// amiko - reading key files
#pragma once

#include <amiko/base/bytes.hpp>

#include <filesystem>

namespace amiko::keys {

/// The content of a regular file of at most 1 MiB.  Never waits on FIFOs and devices.  Throws
/// errc::file_not_found and errc::file_unreadable.
Bytes read_key_file(const std::filesystem::path& file);

}  // namespace amiko::keys
