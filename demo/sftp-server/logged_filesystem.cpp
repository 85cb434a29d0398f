// amiko - a file system whose use is logged as sftp-server does
#include "logged_filesystem.hpp"

#include <amiko/base/printable.hpp>

#include <array>
#include <cstdio>
#include <ctime>
#include <utility>

namespace demo::sftp_server {
namespace {

using amiko::LogLevel;

std::string quoted(std::string_view path) {
  return "\"" + amiko::printable(path) + "\"";
}

std::string octal(std::uint32_t mode) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "0%o", mode);
  return text.data();
}

std::string flag_names(std::uint32_t flags) {
  static constexpr std::pair<std::uint32_t, const char*> names[] = {
      {amiko::sftp_read, "READ"},     {amiko::sftp_write, "WRITE"},       {amiko::sftp_append, "APPEND"},
      {amiko::sftp_create, "CREATE"}, {amiko::sftp_truncate, "TRUNCATE"}, {amiko::sftp_exclusive, "EXCL"}};
  std::string result;
  for (const auto& [flag, name] : names)
    if ((flags & flag) != 0) result += (result.empty() ? "" : ",") + std::string(name);
  return result;
}

std::string time_text(const amiko::FileTime& time) {
  const auto seconds = static_cast<std::time_t>(time.seconds);
  std::tm local{};
  std::array<char, 64> text{};
  if (::localtime_r(&seconds, &local) != nullptr)
    std::strftime(text.data(), text.size(), "%Y%m%d-%H:%M:%S", &local);
  return text.data();
}

void log_changes(const SessionLog& log, std::string_view path, const amiko::SftpAttributes& a) {
  const std::string set = "set " + quoted(path) + " ";
  if (a.size) log.write(LogLevel::info, set + "size " + std::to_string(*a.size));
  if (a.permissions) log.write(LogLevel::info, set + "mode " + octal(*a.permissions));
  if (a.mtime) log.write(LogLevel::info, set + "modtime " + time_text(*a.mtime));
  if (a.uid && a.gid)
    log.write(LogLevel::info, set + "owner " + std::to_string(*a.uid) + " group " + std::to_string(*a.gid));
}

class LoggedFile final : public amiko::SftpOpenFile {
 public:
  LoggedFile(std::unique_ptr<amiko::SftpOpenFile> file, std::string path, const SessionLog& log)
      : file_(std::move(file)), path_(std::move(path)), log_(log) {}
  ~LoggedFile() override {
    if (!closed_) log_end("forced close ");
  }

  std::size_t read(std::uint64_t offset, amiko::MutableBytes buffer) override {
    const std::size_t n = file_->read(offset, buffer);
    read_ += n;
    return n;
  }
  void write(std::uint64_t offset, amiko::ByteView data) override {
    file_->write(offset, data);
    written_ += data.size();
  }
  amiko::SftpAttributes stat() override { return file_->stat(); }
  void setstat(const amiko::SftpAttributes& attributes) override {
    log_changes(log_, path_, attributes);
    file_->setstat(attributes);
  }
  amiko::SftpStatVfs statvfs() override { return file_->statvfs(); }
  void fsync() override {
    log_.write(LogLevel::debug, "fsync " + quoted(path_));
    file_->fsync();
  }
  void copy_to(std::uint64_t offset, std::uint64_t length, amiko::SftpOpenFile& to,
               std::uint64_t to_offset) override {
    auto* const target = dynamic_cast<LoggedFile*>(&to);
    if (target == nullptr) return file_->copy_to(offset, length, to, to_offset);
    log_.write(LogLevel::info, "copy-data from " + quoted(path_) + " off " + std::to_string(offset) +
                                   " len " + std::to_string(length) + " to " + quoted(target->path_) +
                                   " off " + std::to_string(to_offset));
    file_->copy_to(offset, length, *target->file_, to_offset);
  }
  void close() override {
    closed_ = true;
    log_end("close ");
    file_->close();
  }

 private:
  void log_end(const char* how) const {
    log_.write(LogLevel::info, how + quoted(path_) + " bytes read " + std::to_string(read_) + " written " +
                                   std::to_string(written_));
  }

  const std::unique_ptr<amiko::SftpOpenFile> file_;
  const std::string path_;
  const SessionLog& log_;
  std::uint64_t read_ = 0, written_ = 0;
  bool closed_ = false;
};

