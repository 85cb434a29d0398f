// amiko - an entry on its way: finding out what it is, then making a file, a link or a directory of it
#pragma once

#include "transfer_file.hpp"
#include "transfer_tree.hpp"

#include <functional>
#include <optional>
#include <string>

namespace amiko::sftp {

/// One request at a time.
class TransferItem final : public TransferJob {
 public:
  /// `attributes`: as a directory's list told them, if one did.  `done` is called once.
  TransferItem(TransferRun& run, TransferTree& tree, TransferTask task,
               std::optional<SftpAttributes> attributes, std::function<void()> done);

  void begin();
  void answered(unsigned step, Answer& answer, TransferBlock& block) override;
  void fail(const Failure& failure) override;

 private:
  enum Step : unsigned {
    looked,
    resolved,
    link_read,
    directory_made,
    directory_checked,
    link_made,
    link_checked,
    link_removed
  };

  template <class Work>
  void guarded(Work work);
  void check_name() const;
  void look();
  void look_here();
  void decide();
  void copy_file();

  bool is_refused(const Answer& answer);
  FileType type_in(const Answer& answer) const;

  void begin_directory();
  void check_loop(const std::string& real, std::pair<dev_t, ino_t> identity) const;
  void make_directory();
  void enter_directory();

  void begin_link();
  void make_link(std::string text);
  void send_link();

  TransferEngine& engine() const noexcept { return run_.engine(); }
  std::string remote_target() const { return run_.session().resolve(task_.target); }

  TransferRun& run_;
  TransferTree& tree_;
  TransferTask task_;
  std::optional<SftpAttributes> attributes_;
  std::function<void()> done_;
  std::string_view doing_ = "looking at";
  bool followed_ = false;  // what was there was a link
  std::shared_ptr<TransferDirectory> made_;
  std::string link_text_;
  std::optional<Failure> refusal_;  // of the first attempt
  bool replaced_ = false;
  std::pair<dev_t, ino_t> identity_{};
};

}  // namespace amiko::sftp
