// amiko - how files are copied by SFTP
#pragma once

#include <amiko/base/config.hpp>
#include <amiko/base/error.hpp>
#include <amiko/base/time.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace amiko {

/// How far a copy is.  Paths are as they were given or found.
struct Progress {
  std::string source{};
  std::string target{};
  std::uint64_t done = 0;                      ///< bytes of this file, those of a resumed part included
  std::optional<std::uint64_t> total{};        ///< of this file, where it is known
  std::uint64_t done_all = 0;                  ///< bytes of all files so far
  double rate = 0;                             ///< bytes a second, of the last seconds
  std::optional<std::chrono::seconds> left{};  ///< for this file, at this rate
};

/// One file that could not be copied; the error's text names phase and file.
class AMIKO_DECL TransferError : public Error {
 public:
  TransferError(Failure failure, std::string source, std::string target, std::optional<std::uint64_t> offset);
  ~TransferError() override;
  const std::string& source() const noexcept { return source_; }
  const std::string& target() const noexcept { return target_; }
  /// Where in the file it happened, if in the data.
  const std::optional<std::uint64_t>& offset() const noexcept { return offset_; }

 private:
  std::string source_;
  std::string target_;
  std::optional<std::uint64_t> offset_;
};

/// Ends a copy from another thread.  Copies share the state; thread-safe; once cancelled it stays so.
class AMIKO_DECL TransferCancel {
 public:
  TransferCancel() : flag_(std::make_shared<std::atomic<bool>>(false)) {}
  /// The copy ends at the next answer or block, at the latest a quarter of a second later, with
  /// errc::cancelled.
  void cancel() const noexcept { flag_->store(true); }
  bool cancelled() const noexcept { return flag_->load(); }

 private:
  std::shared_ptr<std::atomic<bool>> flag_;
};

/// How SftpClient::get(), put() and copy() work.
struct TransferOptions {
  bool recurse = false;         ///< directories with all below them; without it they are an error
  bool preserve = false;        ///< permissions (never set-id bits) and times
  bool follow_symlinks = true;  ///< off: links are made anew
  bool sparse = true;           ///< holes stay holes, where this side can tell (put) or make them (get)
  /// Goes on where the target ends, if it is shorter than the source; what is there must be equal: both sides
  /// are read and compared, or the error is sftp_errc::file_corrupt.  get(): what has come of a file that
  /// fails stays as ".NAME.amiko-part" beside the target, for the next get() with `resume`; only a file that
  /// had the final name before is gone on with in its place.  put(), copy(): in place, with `atomic`
  /// likewise.
  bool resume = false;
  /// With `resume`: compares so many bytes at most, half of them from the beginning and half from the end of
  /// what is there.  Nothing: all, which for get() means that all crosses the line again.
  std::optional<std::uint64_t> resume_check{};
  /// Under a temporary name beside the target, synced, then renamed: readers see the old file or the new one.
  /// get() always renames, and with this syncs as well; for put() and copy() it needs
  /// "posix-rename@openssh.com".  Without it a put() that fails leaves a part on the server.
  bool atomic = false;
  bool fsync = false;            ///< the data is on the disk when the call returns (put: "fsync@openssh.com")
  bool verify = false;           ///< read back and compare
  std::uint64_t bandwidth = 0;   ///< bytes a second at most; 0: no limit
  std::size_t block_size = 0;    ///< bytes of one request; 0: what suits the server, at most 255 KiB
  std::size_t max_requests = 0;  ///< under way at once; 0: what the line needs, within `memory`
  std::size_t memory = std::size_t{32} << 20;  ///< bytes under way at most
  /// Called in the thread that copies, at the start and end of each file and a few times a second.
  std::function<void(const Progress&)> progress{};
  /// Called for each file that fails; the copy goes on with the next.  Without it the first failure throws.
  std::function<void(const TransferError&)> error{};
  std::optional<TransferCancel> cancel{};
  bool remote_only = false;  ///< copy(): fail rather than copy through here
};

/// What was copied.
struct TransferResult {
  std::uint64_t files = 0;
  std::uint64_t directories = 0;
  std::uint64_t links = 0;
  std::uint64_t bytes = 0;    ///< that went over the line
  std::uint64_t resumed = 0;  ///< bytes that were there already
  std::uint64_t failed = 0;
  std::chrono::nanoseconds time{};
};

}  // namespace amiko