class LoggedDirectory final : public amiko::SftpOpenDirectory {
 public:
  LoggedDirectory(std::unique_ptr<amiko::SftpOpenDirectory> directory, std::string path,
                  const SessionLog& log)
      : directory_(std::move(directory)), path_(std::move(path)), log_(log) {}
  ~LoggedDirectory() override { log_.write(LogLevel::info, "closedir " + quoted(path_)); }
  std::vector<amiko::SftpName> read(std::size_t count) override { return directory_->read(count); }

 private:
  const std::unique_ptr<amiko::SftpOpenDirectory> directory_;
  const std::string path_;
  const SessionLog& log_;
};

}  // namespace

// What goes wrong is logged, and goes on to the client.
template <class Call>
auto LoggedFilesystem::done(Call call) -> decltype(call()) {
  try {
    return call();
  } catch (const std::exception& e) {
    info(std::string("sent status ") + e.what());
    throw;
  }
}

std::unique_ptr<amiko::SftpOpenFile> LoggedFilesystem::open(std::string_view path, std::uint32_t flags,
                                                            const amiko::SftpAttributes& attributes) {
  info("open " + quoted(path) + " flags " + flag_names(flags) + " mode " +
       octal(attributes.permissions.value_or(0666)));
  return done([&] {
    return std::make_unique<LoggedFile>(files_->open(path, flags, attributes), std::string(path), log_);
  });
}

std::unique_ptr<amiko::SftpOpenDirectory> LoggedFilesystem::opendir(std::string_view path) {
  info("opendir " + quoted(path));
  return done(
      [&] { return std::make_unique<LoggedDirectory>(files_->opendir(path), std::string(path), log_); });
}

amiko::SftpAttributes LoggedFilesystem::stat(std::string_view path) {
  verbose("stat name " + quoted(path));
  return done([&] { return files_->stat(path); });
}

amiko::SftpAttributes LoggedFilesystem::lstat(std::string_view path) {
  verbose("lstat name " + quoted(path));
  return done([&] { return files_->lstat(path); });
}

std::string LoggedFilesystem::realpath(std::string_view path) {
  verbose("realpath " + quoted(path));
  return done([&] { return files_->realpath(path); });
}

void LoggedFilesystem::setstat(std::string_view path, const amiko::SftpAttributes& attributes) {
  log_changes(log_, path, attributes);
  done([&] { files_->setstat(path, attributes); });
}

void LoggedFilesystem::lsetstat(std::string_view path, const amiko::SftpAttributes& attributes) {
  log_changes(log_, path, attributes);
  done([&] { files_->lsetstat(path, attributes); });
}

void LoggedFilesystem::remove(std::string_view path) {
  info("remove name " + quoted(path));
  done([&] { files_->remove(path); });
}

void LoggedFilesystem::mkdir(std::string_view path, const amiko::SftpAttributes& attributes) {
  info("mkdir name " + quoted(path) + " mode " + octal(attributes.mode().value_or(0777)));
  done([&] { files_->mkdir(path, attributes); });
}

void LoggedFilesystem::rmdir(std::string_view path) {
  info("rmdir name " + quoted(path));
  done([&] { files_->rmdir(path); });
}

void LoggedFilesystem::rename(std::string_view from, std::string_view to) {
  info("rename old " + quoted(from) + " new " + quoted(to));
  done([&] { files_->rename(from, to); });
}

void LoggedFilesystem::posix_rename(std::string_view from, std::string_view to) {
  info("posix-rename old " + quoted(from) + " new " + quoted(to));
  done([&] { files_->posix_rename(from, to); });
}

std::string LoggedFilesystem::readlink(std::string_view path) {
  verbose("readlink " + quoted(path));
  return done([&] { return files_->readlink(path); });
}

void LoggedFilesystem::symlink(std::string_view target, std::string_view path) {
  info("symlink old " + quoted(target) + " new " + quoted(path));
  done([&] { files_->symlink(target, path); });
}

void LoggedFilesystem::link(std::string_view existing, std::string_view path) {
  info("hardlink old " + quoted(existing) + " new " + quoted(path));
  done([&] { files_->link(existing, path); });
}

amiko::SftpStatVfs LoggedFilesystem::statvfs(std::string_view path) {
  info("statvfs " + quoted(path));
  return done([&] { return files_->statvfs(path); });
}

std::string LoggedFilesystem::expand_path(std::string_view path) {
  verbose("expand-path " + quoted(path));
  return done([&] { return files_->expand_path(path); });
}

std::string LoggedFilesystem::home_directory(std::string_view user) {
  verbose("home-directory " + quoted(user));
  return done([&] { return files_->home_directory(user); });
}

}  // namespace demo::sftp_server
