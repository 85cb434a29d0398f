// amiko - a session with a real peer, every byte of it, and the file that keeps it
#pragma once

#include <amiko/base/bytes.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace amiko::test {

/// What one side sent before the other spoke again.
struct Segment {
  bool ours = false;
  Bytes data{};
  friend bool operator==(const Segment&, const Segment&) = default;
};

struct Recording {
  std::string peer{};      ///< name and version
  std::string command{};   ///< how it was started; empty: as the test fixtures start it
  std::string user{};      ///< who logs in
  std::string password{};  ///< theirs, if that is how
  std::string key{};       ///< the user's private key in the client's role, the host key in the server's
  std::vector<Segment> segments{};

  /// Joins it to the last segment if that is of the same side.
  void append(bool ours, ByteView data);

  /// Lines "peer: ...", then "> base64" for what amiko sent and "< base64" for what came.  A long segment has
  /// several lines.  Both throw std::runtime_error.
  void save(const std::filesystem::path& file) const;
  static Recording load(const std::filesystem::path& file);
};

/// test/data/recorded/NAME.txt
std::filesystem::path recording_file(const std::string& name);

}  // namespace amiko::test
