// amiko - the names of a directory that is being copied, a few at a time
#include "transfer_listing.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace amiko::sftp {
namespace {

constexpr std::size_t enough_names = 128;
constexpr unsigned most_ahead = 8;

bool is_dots(std::string_view name) noexcept {
  return name == "." || name == "..";
}

}  // namespace

TransferListing::~TransferListing() = default;

TransferEntry FixedListing::take() {
  TransferEntry entry = std::move(entries_.front());
  entries_.pop_front();
  return entry;
}

void RemoteListing::begin() {
  ++outstanding_;
  const std::string path = run_.session().resolve(path_);
  run_.engine().send(*this, opened, Opendir{.path = path});
}

TransferListing::State RemoteListing::state() {
  if (!names_.empty()) return State::entry;
  if (failure_ && outstanding_ == 0) throw_failure(*failure_);
  return ended_ && outstanding_ == 0 ? State::end : State::waiting;
}

TransferEntry RemoteListing::take() {
  SftpName name = std::move(names_.front());
  names_.pop_front();
  ask();
  TransferEntry entry;
  entry.source = join_path(path_, ".");  // so that an empty name shows, too
  entry.source.replace(entry.source.size() - 1, 1, name.filename);
  entry.name = std::move(name.filename);
  entry.attributes = std::move(name.attributes);
  return entry;
}

// The more there is, the more is asked for ahead: most directories have few names.
void RemoteListing::ask() {
  while (!ended_ && !handle_.empty() && outstanding_ < ahead_ && names_.size() < enough_names) {
    ++outstanding_;
    run_.engine().send(*this, names, Readdir{.handle = handle_});
  }
}

void RemoteListing::answered(unsigned step, Answer& answer, TransferBlock&) {
  --outstanding_;
  if (step == opened)
    handle_ = handle_of(answer, {});
  else
    on_names(answer);
  if (ended_ && outstanding_ == 0 && !handle_.empty()) run_.engine().send_ignored(Close{.handle = handle_});
  ask();
}

void RemoteListing::on_names(const Answer& answer) {
  if (is_status(answer, sftp_errc::eof)) {
    ended_ = true;
    return;
  }
  std::vector<SftpName> more = names_of(answer, {}, run_.session().version());
  if (more.empty()) throw_error(errc::protocol_error, "the SFTP server sent a list of no names");
  for (SftpName& name : more)
    if (!is_dots(name.filename)) names_.push_back(std::move(name));
  ahead_ = std::min(ahead_ * 2, most_ahead);
}

// What has come is copied before the error is told.
void RemoteListing::fail(const Failure& failure) {
  if (!failure_) failure_ = failure;
  ended_ = true;
  if (outstanding_ == 0 && !handle_.empty()) run_.engine().send_ignored(Close{.handle = handle_});
}

LocalListing::LocalListing(const TransferDirectory& directory) : path_(directory.source) {
  const int fd = ::openat(directory.local->fd(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  stream_ = fd < 0 ? nullptr : ::fdopendir(fd);
  if (stream_ != nullptr) return;
  const int error = errno;
  if (fd >= 0) ::close(fd);
  throw_system(error, "cannot read the directory", path_);
}

TransferListing::State LocalListing::state() {
  while (next_.empty()) {
    errno = 0;
    const dirent* entry = ::readdir(stream_);
    if (entry == nullptr && errno != 0) throw_system(errno, "cannot read the directory", path_);
    if (entry == nullptr) return State::end;
    if (!is_dots(entry->d_name)) next_ = entry->d_name;
  }
  return State::entry;
}

TransferEntry LocalListing::take() {
  TransferEntry entry;
  entry.source = join_path(path_, next_);
  entry.name = std::exchange(next_, {});
  return entry;
}

std::string join_path(const std::string& directory, const std::string& name) {
  if (directory.empty()) return name;
  if (name.empty()) return directory;
  return directory.back() == '/' ? directory + name : directory + '/' + name;
}

}  // namespace amiko::sftp
