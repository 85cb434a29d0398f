// amiko - what a client of an SFTP server has open
#pragma once

#include <amiko/base/bytes.hpp>
#include <amiko/sftp/sftp_filesystem.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace amiko::sftp {

/// A file or a directory.
struct OpenHandle {
  std::string path{};  ///< as the client gave it
  std::unique_ptr<SftpOpenFile> file{};
  std::unique_ptr<SftpOpenDirectory> directory{};
  std::vector<SftpName> left{};  ///< names that had no room in the last answer
};

/// Handles are a number that is chosen anew for each session, and one that counts; none is used twice.  Used
/// by one thread.
class ServerHandles {
 public:
  explicit ServerHandles(std::size_t limit);

  bool full() const noexcept { return table_.size() >= limit_; }
  std::size_t limit() const noexcept { return limit_; }
  /// The handle's name on the wire.
  Bytes add(std::shared_ptr<OpenHandle> handle);
  /// Null for one that there is not.
  std::shared_ptr<OpenHandle> find(ByteView name) const;
  /// Takes it out of the table.
  std::shared_ptr<OpenHandle> remove(ByteView name);

 private:
  std::uint32_t number_of(ByteView name) const noexcept;

  const std::size_t limit_;
  const std::uint32_t session_;
  std::uint32_t last_ = 0;
  std::unordered_map<std::uint32_t, std::shared_ptr<OpenHandle>> table_;
};

}  // namespace amiko::sftp
