// amiko - files on the other side: directories
#include <amiko/sftp/sftp_client.hpp>

#include "directory_impl.hpp"
#include "file_impl.hpp"
#include "remove_tree.hpp"
#include "session.hpp"

#include <algorithm>
#include <utility>

namespace amiko {
namespace {

/// "/a/b" of "/a/b/c"; empty where nothing is above.
std::string_view parent_of(std::string_view path) {
  const std::size_t last = path.find_last_not_of('/');
  if (last == std::string_view::npos) return {};
  const std::size_t slash = path.substr(0, last + 1).find_last_of('/');
  if (slash == std::string_view::npos) return {};
  const std::size_t end = path.substr(0, slash).find_last_not_of('/');
  return end == std::string_view::npos ? path.substr(0, 1) : path.substr(0, end + 1);
}

}  // namespace

void SftpClient::mkdir(std::string_view path, const SftpAttributes& attributes) {
  SftpSession& session = get();
  session.call(sftp::Mkdir{.path = session.resolve(path), .attributes = attributes}, path);
}

// From below: most often only the last one is missing.  Somebody else may be making the same ones.
void SftpClient::makedirs(std::string_view path, const SftpAttributes& attributes, bool exist_ok) {
  std::vector<std::string_view> missing;
  for (std::string_view at = path;;) {
    try {
      mkdir(at, attributes);
      break;
    } catch (const SftpError&) {
      if (isdir(at)) {
        if (missing.empty() && !exist_ok)
          throw SftpError(sftp_errc::file_already_exists, {}, std::string(path));
        break;
      }
      const std::string_view above = parent_of(at);
      if (above.empty() || lexists(at)) throw;
      missing.push_back(at);
      at = above;
    }
  }
  for (; !missing.empty(); missing.pop_back()) {
    try {
      mkdir(missing.back(), attributes);
    } catch (const SftpError&) {
      if (!isdir(missing.back())) throw;
    }
  }
}

void SftpClient::rmdir(std::string_view path) {
  SftpSession& session = get();
  session.call(sftp::Rmdir{.path = session.resolve(path)}, path);
}

void SftpClient::rmtree(std::string_view path, const std::function<void(const SftpError&)>& on_error) {
  sftp::TreeRemover(*this, get(), on_error).remove(path);
}

SftpDirectory SftpClient::scandir(std::string_view path) {
  const std::string resolved = get().resolve(path);
  Bytes handle = session_->call_for_handle(sftp::Opendir{.path = resolved}, path);
  return SftpDirectory(std::make_unique<SftpDirectory::Impl>(session_, std::move(handle), std::string(path)));
}

std::vector<SftpName> SftpClient::readdir(std::string_view path) {
  std::vector<SftpName> entries;
  SftpDirectory directory = scandir(path);
  while (std::optional<SftpName> entry = directory.next())
    entries.push_back(std::move(*entry));
  return entries;
}

std::vector<std::string> SftpClient::listdir(std::string_view path) {
  std::vector<std::string> names;
  SftpDirectory directory = scandir(path);
  while (std::optional<SftpName> entry = directory.next())
    names.push_back(std::move(entry->filename));
  std::sort(names.begin(), names.end());
  return names;
}

void SftpClient::remote_copy(SftpFile& from, std::uint64_t from_offset, std::uint64_t length, SftpFile& to,
                             std::uint64_t to_offset) {
  SftpSession& session = get();
  if (from.impl().session() != session_ || to.impl().session() != session_)
    throw_error(errc::invalid_argument, "the server can copy only between files of one session");
  from.flush();
  to.impl().settle();
  to.flush();
  session.call_extended(sftp::extension::copy_data,
                        sftp::CopyData{.read_handle = from.handle(),
                                       .read_offset = from_offset,
                                       .length = length,
                                       .write_handle = to.handle(),
                                       .write_offset = to_offset},
                        to.path());
}

bool SftpClient::supports_remote_copy() const {
  return supports(sftp::extension::copy_data);
}

}  // namespace amiko
