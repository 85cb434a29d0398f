// amiko - a file on the server that a copy writes
#include "transfer_upload.hpp"

namespace amiko::sftp {
namespace {

// Where the last name of a path begins.
std::size_t name_position(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? 0 : slash + 1;
}

}  // namespace

void UploadJob::open_target(std::uint32_t permissions) {
  const std::string path = run_.session().resolve(task_.target);
  const std::size_t name = name_position(path);
  const bool resumes = options().resume;
  std::uint32_t flags = sftp_write | sftp_create;
  renames_ = options().atomic;
  written_path_ = path;
  if (renames_) {
    const std::string_view last = std::string_view(path).substr(name);
    written_path_ = path.substr(0, name) + (resumes ? part_name(last) : temporary_name(last));
    removes_ = !resumes;
    if (!resumes) flags |= sftp_exclusive;
  } else if (!resumes) {
    flags |= sftp_truncate;
  }
  if (resumes || options().verify) flags |= sftp_read;
  doing("opening the target of");
  SftpAttributes attributes;
  attributes.permissions = permissions;
  send(target_opened, Open{.filename = written_path_, .flags = flags, .attributes = attributes});
}

void UploadJob::on_upload(unsigned step, Answer& answer) {
  switch (step) {
    case target_opened:
      if (answer.type != PacketType::handle) removes_ = false;  // there is none, or it is not ours
      handle_ = handle_of(answer, task_.target);
      if (options().resume) return send(target_sized, Fstat{.handle = handle_});
      return on_target(0);
    case target_sized:
      return on_target(attributes_of(answer, task_.target, version()).size.value_or(0));
    case target_emptied:
      check_status(answer, task_.target);
      return on_target(0);
    case attributes_set:
      doing("setting the attributes of");
      check_status(answer, task_.target);
      return data_answered();
    case synced:
      doing("syncing");
      check_status(answer, task_.target);
      return data_answered();
    case closed:
      doing("closing");
      closed_ = true;
      check_status(answer, task_.target);
      return after_close();
    case renamed:
      check_status(answer, task_.target);
      removes_ = false;
      return succeed();
    default:
      throw_error(errc::internal_error, "an SFTP answer that nobody has asked for");
  }
}

void UploadJob::start_over(std::uint64_t differs_at) {
  if (!renames_) throw_differs(differs_at, "copy it without resume");
  SftpAttributes empty;
  empty.size = 0;
  send(target_emptied, Fsetstat{.handle = handle_, .attributes = empty});
}

// The server handles the requests for one file in the order in which they come, so they need not wait for one
// another; an error of the first is seen all the same.
void UploadJob::finish_target(const SftpAttributes& source, std::optional<std::uint64_t> size) {
  SftpAttributes attributes = carried_attributes(source, options());
  attributes.size = size;
  if (attributes != SftpAttributes{})
    send(attributes_set, Fsetstat{.handle = handle_, .attributes = attributes});
  if ((options().fsync || options().atomic) && run_.session().supports(extension::fsync))
    send_extended(synced, extension::fsync, OneHandle{handle_});
  closing_ = true;
  send(closed, Close{.handle = handle_});
}

// An answer may have overtaken that of a block.
void UploadJob::after_close() {
  if (outstanding() > 0) return;
  if (!renames_) return succeed();
  doing("renaming the target of");
  const std::string path = run_.session().resolve(task_.target);
  send_extended(renamed, extension::posix_rename, TwoPaths{written_path_, path});
}

void UploadJob::data_answered() {
  if (closed_ && outstanding() == 0) after_close();
}

void UploadJob::late_answer(unsigned step, const Answer& answer) {
  if (step == target_opened && answer.type == PacketType::handle) handle_ = handle_of(answer, {});
  if (step == renamed && is_status(answer, sftp_errc::ok)) removes_ = false;
}

void UploadJob::close_target() {
  if (handle_.empty() || closing_) return;
  closing_ = true;
  engine().send_ignored(Close{.handle = handle_});
}

void UploadJob::clean_up() {
  close_target();
  if (removes_ && !written_path_.empty()) engine().send_ignored(Remove{.path = written_path_});
}

}  // namespace amiko::sftp
