// amiko - one call of get(), put() or copy(): its settings, what it counts, whom it tells
#pragma once

#include "local_directory.hpp"
#include "transfer_engine.hpp"

#include <amiko/sftp/transfer.hpp>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <sys/types.h>

namespace amiko::sftp {

class FileJob;

enum class TransferKind { get, put, copy };

/// A directory that is being copied, or (without a parent) where the copies go.
struct TransferDirectory {
  std::shared_ptr<TransferDirectory> parent{};
  std::string source{};                     ///< its path
  std::string target{};                     ///< the path of what it becomes
  std::shared_ptr<LocalDirectory> local{};  ///< get: the target; put: the source
  SftpAttributes attributes{};              ///< of the source
  std::string real{};                       ///< put, copy of a remote source: its path without links
  std::pair<dev_t, ino_t> identity{};       ///< put: of the source
  unsigned depth = 0;
  std::size_t pending = 0;  ///< what is under way in it, the list of its names included
};

/// Where a file, link or directory comes from and goes to.
struct TransferTask {
  std::shared_ptr<TransferDirectory> directory{};  ///< where it goes
  std::string name{};                              ///< in the target directory
  std::string source{};                            ///< path; what errors and progress show
  std::string target{};
  SftpAttributes attributes{};  ///< of the source
  bool below = false;           ///< found in a directory, not named by the user
};

class TransferRun {
 public:
  TransferRun(TransferKind kind, std::shared_ptr<SftpSession> session, const TransferOptions& options)
      : kind_(kind), options_(options), engine_(std::move(session), options) {}

  TransferKind kind() const noexcept { return kind_; }
  const TransferOptions& options() const noexcept { return options_; }
  TransferEngine& engine() noexcept { return engine_; }
  SftpSession& session() const noexcept { return engine_.session(); }
  TransferResult& result() noexcept { return result_; }
  bool source_is_remote() const noexcept { return kind_ != TransferKind::put; }
  bool target_is_remote() const noexcept { return kind_ != TransferKind::get; }

  /// Calls the handler; without one, throws TransferStop with the error.
  void report(const TransferError& error);
  /// Calls it; what it throws ends the copy.
  template <class Callback, class Argument>
  static void call_user(const Callback& callback, const Argument& argument) {
    try {
      callback(argument);
    } catch (...) {
      throw TransferStop{.why = std::current_exception()};
    }
  }

  std::vector<std::shared_ptr<FileJob>>& active() noexcept { return active_; }
  std::uint64_t done_all = 0;  ///< bytes

 private:
  const TransferKind kind_;
  const TransferOptions& options_;
  TransferResult result_;
  std::vector<std::shared_ptr<FileJob>> active_;
  TransferEngine engine_;
};

/// The failure as that of a file: what was being done is put before its text.
TransferError transfer_error(Failure failure, std::string_view doing, const TransferTask& task,
                             std::optional<std::uint64_t> offset);

}  // namespace amiko::sftp
