// amiko - the serving side of SFTP
#pragma once

#include <amiko/base/config.hpp>
#include <amiko/base/log.hpp>
#include <amiko/connection/channel.hpp>
#include <amiko/sftp/sftp_filesystem.hpp>
#include <amiko/sftp/sftp_stream.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace amiko {

/// How serve_sftp() works.
struct SftpServerOptions {
  std::size_t max_handles = 1000;  ///< open files and directories of one session
  /// Names of requests that are answered or refused, as OpenSSH's sftp-server calls them ("open",
  /// "posix-rename", "statvfs" ...); empty `allowed`: all.
  std::vector<std::string> allowed{};
  std::vector<std::string> denied{};
  unsigned threads = 4;  ///< at most, for requests of different files at once; started when they are needed
  Log log{};
  /// Told about each request before it is done: name, path or handle's path, for a transfer log.
  std::function<void(std::string_view request, std::string_view path)> trace{};
};

/// Serves one session of SFTP version 3 with OpenSSH's extensions, until the client ends it: returns then.
/// Requests of one open file are done in their order, those of different files may overlap; requests that
/// name paths wait for those before them.  Throws ProtocolError for a client that does not speak SFTP,
/// Disconnected when the stream is lost.
AMIKO_DECL void serve_sftp(std::shared_ptr<SftpStream> stream, std::shared_ptr<SftpFilesystem> filesystem,
                           const SftpServerOptions& options = {});
/// The same on a server's channel, which is not closed.
AMIKO_DECL void serve_sftp(Channel& channel, std::shared_ptr<SftpFilesystem> filesystem,
                           const SftpServerOptions& options = {});

}  // namespace amiko
