// amiko - the requests that an SFTP server answers
#pragma once

#include "messages.hpp"
#include "server_handles.hpp"
#include "server_output.hpp"

#include <amiko/sftp/sftp_filesystem.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <variant>

namespace amiko::sftp {

/// What sftp-server takes and reads: packets of 256 KiB, of which 1 KiB is kept for headers.
inline constexpr std::size_t max_server_packet = 256 * 1024;
inline constexpr std::size_t max_server_data = max_server_packet - 1024;

/// A packet's name in lists of permitted requests, as OpenSSH calls it ("posix-rename"); empty for one that
/// there is not.  Throws errc::malformed_packet.
std::string_view request_name(const Packet& packet);

/// What VERSION announces; `offered` is asked for each by its name in lists of permitted requests.
template <class Offered>
Extensions server_extensions(Offered offered);

// --- requests about something that is open

struct FstatVfs : OneHandle {};
struct Fsync : OneHandle {};
using HandleBody = std::variant<Read, Write, Fstat, Fsetstat, Readdir, Close, FstatVfs, Fsync>;

struct HandleWork {
  std::uint32_t id = 0;
  std::shared_ptr<OpenHandle> handle{};  ///< null: unknown
  HandleBody body{};

  /// About what the answer and the work amount to, in bytes.
  std::size_t weight() const noexcept;
};

/// Nothing if the packet is about something else.  The views in it are the packet's.  Takes the handle out of
/// the table for CLOSE.  Throws errc::malformed_packet.
std::optional<HandleWork> decode_handle_work(const Packet& packet, ServerHandles& handles);

/// Does it and answers it, whatever the file throws.
void perform(HandleWork& work, SftpFilesystem& filesystem, ServerOutput& output);

// --- all others

/// Does it and answers it.  Throws errc::malformed_packet.
void answer(const Packet& packet, SftpFilesystem& filesystem, ServerHandles& handles, ServerOutput& output);
/// The path that it is about, for the log; empty where there is none.
std::string_view path_of(const Packet& packet);

/// An extension and its name in lists of permitted requests.
struct ServerExtension {
  std::string_view name;
  std::string_view version;
  std::string_view short_name;
};
/// In the order in which VERSION announces them.
inline constexpr ServerExtension server_extension_table[] = {
    {extension::posix_rename, "1", "posix-rename"},
    {extension::statvfs, "2", "statvfs"},
    {extension::fstatvfs, "2", "fstatvfs"},
    {extension::hardlink, "1", "hardlink"},
    {extension::fsync, "1", "fsync"},
    {extension::lsetstat, "1", "lsetstat"},
    {extension::limits, "1", "limits"},
    {extension::expand_path, "1", "expand-path"},
    {extension::copy_data, "1", "copy-data"},
    {extension::home_directory, "1", "home-directory"},
    {extension::users_groups_by_id, "1", "users-groups-by-id"},
};

template <class Offered>
Extensions server_extensions(Offered offered) {
  Extensions result;
  for (const ServerExtension& e : server_extension_table)
    if (offered(e.short_name)) result.pairs.emplace_back(e.name, e.version);
  return result;
}

}  // namespace amiko::sftp
