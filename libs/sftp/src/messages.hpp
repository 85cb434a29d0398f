// amiko - messages of SFTP version 3 and of its extensions
#pragma once

#include "packet.hpp"

#include <amiko/sftp/sftp_error.hpp>

#include <string_view>
#include <vector>

namespace amiko::sftp {

// draft-ietf-secsh-filexfer-02 sections 4 and 6.  Strings are views: of the caller's memory when encoded, of
// the packet when decoded.

/// INIT and VERSION have a version where the others have a request id, then pairs of extension names and
/// data.
struct Extensions {
  std::vector<std::pair<std::string, std::string>> pairs{};
};
/// Throws errc::malformed_packet.
Extensions decode_extensions(ByteView body);
void encode_version(Bytes& out, PacketType type, std::uint32_t version, const Extensions& extensions);

struct Open {
  static constexpr auto type = PacketType::open;
  std::string_view filename{};
  std::uint32_t flags = 0;
  SftpAttributes attributes{};
  template <class A>
  void fields(A& a) {
    a(filename, flags, attributes);
  }
};

/// CLOSE, FSTAT, READDIR: a handle alone.
template <PacketType Type>
struct HandleRequest {
  static constexpr auto type = Type;
  ByteView handle{};
  template <class A>
  void fields(A& a) {
    a(handle);
  }
};
using Close = HandleRequest<PacketType::close>;
using Fstat = HandleRequest<PacketType::fstat>;
using Readdir = HandleRequest<PacketType::readdir>;

struct Read {
  static constexpr auto type = PacketType::read;
  ByteView handle{};
  std::uint64_t offset = 0;
  std::uint32_t length = 0;
  template <class A>
  void fields(A& a) {
    a(handle, offset, length);
  }
};

struct Write {
  static constexpr auto type = PacketType::write;
  ByteView handle{};
  std::uint64_t offset = 0;
  ByteView data{};
  template <class A>
  void fields(A& a) {
    a(handle, offset, data);
  }
};

/// LSTAT, STAT, OPENDIR, REMOVE, RMDIR, REALPATH, READLINK: a path alone.
template <PacketType Type>
struct PathRequest {
  static constexpr auto type = Type;
  std::string_view path{};
  template <class A>
  void fields(A& a) {
    a(path);
  }
};
using Lstat = PathRequest<PacketType::lstat>;
using Stat = PathRequest<PacketType::stat>;
using Opendir = PathRequest<PacketType::opendir>;
using Remove = PathRequest<PacketType::remove>;
using Rmdir = PathRequest<PacketType::rmdir>;
using Realpath = PathRequest<PacketType::realpath>;
using Readlink = PathRequest<PacketType::readlink>;

/// SETSTAT, MKDIR.
template <PacketType Type>
struct PathAttributesRequest {
  static constexpr auto type = Type;
  std::string_view path{};
  SftpAttributes attributes{};
  template <class A>
  void fields(A& a) {
    a(path, attributes);
  }
};
using Setstat = PathAttributesRequest<PacketType::setstat>;
using Mkdir = PathAttributesRequest<PacketType::mkdir>;

struct Fsetstat {
  static constexpr auto type = PacketType::fsetstat;
  ByteView handle{};
  SftpAttributes attributes{};
  template <class A>
  void fields(A& a) {
    a(handle, attributes);
  }
};

/// RENAME: old and new name.  SYMLINK: the draft says link path, then target; OpenSSH and those that follow
/// it have them the other way round (OpenSSH PROTOCOL section 4.1).
template <PacketType Type>
struct TwoPathsRequest {
  static constexpr auto type = Type;
  std::string_view first{};
  std::string_view second{};
  template <class A>
  void fields(A& a) {
    a(first, second);
  }
};
using Rename = TwoPathsRequest<PacketType::rename>;
using Symlink = TwoPathsRequest<PacketType::symlink>;

/// EXTENDED: the extension's name and its own fields (OpenSSH PROTOCOL section 4).
struct Extended {
  static constexpr auto type = PacketType::extended;
  std::string_view name{};
  wire::Rest body{};
  template <class A>
  void fields(A& a) {
    a(name, body);
  }
};

// --- answers

struct Status {
  static constexpr auto type = PacketType::status;
  std::uint32_t code = 0;
  std::string_view message{};
  std::string_view language{};
  template <class A>
  void fields(A& a) {
    a(code, message, language);
  }
};
/// As decode<Status>(), but the texts may be missing, as they are in versions before 3.
Status decode_status(ByteView body);

struct Handle {
  static constexpr auto type = PacketType::handle;
  ByteView handle{};
  template <class A>
  void fields(A& a) {
    a(handle);
  }
};

struct Data {
  static constexpr auto type = PacketType::data;
  ByteView data{};
  template <class A>
  void fields(A& a) {
    a(data);
  }
};

/// NAME: a count, then that many names.
std::vector<SftpName> decode_names(ByteView body, std::uint32_t version = version_3);
void encode_names(Bytes& out, std::uint32_t id, const std::vector<SftpName>& names,
                  std::uint32_t version = version_3);

struct Attrs {
  static constexpr auto type = PacketType::attrs;
  SftpAttributes attributes{};
  template <class A>
  void fields(A& a) {
    a(attributes);
  }
};

struct ExtendedReply {
  static constexpr auto type = PacketType::extended_reply;
  wire::Rest body{};
  template <class A>
  void fields(A& a) {
    a(body);
  }
};

// --- the bodies of extended requests and replies; EXTENDED carries them behind the name

namespace extension {
inline constexpr std::string_view posix_rename = "posix-rename@openssh.com";
inline constexpr std::string_view statvfs = "statvfs@openssh.com";
inline constexpr std::string_view fstatvfs = "fstatvfs@openssh.com";
inline constexpr std::string_view hardlink = "hardlink@openssh.com";
inline constexpr std::string_view fsync = "fsync@openssh.com";
inline constexpr std::string_view lsetstat = "lsetstat@openssh.com";
inline constexpr std::string_view limits = "limits@openssh.com";
inline constexpr std::string_view expand_path = "expand-path@openssh.com";
inline constexpr std::string_view copy_data = "copy-data";
inline constexpr std::string_view home_directory = "home-directory";
inline constexpr std::string_view users_groups_by_id = "users-groups-by-id@openssh.com";
}  // namespace extension

/// posix-rename, hardlink.
struct TwoPaths {
  std::string_view first{};
  std::string_view second{};
  template <class A>
  void fields(A& a) {
    a(first, second);
  }
};
/// statvfs, expand-path, home-directory (a user's name).
struct OnePath {
  std::string_view path{};
  template <class A>
  void fields(A& a) {
    a(path);
  }
};
/// fstatvfs, fsync.
struct OneHandle {
  ByteView handle{};
  template <class A>
  void fields(A& a) {
    a(handle);
  }
};
/// lsetstat.
struct PathAttributes {
  std::string_view path{};
  SftpAttributes attributes{};
  template <class A>
  void fields(A& a) {
    a(path, attributes);
  }
};
/// copy-data (draft-ietf-secsh-filexfer-extensions-00 section 7); length 0: to the end.
struct CopyData {
  ByteView read_handle{};
  std::uint64_t read_offset = 0;
  std::uint64_t length = 0;
  ByteView write_handle{};
  std::uint64_t write_offset = 0;
  template <class A>
  void fields(A& a) {
    a(read_handle, read_offset, length, write_handle, write_offset);
  }
};
/// users-groups-by-id: two strings that hold 32-bit numbers; the reply's hold strings, empty for the unknown.
struct IdLists {
  ByteView users{};
  ByteView groups{};
  template <class A>
  void fields(A& a) {
    a(users, groups);
  }
};
struct LimitsBody {
  SftpLimits limits{};
  template <class A>
  void fields(A& a) {
    a(limits.max_packet, limits.max_read, limits.max_write, limits.max_handles);
  }
};
struct StatVfsBody {
  SftpStatVfs v{};
  template <class A>
  void fields(A& a) {
    a(v.block_size, v.fragment_size, v.blocks, v.blocks_free, v.blocks_available, v.files, v.files_free,
      v.files_available, v.filesystem_id, v.flags, v.name_max);
  }
};

/// limits asks without any.
struct NoFields {
  template <class A>
  void fields(A& a) {
    a();
  }
};

/// The fields of `body` alone.
template <class Body>
Bytes encoded_body(const Body& body, std::uint32_t version = version_3) {
  Bytes out;
  FieldWriter write(out, version);
  const_cast<Body&>(body).fields(write);
  return out;
}

}  // namespace amiko::sftp
