// amiko - files on the other side: names, links and resolved paths
#include <amiko/sftp/sftp_client.hpp>

#include "session.hpp"

#include <amiko/wire/reader.hpp>
#include <amiko/wire/writer.hpp>

#include <algorithm>
#include <utility>

namespace amiko {
namespace {

using sftp::extension::users_groups_by_id;

// Their names must fit into an answer.
constexpr std::size_t ids_at_once = 512;

Bytes encoded_ids(const std::vector<std::uint32_t>& ids, std::size_t first, std::size_t count) {
  Bytes out;
  wire::Writer writer(out);
  for (std::size_t i = first; i < first + count; ++i)
    writer.uint32(ids[i]);
  return out;
}

void append_names(std::vector<std::string>& names, ByteView list, std::size_t count) {
  wire::Reader reader(list);
  for (std::size_t i = 0; i < count; ++i)
    names.emplace_back(reader.text());
}

std::vector<std::string> names_of_ids(SftpSession& session, const std::vector<std::uint32_t>& ids,
                                      bool users) {
  session.require(users_groups_by_id);
  std::vector<std::string> names;
  for (std::size_t first = 0; first < ids.size(); first += ids_at_once) {
    const std::size_t count = std::min(ids_at_once, ids.size() - first);
    const Bytes list = encoded_ids(ids, first, count);
    const sftp::IdLists asked = users ? sftp::IdLists{.users = list} : sftp::IdLists{.groups = list};
    const Bytes reply = session.call_extended_for_reply(users_groups_by_id, asked, {});
    session.checked([&] {
      const auto told = sftp::decode<sftp::IdLists>(reply);
      append_names(names, users ? told.users : told.groups, count);
    });
  }
  return names;
}

}  // namespace

void SftpClient::rename(std::string_view from, std::string_view to) {
  SftpSession& session = get();
  const std::string first = session.resolve(from), second = session.resolve(to);
  session.call(sftp::Rename{.first = first, .second = second}, from);
}

void SftpClient::posix_rename(std::string_view from, std::string_view to) {
  SftpSession& session = get();
  const std::string first = session.resolve(from), second = session.resolve(to);
  session.call_extended(sftp::extension::posix_rename, sftp::TwoPaths{.first = first, .second = second},
                        from);
}

void SftpClient::remove(std::string_view path) {
  SftpSession& session = get();
  session.call(sftp::Remove{.path = session.resolve(path)}, path);
}

void SftpClient::symlink(std::string_view target, std::string_view path) {
  SftpSession& session = get();
  if (target.find('\0') != std::string_view::npos)
    throw_error(errc::invalid_argument, "a symbolic link's target with a zero byte in it");
  const std::string link = session.resolve(path);
  if (session.symlink_target_first())
    session.call(sftp::Symlink{.first = target, .second = link}, path);
  else
    session.call(sftp::Symlink{.first = link, .second = target}, path);
}

void SftpClient::link(std::string_view existing, std::string_view path) {
  SftpSession& session = get();
  const std::string first = session.resolve(existing), second = session.resolve(path);
  session.call_extended(sftp::extension::hardlink, sftp::TwoPaths{.first = first, .second = second}, path);
}

std::string SftpClient::readlink(std::string_view path) {
  SftpSession& session = get();
  return session.call_for_name(sftp::Readlink{.path = session.resolve(path)}, path);
}

std::string SftpClient::realpath(std::string_view path) {
  SftpSession& session = get();
  return session.call_for_name(sftp::Realpath{.path = session.resolve(path)}, path);
}

std::string SftpClient::expand_path(std::string_view path) {
  SftpSession& session = get();
  const std::string sent = path.starts_with('~') ? std::string(path) : session.resolve(path);
  return session.call_extended_for_name(sftp::extension::expand_path, sftp::OnePath{.path = sent}, path);
}

std::string SftpClient::home_directory(std::string_view user) {
  return get().call_extended_for_name(sftp::extension::home_directory, sftp::OnePath{.path = user}, user);
}

std::vector<std::string> SftpClient::user_names(const std::vector<std::uint32_t>& uids) {
  return names_of_ids(get(), uids, true);
}

std::vector<std::string> SftpClient::group_names(const std::vector<std::uint32_t>& gids) {
  return names_of_ids(get(), gids, false);
}

void SftpClient::chdir(std::string_view path) {
  std::string resolved = realpath(path);
  const FileType type = stat(resolved).type();
  if (type != FileType::directory && type != FileType::unknown)
    throw SftpError(sftp_errc::not_a_directory, {}, std::string(path));
  get().set_cwd(std::move(resolved));
}

std::string SftpClient::getcwd() {
  SftpSession& session = get();
  if (std::string known = session.cwd(); !known.empty()) return known;
  return realpath(".");
}

}  // namespace amiko
