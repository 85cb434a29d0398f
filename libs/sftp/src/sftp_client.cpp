// amiko - files on the other side: a session's life, and what is known about files
#include <amiko/sftp/sftp_client.hpp>

#include "file_impl.hpp"
#include "session.hpp"

#include <utility>

namespace amiko {
namespace {

bool says_missing(const SftpError& error) noexcept {
  return error.status() == sftp_errc::no_such_file || error.status() == sftp_errc::no_such_path;
}

template <class Ask>
std::optional<SftpAttributes> if_exists(Ask ask) {
  try {
    return ask();
  } catch (const SftpError& error) {
    if (!says_missing(error)) throw;
    return std::nullopt;
  }
}

template <class T>
T told(const std::optional<T>& value, const char* what, std::string_view path) {
  if (!value)
    throw SftpError(sftp_errc::op_unsupported, std::string("the server does not tell the ") + what,
                    std::string(path));
  return *value;
}

}  // namespace

SftpClient::SftpClient(Channel channel, const SftpOptions& options)
    : SftpClient(sftp_stream(std::move(channel)), options) {}

SftpClient::SftpClient(std::shared_ptr<SftpStream> stream, const SftpOptions& options)
    : session_(std::make_shared<SftpSession>(std::move(stream), options)) {}

SftpClient::SftpClient(SftpClient&&) noexcept = default;

SftpClient& SftpClient::operator=(SftpClient&& other) noexcept {
  if (this == &other) return *this;
  close();
  session_ = std::move(other.session_);
  return *this;
}

SftpClient::~SftpClient() {
  close();
}

SftpSession& SftpClient::get() const {
  if (!session_) throw_error(errc::no_state, "a moved-from SftpClient");
  return *session_;
}

void SftpClient::close() noexcept {
  if (session_) session_->dispatcher()->close();
}

bool SftpClient::is_open() const {
  return session_ && session_->dispatcher()->is_open();
}

void SftpClient::settimeout(Timeout timeout) {
  get().set_timeout(timeout);
}

Timeout SftpClient::gettimeout() const {
  return get().timeout();
}

std::uint32_t SftpClient::version() const {
  return get().version();
}

const std::map<std::string, std::string>& SftpClient::extensions() const {
  return get().extensions();
}

bool SftpClient::supports(std::string_view extension) const {
  return get().supports(extension);
}

SftpLimits SftpClient::limits() const {
  return get().limits();
}

SftpFile SftpClient::open(std::string_view path, std::string_view mode, const SftpAttributes& attributes) {
  return open_flags(path, sftp_open_flags(mode), attributes);
}

SftpFile SftpClient::open_flags(std::string_view path, std::uint32_t flags,
                                const SftpAttributes& attributes) {
  const std::string resolved = get().resolve(path);
  Bytes handle = session_->call_for_handle(
      sftp::Open{.filename = resolved, .flags = flags, .attributes = attributes}, path);
  SftpFile file(std::make_unique<SftpFile::Impl>(session_, std::move(handle), std::string(path)));
  if (flags & sftp_append) file.seek(0, SeekFrom::end);
  return file;
}

std::string SftpClient::read_file(std::string_view path, std::size_t limit) {
  SftpFile file = open(path, "r");
  return file.read_all(limit);
}

void SftpClient::write_file(std::string_view path, ByteView data, std::string_view mode) {
  SftpFile file = open(path, mode);
  file.write(data);
  file.close();
}

SftpAttributes SftpClient::stat(std::string_view path) {
  SftpSession& session = get();
  return session.call_for_attributes(sftp::Stat{.path = session.resolve(path)}, path);
}

SftpAttributes SftpClient::lstat(std::string_view path) {
  SftpSession& session = get();
  return session.call_for_attributes(sftp::Lstat{.path = session.resolve(path)}, path);
}

std::optional<SftpAttributes> SftpClient::stat_if_exists(std::string_view path) {
  return if_exists([&] { return stat(path); });
}

std::optional<SftpAttributes> SftpClient::lstat_if_exists(std::string_view path) {
  return if_exists([&] { return lstat(path); });
}

bool SftpClient::exists(std::string_view path) {
  return stat_if_exists(path).has_value();
}

bool SftpClient::lexists(std::string_view path) {
  return lstat_if_exists(path).has_value();
}

bool SftpClient::isdir(std::string_view path) {
  const auto found = stat_if_exists(path);
  return found && found->is_directory();
}

bool SftpClient::isfile(std::string_view path) {
  const auto found = stat_if_exists(path);
  return found && found->is_regular();
}

bool SftpClient::islink(std::string_view path) {
  const auto found = lstat_if_exists(path);
  return found && found->is_symlink();
}

std::uint64_t SftpClient::getsize(std::string_view path) {
  return told(stat(path).size, "size", path);
}

FileTime SftpClient::getatime(std::string_view path) {
  return told(stat(path).atime, "time of the last access", path);
}

FileTime SftpClient::getmtime(std::string_view path) {
  return told(stat(path).mtime, "time of the last change", path);
}

void SftpClient::setstat(std::string_view path, const SftpAttributes& attributes, bool follow_symlinks) {
  SftpSession& session = get();
  const std::string resolved = session.resolve(path);
  if (follow_symlinks)
    session.call(sftp::Setstat{.path = resolved, .attributes = attributes}, path);
  else
    session.call_extended(sftp::extension::lsetstat,
                          sftp::PathAttributes{.path = resolved, .attributes = attributes}, path);
}

void SftpClient::chmod(std::string_view path, std::uint32_t mode, bool follow_symlinks) {
  setstat(path, {.permissions = mode}, follow_symlinks);
}

void SftpClient::chown(std::string_view path, std::uint32_t uid, std::uint32_t gid, bool follow_symlinks) {
  setstat(path, {.uid = uid, .gid = gid}, follow_symlinks);
}

void SftpClient::utime(std::string_view path, FileTime atime, FileTime mtime, bool follow_symlinks) {
  setstat(path, {.atime = atime, .mtime = mtime}, follow_symlinks);
}

void SftpClient::truncate(std::string_view path, std::uint64_t size) {
  setstat(path, {.size = size});
}

SftpStatVfs SftpClient::statvfs(std::string_view path) {
  SftpSession& session = get();
  const std::string resolved = session.resolve(path);
  return session.checked([&] {
    const Bytes reply =
        session.call_extended_for_reply(sftp::extension::statvfs, sftp::OnePath{.path = resolved}, path);
    return sftp::decode<sftp::StatVfsBody>(reply).v;
  });
}

}  // namespace amiko
