// amiko - a file on the server that a copy writes
#pragma once

#include "transfer_file.hpp"

#include <optional>
#include <string>

namespace amiko::sftp {

/// What putting and copying have in common: the file on the server, under its own name or a temporary one.
class UploadJob : public FileJob {
 public:
  using FileJob::FileJob;

 protected:
  /// Steps from here on belong to this class.
  enum UploadStep : unsigned {
    target_opened = 100,
    target_sized,
    target_emptied,
    attributes_set,
    synced,
    closed,
    renamed
  };

  /// Opens it; on_target() follows, with the bytes that are there and are to be gone on with.
  void open_target(std::uint32_t permissions);
  virtual void on_target(std::uint64_t existing) = 0;
  /// Throws away what is there, if it is a part of an earlier copy; else throws that the two differ.
  /// on_target(0) follows.
  void start_over(std::uint64_t differs_at);

  /// All data has been sent; `size` where the server cannot know it.  Sets attributes, syncs, closes and
  /// renames, then succeed().
  void finish_target(const SftpAttributes& source, std::optional<std::uint64_t> size);

  /// Answers of the steps above.
  void on_upload(unsigned step, Answer& answer);
  void late_answer(unsigned step, const Answer& answer) override;
  void clean_up() override;

  /// No answer to a block is missing.  The rest of the file's end waits for that.
  void data_answered();
  const Bytes& target_handle() const noexcept { return handle_; }
  const std::string& written_path() const noexcept { return written_path_; }

 private:
  void after_close();
  void close_target();

  Bytes handle_;
  std::string written_path_;
  bool renames_ = false;
  bool removes_ = false;  // a file of ours that nobody has asked for
  bool closing_ = false;
  bool closed_ = false;
};

}  // namespace amiko::sftp
