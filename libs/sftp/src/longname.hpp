// amiko - a line as `ls -l` prints it
#pragma once

#include <amiko/sftp/sftp_attributes.hpp>

#include <cstdint>
#include <ctime>
#include <optional>
#include <string>
#include <string_view>

namespace amiko::sftp {

/// What a line shows beside the name and the attributes.
struct LongnameParts {
  std::optional<std::uint64_t> links{};  ///< "?" where it is not known
  std::string user{};                    ///< empty: the number stands for it
  std::string group{};
};

/// "-rw-r--r--    1 ann      staff        4096 Nov 27 12:26 name", as sftp-server writes it; times are local,
/// and have the year instead of the hour when they are half a year off `now`.  `name` may hold any bytes.
std::string longname(std::string_view name, const SftpAttributes& attributes, const LongnameParts& parts,
                     std::time_t now);

}  // namespace amiko::sftp
