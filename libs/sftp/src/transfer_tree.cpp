// amiko - the directories of a copy: which are being read, what comes next, when one is done
#include "transfer_tree.hpp"

#include "transfer_item.hpp"

#include <functional>
#include <utility>

namespace amiko::sftp {
namespace {

// Beyond this many only the deepest directory goes on.
constexpr std::size_t enough_levels = 32;

// Sets the attributes of a directory on the server, when all in it is done.
class DirectoryEnd final : public TransferJob {
 public:
  DirectoryEnd(std::string path, std::function<void(const Failure&)> failed, std::function<void()> done)
      : path_(std::move(path)), failed_(std::move(failed)), done_(std::move(done)) {}
  void answered(unsigned, Answer& answer, TransferBlock&) override {
    check_status(answer, path_);
    done_();
  }
  void fail(const Failure& failure) override {
    failed_(failure);
    done_();
  }

 private:
  const std::string path_;
  const std::function<void(const Failure&)> failed_;
  const std::function<void()> done_;
};

}  // namespace

void TransferTree::enter(const std::shared_ptr<TransferDirectory>& directory) {
  ++directory->parent->pending;
  ++directory->pending;
  try {
    if (run_.source_is_remote()) {
      const auto listing = std::make_shared<RemoteListing>(run_, *directory);
      levels_.push_back({directory, listing});
      listing->begin();
    } else {
      levels_.push_back({directory, std::make_shared<LocalListing>(*directory)});
    }
  } catch (const Error& e) {
    report(*directory, e.failure(), "reading the directory");
    leave(directory);
  }
}

void TransferTree::enter(const std::shared_ptr<TransferDirectory>& root, std::vector<TransferEntry> entries) {
  ++root->pending;
  levels_.push_back({root, std::make_shared<FixedListing>(std::move(entries))});
}

bool TransferTree::start_next() {
  for (std::size_t i = levels_.size(); i-- > 0;) {
    const Level level = levels_[i];
    switch (state_of(level)) {
      case TransferListing::State::entry:
        start(level.directory, level.listing->take());
        return true;
      case TransferListing::State::waiting:
        if (levels_.size() >= enough_levels) return false;
        break;
      case TransferListing::State::end:
        levels_.erase(levels_.begin() + static_cast<std::ptrdiff_t>(i));
        leave(level.directory);
        break;
    }
  }
  return false;
}

TransferListing::State TransferTree::state_of(const Level& level) {
  try {
    return level.listing->state();
  } catch (const Error& e) {
    report(*level.directory, e.failure(), "reading the directory");
    return TransferListing::State::end;
  }
}

void TransferTree::start(const std::shared_ptr<TransferDirectory>& directory, TransferEntry entry) {
  ++directory->pending;
  ++under_way_;
  const bool below = directory->depth > 0;
  TransferTask task{.directory = directory,
                    .name = entry.name,
                    .source = std::move(entry.source),
                    .target = join_path(directory->target, entry.name),
                    .below = below};
  const auto done = [this, directory] {
    --under_way_;
    leave(directory);
  };
  std::make_shared<TransferItem>(run_, *this, std::move(task), std::move(entry.attributes), done)->begin();
}

void TransferTree::leave(const std::shared_ptr<TransferDirectory>& directory) {
  if (--directory->pending > 0) return;
  if (directory->depth > 0) finish(directory);
}

void TransferTree::finish(const std::shared_ptr<TransferDirectory>& directory) {
  ++run_.result().directories;
  const auto up = [this, parent = directory->parent] { leave(parent); };
  const SftpAttributes attributes = carried_attributes(directory->attributes, run_.options());
  if (attributes == SftpAttributes{}) return up();
  const auto failed = [this, directory](const Failure& failure) {
    report(*directory, failure, "setting the attributes of");
  };
  if (run_.target_is_remote()) {
    const auto job = std::make_shared<DirectoryEnd>(directory->target, failed, up);
    run_.engine().send(*job, 0,
                       Setstat{.path = run_.session().resolve(directory->target), .attributes = attributes});
    return;
  }
  try {
    directory->local->set_attributes(attributes);
  } catch (const Error& e) {
    failed(e.failure());
  }
  up();
}

void TransferTree::report(const TransferDirectory& directory, const Failure& failure,
                          std::string_view doing) {
  const TransferTask task{.source = directory.source, .target = directory.target};
  run_.report(transfer_error(failure, doing, task, std::nullopt));
}

}  // namespace amiko::sftp
