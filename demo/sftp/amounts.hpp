// amiko - sizes and file systems in columns for people
#pragma once

#include <amiko/sftp/sftp_attributes.hpp>

#include <cstdint>
#include <string>

namespace demo {

/// At most four characters with powers of 1024: "6B", "4.0K", "293K".
std::string short_size(std::uint64_t bytes);

enum class DiskUnits { kilobytes, short_sizes, files };
/// What `df` prints: a line of titles and a line of numbers.
std::string disk_table(const amiko::SftpStatVfs& disk, DiskUnits units);

}  // namespace demo
