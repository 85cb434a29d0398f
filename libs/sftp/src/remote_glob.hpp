// amiko - patterns for names of files on the other side
#pragma once

#include <amiko/sftp/sftp_client.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace amiko::sftp {

/// A pattern between two slashes.
struct GlobPart {
  enum class Kind { literal, wildcard, any_directories };
  Kind kind = Kind::literal;
  std::string text{};  ///< a literal's without its quotes
};

/// The parts of "a/*/b", and whether there is a slash before and behind.  Pure.
struct GlobPattern {
  explicit GlobPattern(std::string_view pattern);
  std::vector<GlobPart> parts{};
  bool absolute = false;
  bool directories_only = false;
};

/// Whether a name matches a part of kind wildcard.  Pure.
bool matches(const std::string& pattern, const std::string& name) noexcept;

/// SftpClient::glob() for one pattern; empty where nothing matches.  Directories that cannot be read hold
/// nothing.
std::vector<std::string> remote_glob(SftpClient& client, const GlobPattern& pattern);

}  // namespace amiko::sftp
