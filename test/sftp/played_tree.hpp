// amiko - a tree of files in memory, served by a test that may answer some requests in its own way
#pragma once

#include <sys/stat.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sftp_peer.hpp"

namespace amiko::test {

inline SftpName listed(std::string name, std::uint32_t mode, std::uint64_t size = 0) {
  SftpName entry{.filename = std::move(name)};
  entry.attributes.permissions = mode;
  entry.attributes.size = size;
  return entry;
}
inline SftpName listed_file(std::string name, std::uint64_t size) {
  return listed(std::move(name), S_IFREG | 0644, size);
}
inline SftpName listed_directory(std::string name) {
  return listed(std::move(name), S_IFDIR | 0755);
}
inline SftpName listed_link(std::string name) {
  return listed(std::move(name), S_IFLNK | 0777);
}

/// Paths are compared as they come; handles are paths.  What is listed need not be there, nor the reverse.
struct PlayedTree {
  using Request = SftpPeer::Request;

  std::map<std::string, std::string> files{};
  std::map<std::string, std::vector<SftpName>> directories{};
  std::map<std::string, std::string> links{};
  std::map<std::string, std::uint64_t> claimed_sizes{};  ///< where they are not the true ones
  /// Whether it has answered the request.
  std::function<bool(SftpPeer&, const Request&)> hook{};

  void serve(SftpPeer& peer) {
    while (const auto request = peer.next_or_end(milliseconds(60'000)))
      if (!hook || !hook(peer, *request)) answer(peer, *request);
  }

  void answer(SftpPeer& peer, const Request& r) {
    using sftp::PacketType;
    switch (r.type) {
      case PacketType::realpath:
        return peer.name(r.id, std::string(r.as<sftp::Realpath>().path));
      case PacketType::stat:
        return attributes(peer, r.id, std::string(r.as<sftp::Stat>().path));
      case PacketType::lstat:
        return attributes(peer, r.id, std::string(r.as<sftp::Lstat>().path));
      case PacketType::fstat:
        return attributes(peer, r.id, r.as<sftp::Fstat>().handle.str());
      case PacketType::readlink:
        return peer.name(r.id, links[std::string(r.as<sftp::Readlink>().path)]);
      case PacketType::opendir:
        return open_directory(peer, r);
      case PacketType::readdir:
        return read_directory(peer, r);
      case PacketType::open:
        return open(peer, r);
      case PacketType::read:
        return read(peer, r);
      case PacketType::write:
        return write(peer, r);
      case PacketType::mkdir:
        directories[std::string(r.as<sftp::Mkdir>().path)];
        return peer.ok(r.id);
      case PacketType::remove:
        removed.insert(std::string(r.as<sftp::Remove>().path));
        files.erase(std::string(r.as<sftp::Remove>().path));
        return peer.ok(r.id);
      default:
        return peer.ok(r.id);
    }
  }

  void read(SftpPeer& peer, const Request& r, std::size_t at_most = SIZE_MAX) {
    const auto request = r.as<sftp::Read>();
    const std::string& content = files[request.handle.str()];
    if (request.offset >= content.size()) return peer.status(r.id, sftp_errc::eof);
    const std::size_t offset = static_cast<std::size_t>(request.offset);
    const std::size_t length = std::min({std::size_t{request.length}, content.size() - offset, at_most});
    peer.answer(r.id, sftp::Data{.data = ByteView(content).slice(offset, length)});
  }

  std::set<std::string> removed{};
  std::set<std::string> finished{};  ///< directories that have been read

 private:
  void attributes(SftpPeer& peer, std::uint32_t id, const std::string& path) {
    SftpAttributes a;
    if (files.count(path) != 0) {
      a = listed_file({}, files[path].size()).attributes;
      if (claimed_sizes.count(path) != 0) a.size = claimed_sizes[path];
    } else if (directories.count(path) != 0) {
      a = listed_directory({}).attributes;
    } else {
      return peer.status(id, sftp_errc::no_such_file);
    }
    peer.answer(id, sftp::Attrs{.attributes = a});
  }
  void open_directory(SftpPeer& peer, const Request& r) {
    const std::string path(r.as<sftp::Opendir>().path);
    if (directories.count(path) == 0) return peer.status(r.id, sftp_errc::no_such_file);
    finished.erase(path);
    peer.answer(r.id, sftp::Handle{.handle = path});
  }
  void read_directory(SftpPeer& peer, const Request& r) {
    const std::string path = r.as<sftp::Readdir>().handle.str();
    if (directories[path].empty() || !finished.insert(path).second) return peer.status(r.id, sftp_errc::eof);
    peer.names(r.id, directories[path]);
  }
  void open(SftpPeer& peer, const Request& r) {
    const auto request = r.as<sftp::Open>();
    const std::string path(request.filename);
    if ((request.flags & sftp_create) == 0 && files.count(path) == 0)
      return peer.status(r.id, sftp_errc::no_such_file);
    if (request.flags & (sftp_truncate | sftp_exclusive)) files[path].clear();
    files[path];
    peer.answer(r.id, sftp::Handle{.handle = path});
  }
  void write(SftpPeer& peer, const Request& r) {
    const auto request = r.as<sftp::Write>();
    std::string& content = files[request.handle.str()];
    const std::size_t offset = static_cast<std::size_t>(request.offset);
    content.resize(std::max(content.size(), offset + request.data.size()));
    content.replace(offset, request.data.size(), request.data.str());
    peer.ok(r.id);
  }
};

}  // namespace amiko::test
