// amiko - the directories of a copy: which are being read, what comes next, when one is done
#pragma once

#include "transfer_listing.hpp"
#include "transfer_run.hpp"

#include <memory>
#include <string>
#include <vector>

namespace amiko::sftp {

/// Goes down first, so that only the directories above and a few beside are open at a time, however many
/// there are.
class TransferTree {
 public:
  explicit TransferTree(TransferRun& run) : run_(run) {}

  /// Lists `directory`, which exists on both sides, and copies what is in it.
  void enter(const std::shared_ptr<TransferDirectory>& directory);
  /// Copies these, below `root`.
  void enter(const std::shared_ptr<TransferDirectory>& root, std::vector<TransferEntry> entries);

  /// Starts on the next entry; false when there is none now.
  bool start_next();
  /// Entries that have been started and are not done.
  std::size_t under_way() const noexcept { return under_way_; }
  bool finished() const noexcept { return levels_.empty() && under_way_ == 0; }

  /// How many directories may lie in one another.
  static constexpr unsigned deepest = 256;

 private:
  struct Level {
    std::shared_ptr<TransferDirectory> directory;
    std::shared_ptr<TransferListing> listing;
  };
  TransferListing::State state_of(const Level& level);
  void start(const std::shared_ptr<TransferDirectory>& directory, TransferEntry entry);
  void leave(const std::shared_ptr<TransferDirectory>& directory);
  void finish(const std::shared_ptr<TransferDirectory>& directory);
  void report(const TransferDirectory& directory, const Failure& failure, std::string_view doing);

  TransferRun& run_;
  std::vector<Level> levels_;
  std::size_t under_way_ = 0;
};

}  // namespace amiko::sftp
