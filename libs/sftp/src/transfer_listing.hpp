// amiko - the names of a directory that is being copied, a few at a time
#pragma once

#include "transfer_run.hpp"

#include <amiko/sftp/sftp_attributes.hpp>

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <dirent.h>

namespace amiko::sftp {

struct TransferEntry {
  std::string name{};    ///< in the target directory
  std::string source{};  ///< path
  std::optional<SftpAttributes> attributes{};
};

/// A directory of any size takes little memory: names are fetched as they are used.
class TransferListing {
 public:
  virtual ~TransferListing();
  enum class State { entry, waiting, end };
  /// Throws Error when the directory cannot be read.
  virtual State state() = 0;
  /// Only in State::entry.
  virtual TransferEntry take() = 0;
};

/// Entries that are known already: what the user named.
class FixedListing final : public TransferListing {
 public:
  explicit FixedListing(std::vector<TransferEntry> entries)
      : entries_(std::make_move_iterator(entries.begin()), std::make_move_iterator(entries.end())) {}
  State state() override { return entries_.empty() ? State::end : State::entry; }
  TransferEntry take() override;

 private:
  std::deque<TransferEntry> entries_;
};

/// A directory on the server; several READDIR are under way at once.
class RemoteListing final : public TransferListing, public TransferJob {
 public:
  RemoteListing(TransferRun& run, const TransferDirectory& directory) : run_(run), path_(directory.source) {}
  void begin();

  State state() override;
  TransferEntry take() override;
  void answered(unsigned step, Answer& answer, TransferBlock& block) override;
  void fail(const Failure& failure) override;

 private:
  enum Step : unsigned { opened, names };
  void ask();
  void on_names(const Answer& answer);

  TransferRun& run_;
  const std::string path_;
  Bytes handle_;
  std::deque<SftpName> names_;
  unsigned outstanding_ = 0;
  unsigned ahead_ = 1;  // READDIRs that may be under way
  bool ended_ = false;
  std::optional<Failure> failure_;
};

/// A directory here.
class LocalListing final : public TransferListing {
 public:
  explicit LocalListing(const TransferDirectory& directory);
  ~LocalListing() override { ::closedir(stream_); }
  State state() override;
  TransferEntry take() override;

 private:
  const std::string path_;
  DIR* stream_;
  std::string next_;
};

/// `directory` and `name` as one path.
std::string join_path(const std::string& directory, const std::string& name);

}  // namespace amiko::sftp
