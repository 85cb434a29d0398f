// amiko - a file system in memory that can be watched and held up
#pragma once

#include <amiko/sftp/sftp_filesystem.hpp>

#include <algorithm>
#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>

namespace amiko::test {

/// Files are there as soon as they are named; directories have `names` entries.
class MemoryFilesystem : public SftpFilesystem {
 public:
  std::atomic<std::size_t> opened{0}, open_now{0}, reads{0};
  std::map<std::string, std::string, std::less<>> files{};
  std::function<void(const std::string&path, std::uint64_t offset)> before_read{}, before_write{};
  std::vector<SftpName> names{};

  std::unique_ptr<SftpOpenFile> open(std::string_view path, std::uint32_t, const SftpAttributes&) override {
    ++opened;
    return std::make_unique<File>(*this, std::string(path));
  }
  std::unique_ptr<SftpOpenDirectory> opendir(std::string_view) override {
    return std::make_unique<Directory>(names);
  }
  SftpAttributes stat(std::string_view path) override {
    const auto found = files.find(path);
    if (found == files.end()) throw SftpError(sftp_errc::no_such_file);
    return {.size = found->second.size()};
  }
  SftpAttributes lstat(std::string_view path) override { return stat(path); }
  std::string realpath(std::string_view path) override { return "/" + std::string(path); }
  std::string user_name(std::uint32_t uid) override { return uid == 7 ? "ann" : ""; }

 private:
  class File final : public SftpOpenFile {
   public:
    File(MemoryFilesystem& files, std::string path)
        : files_(files), content_(files.files[path]), path_(std::move(path)) {
      ++files_.open_now;
    }
    ~File() override { --files_.open_now; }
    std::size_t read(std::uint64_t offset, MutableBytes buffer) override {
      if (files_.before_read) files_.before_read(path_, offset);
      ++files_.reads;
      if (offset >= content_.size()) return 0;
      const std::size_t n = std::min(buffer.size(), content_.size() - static_cast<std::size_t>(offset));
      std::copy_n(content_.begin() + static_cast<std::ptrdiff_t>(offset), n, buffer.begin());
      return n;
    }
    void write(std::uint64_t offset, ByteView data) override {
      if (files_.before_write) files_.before_write(path_, offset);
      content_.resize(std::max(content_.size(), static_cast<std::size_t>(offset) + data.size()));
      std::copy(data.begin(), data.end(), content_.begin() + static_cast<std::ptrdiff_t>(offset));
    }
    SftpAttributes stat() override { return {.size = content_.size()}; }
    void setstat(const SftpAttributes&) override {}

   private:
    MemoryFilesystem& files_;
    std::string& content_;
    const std::string path_;
  };

  class Directory final : public SftpOpenDirectory {
   public:
    explicit Directory(std::vector<SftpName> names) : names_(std::move(names)) {}
    std::vector<SftpName> read(std::size_t) override { return std::exchange(names_, {}); }

   private:
    std::vector<SftpName> names_;
  };
};

}  // namespace amiko::test
