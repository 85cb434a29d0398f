// amiko - answers turned into what the caller asked for, or into an exception
#pragma once

#include "messages.hpp"
#include "requests.hpp"

#include <amiko/sftp/sftp_error.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace amiko::sftp {

// Each throws SftpError, with `path`, for a STATUS that tells of an error, and ProtocolError for an answer
// that does not parse.

/// The error in an answer of type STATUS; must not be "ok".
[[noreturn]] void throw_status(const Answer& answer, std::string_view path);
/// Whether the answer is STATUS with `code`.
bool is_status(const Answer& answer, sftp_errc code);
/// For requests that are answered by STATUS alone.
void check_status(const Answer& answer, std::string_view path);
Bytes handle_of(const Answer& answer, std::string_view path);
SftpAttributes attributes_of(const Answer& answer, std::string_view path, std::uint32_t version);
std::vector<SftpName> names_of(const Answer& answer, std::string_view path, std::uint32_t version);
/// For requests that are answered by exactly one name.
std::string name_of(const Answer& answer, std::string_view path, std::uint32_t version);
/// The body of EXTENDED_REPLY.
Bytes reply_of(Answer answer, std::string_view path);

}  // namespace amiko::sftp
