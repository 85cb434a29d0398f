// amiko - an entry on its way: finding out what it is, then making a file, a link or a directory of it
#include "transfer_item.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

namespace amiko::sftp {
namespace {

constexpr std::uint32_t own_permissions = 0700;  // a directory must be writable until all is in it

[[noreturn]] void throw_refused(sftp_errc code, std::string text, std::string hint = {}) {
  throw_failure({.code = code, .text = std::move(text), .phase = Phase::session, .hint = std::move(hint)});
}

}  // namespace

TransferItem::TransferItem(TransferRun& run, TransferTree& tree, TransferTask task,
                           std::optional<SftpAttributes> attributes, std::function<void()> done)
    : run_(run),
      tree_(tree),
      task_(std::move(task)),
      attributes_(std::move(attributes)),
      done_(std::move(done)) {}

template <class Work>
void TransferItem::guarded(Work work) {
  const auto self = shared_from_this();
  try {
    work();
  } catch (const Error& e) {
    fail(e.failure());
  }
}

void TransferItem::begin() {
  guarded([this] {
    check_name();
    if (!run_.source_is_remote()) return look_here();
    if (!attributes_ || attributes_->type() == FileType::unknown) return look();
    if (attributes_->is_symlink() && run_.options().follow_symlinks) {
      followed_ = true;
      return look();
    }
    decide();
  });
}

// Names of a directory's list come from the server, and so do those that a pattern matched.
void TransferItem::check_name() const {
  const bool itself = !task_.below && task_.name.empty();  // the user's "." goes into the target itself
  if (run_.source_is_remote() && !itself && !is_safe_name(task_.name))
    throw_refused(sftp_errc::invalid_filename, "the server sent a name that leads elsewhere");
}

void TransferItem::look() {
  const std::string path = run_.session().resolve(task_.source);
  if (run_.options().follow_symlinks)
    engine().send(*this, looked, Stat{.path = path});
  else
    engine().send(*this, looked, Lstat{.path = path});
}

void TransferItem::look_here() {
  struct stat status;
  const bool below = task_.below;
  const int at = below ? task_.directory->local->fd() : AT_FDCWD;
  const std::string& name = below ? task_.name : task_.source;
  if (::fstatat(at, name.c_str(), &status, run_.options().follow_symlinks ? 0 : AT_SYMLINK_NOFOLLOW) != 0)
    throw_system(errno, "cannot look at", name);
  identity_ = {status.st_dev, status.st_ino};
  attributes_ = SftpAttributes::from(status);
  decide();
}

void TransferItem::decide() {
  task_.attributes = *attributes_;
  switch (attributes_->type()) {
    case FileType::directory:
      return begin_directory();
    case FileType::symlink:
      return begin_link();
    case FileType::regular:
    case FileType::unknown:
      return copy_file();
    default:
      throw_refused(sftp_errc::invalid_parameter, "it is neither file nor directory");
  }
}

void TransferItem::copy_file() {
  if (task_.name.empty()) throw_refused(sftp_errc::file_is_a_directory, "the target has no name of its own");
  auto make = run_.kind() == TransferKind::get   ? make_get
              : run_.kind() == TransferKind::put ? make_put
                                                 : make_copy;
  make(run_, std::move(task_), std::move(done_))->begin();
}

void TransferItem::answered(unsigned step, Answer& answer, TransferBlock&) {
  SftpSession& session = run_.session();
  switch (step) {
    case looked:
      attributes_ = attributes_of(answer, {}, session.version());
      return decide();
    case resolved:
      made_->real = name_of(answer, {}, session.version());
      check_loop(made_->real, {});
      return make_directory();
    case link_read:
      return make_link(name_of(answer, {}, session.version()));
    case directory_made:
      if (is_refused(answer)) return engine().send(*this, directory_checked, Stat{.path = remote_target()});
      return enter_directory();
    case directory_checked:  // it was there before
      if (type_in(answer) != FileType::directory) throw_failure(*refusal_);
      return enter_directory();
    case link_made:
      if (is_refused(answer)) return engine().send(*this, link_checked, Lstat{.path = remote_target()});
      ++run_.result().links;
      return done_();
    case link_checked:  // another link or a file is in the way
      if (replaced_ || answer.type != PacketType::attrs || type_in(answer) == FileType::directory)
        throw_failure(*refusal_);
      replaced_ = true;
      return engine().send(*this, link_removed, Remove{.path = remote_target()});
    case link_removed:
      check_status(answer, task_.target);
      return send_link();
    default:
      throw_error(errc::internal_error, "an SFTP answer that nobody has asked for");
  }
}

// Keeps what the server said, which tells more than what is found out afterwards.
bool TransferItem::is_refused(const Answer& answer) {
  try {
    check_status(answer, task_.target);
    return false;
  } catch (const SftpError& e) {
    refusal_ = e.failure();
    return true;
  }
}

FileType TransferItem::type_in(const Answer& answer) const {
  if (answer.type != PacketType::attrs) return FileType::unknown;
  return attributes_of(answer, {}, run_.session().version()).type();
}

void TransferItem::fail(const Failure& failure) {
  run_.report(transfer_error(failure, doing_, task_, std::nullopt));
  done_();
}

// --- directories

void TransferItem::begin_directory() {
  doing_ = "copying the directory";
  const TransferOptions& options = run_.options();
  if (!options.recurse) throw_refused(sftp_errc::file_is_a_directory, {}, "recurse copies directories");
  const auto& parent = task_.directory;
  if (parent->depth >= TransferTree::deepest)
    throw_refused(sftp_errc::failure,
                  "more than " + std::to_string(TransferTree::deepest) + " directories in one another");
  made_ = std::make_shared<TransferDirectory>(TransferDirectory{.parent = parent,
                                                                .source = task_.source,
                                                                .target = task_.target,
                                                                .attributes = task_.attributes,
                                                                .identity = identity_,
                                                                .depth = parent->depth + 1});
  if (!options.follow_symlinks) return make_directory();
  if (!run_.source_is_remote()) {
    check_loop({}, identity_);
    return make_directory();
  }
  if (task_.below && !followed_) {
    made_->real = join_path(parent->real, task_.name);
    return make_directory();
  }
  engine().send(*this, resolved, Realpath{.path = run_.session().resolve(task_.source)});
}

void TransferItem::check_loop(const std::string& real, std::pair<dev_t, ino_t> identity) const {
  for (const TransferDirectory* above = made_->parent.get(); above->depth > 0; above = above->parent.get())
    if (run_.source_is_remote() ? above->real == real : above->identity == identity)
      throw_refused(sftp_errc::link_loop, "the directory contains itself, by a link");
}

void TransferItem::make_directory() {
  if (run_.kind() == TransferKind::put)
    made_->local = task_.below
                       ? task_.directory->local->open_below(task_.name, run_.options().follow_symlinks)
                       : LocalDirectory::open(task_.source);
  if (task_.name.empty()) {
    if (run_.kind() == TransferKind::get) made_->local = task_.directory->local;
    return enter_directory();
  }
  if (run_.kind() == TransferKind::get) {
    made_->local = task_.directory->local->make_below(task_.name);
    return enter_directory();
  }
  SftpAttributes attributes;
  if (task_.attributes.permissions)
    attributes.permissions = (*task_.attributes.permissions & carried_permissions) | own_permissions;
  engine().send(*this, directory_made, Mkdir{.path = remote_target(), .attributes = attributes});
}

void TransferItem::enter_directory() {
  tree_.enter(made_);
  done_();
}

// --- links

void TransferItem::begin_link() {
  doing_ = "copying the link";
  if (task_.name.empty()) throw_refused(sftp_errc::invalid_filename, "the link has no name of its own");
  if (run_.source_is_remote())
    return engine().send(*this, link_read, Readlink{.path = run_.session().resolve(task_.source)});
  if (task_.below) return make_link(task_.directory->local->read_link(task_.name));
  make_link(LocalDirectory(support::UniqueFd(AT_FDCWD)).read_link(task_.source));
}

void TransferItem::make_link(std::string text) {
  if (text.empty() || text.find('\0') != std::string::npos)
    throw_refused(sftp_errc::invalid_filename, "the link leads nowhere");
  link_text_ = std::move(text);
  if (run_.target_is_remote()) return send_link();
  task_.directory->local->make_link(link_text_, task_.name);
  ++run_.result().links;
  done_();
}

void TransferItem::send_link() {
  const std::string path = remote_target();
  if (run_.session().symlink_target_first())
    engine().send(*this, link_made, Symlink{.first = link_text_, .second = path});
  else
    engine().send(*this, link_made, Symlink{.first = path, .second = link_text_});
}

}  // namespace amiko::sftp
