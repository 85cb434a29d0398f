// amiko - a lazy list of a directory on the other side
#include "directory_impl.hpp"

#include <algorithm>
#include <utility>

namespace amiko {
namespace {

// Two from the start: the second finds the end of most directories, without a round trip of its own.
constexpr std::size_t first_depth = 2;
constexpr std::size_t most_depth = 8;

}  // namespace

SftpDirectory::Impl::Impl(std::shared_ptr<SftpSession> session, Bytes handle, std::string path)
    : session_(std::move(session)),
      handle_(std::move(handle)),
      path_(std::move(path)),
      depth_(first_depth),
      requests_(std::in_place, session_->dispatcher()) {}

SftpDirectory::Impl::~Impl() {
  finish();
}

std::optional<SftpName> SftpDirectory::Impl::next() {
  for (;;) {
    if (taken_ == names_.size() && !fill()) return std::nullopt;
    SftpName& name = names_[taken_++];
    if (name.filename != "." && name.filename != "..") return std::move(name);
  }
}

// More names; false at the end.
bool SftpDirectory::Impl::fill() {
  if (!requests_) return false;
  const Deadline limit = session_->deadline();
  while (requests_->outstanding() < depth_)
    requests_->send(sftp::Readdir{.handle = handle_}, 0, limit);
  const sftp::Answer answer = requests_->next(limit);
  taken_ = 0;
  names_.clear();
  if (!sftp::is_status(answer, sftp_errc::eof)) {
    try {
      names_ = session_->checked([&] { return sftp::names_of(answer, path_, session_->version()); });
    } catch (const Error&) {
      finish();
      throw;
    }
  }
  if (names_.empty()) finish();
  depth_ = std::min(depth_ * 2, most_depth);
  return !names_.empty();
}

void SftpDirectory::Impl::finish() noexcept {
  if (!requests_) return;
  requests_.reset();
  session_->dispatcher()->post_close(handle_);
}

SftpDirectory::SftpDirectory(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
SftpDirectory::SftpDirectory(SftpDirectory&&) noexcept = default;
SftpDirectory& SftpDirectory::operator=(SftpDirectory&&) noexcept = default;
SftpDirectory::~SftpDirectory() = default;

std::optional<SftpName> SftpDirectory::next() {
  if (!impl_) throw_error(errc::no_state, "a moved-from SftpDirectory");
  return impl_->next();
}

}  // namespace amiko
