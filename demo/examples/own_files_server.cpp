// amiko - example: files that are nowhere on a disk: one for each letter, which tells how often it was read
#include "server_common.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <memory>

namespace {

using amiko::SftpAttributes;

std::array<std::atomic<unsigned>, 26> counts;

// "/a" to "/z"; throws for anything else.
std::size_t index_of(std::string_view path) {
  if (path.starts_with('/')) path.remove_prefix(1);
  if (path.size() != 1 || path[0] < 'a' || path[0] > 'z')
    throw amiko::SftpError(amiko::sftp_errc::no_such_file);
  return static_cast<std::size_t>(path[0] - 'a');
}

bool is_top(std::string_view path) {
  return path == "/" || path == "." || path.empty();
}

SftpAttributes file_attributes(std::size_t size) {
  return {.size = size, .uid = 0, .gid = 0, .permissions = S_IFREG | 0444U};
}

// What a client reads stays as it was when it opened the file.
class Letter : public amiko::SftpOpenFile {
 public:
  explicit Letter(std::string text) : text_(std::move(text)) {}
  std::size_t read(std::uint64_t offset, amiko::MutableBytes buffer) override {
    if (offset >= text_.size()) return 0;
    const auto start = static_cast<std::size_t>(offset);
    const std::size_t n = std::min(buffer.size(), text_.size() - start);
    std::copy_n(text_.begin() + static_cast<std::ptrdiff_t>(start), n, buffer.begin());
    return n;
  }
  void write(std::uint64_t, amiko::ByteView) override {
    throw amiko::SftpError(amiko::sftp_errc::permission_denied);
  }
  SftpAttributes stat() override { return file_attributes(text_.size()); }
  void setstat(const SftpAttributes&) override {
    throw amiko::SftpError(amiko::sftp_errc::permission_denied);
  }

 private:
  const std::string text_;
};

class Top : public amiko::SftpOpenDirectory {
 public:
  std::vector<amiko::SftpName> read(std::size_t) override {
    std::vector<amiko::SftpName> names;
    for (; next_ <= 'z'; ++next_)
      names.push_back({.filename = std::string(1, next_), .attributes = file_attributes(0)});
    return names;
  }

 private:
  char next_ = 'a';
};

// The least that a file system needs.
class Letters : public amiko::SftpFilesystem {
 public:
  std::unique_ptr<amiko::SftpOpenFile> open(std::string_view path, std::uint32_t flags,
                                            const SftpAttributes&) override {
    if (flags != amiko::sftp_read) throw amiko::SftpError(amiko::sftp_errc::permission_denied);
    const std::size_t index = index_of(path);
    return std::make_unique<Letter>("read " + std::to_string(++counts[index]) + " times\n");
  }
  std::unique_ptr<amiko::SftpOpenDirectory> opendir(std::string_view path) override {
    if (!is_top(path)) throw amiko::SftpError(amiko::sftp_errc::no_such_file);
    return std::make_unique<Top>();
  }
  SftpAttributes stat(std::string_view path) override {
    if (is_top(path)) return {.permissions = S_IFDIR | 0555U};
    index_of(path);
    return file_attributes(0);  // as files of /proc: nobody knows before they are read
  }
  SftpAttributes lstat(std::string_view path) override { return stat(path); }
  std::string realpath(std::string_view path) override {
    return is_top(path) ? "/" : path.starts_with('/') ? std::string(path) : "/" + std::string(path);
  }
};

}  // namespace

int main(int argc, char** argv) try {
  amiko::ServerOptions options = server_arguments(argc, argv);
  options.sftp = true;
  options.sftp_filesystem = [](const amiko::ServerConnection&) { return std::make_shared<Letters>(); };
  amiko::Server server = amiko::listen(options);
  return run_until_stopped(server);
} catch (const std::exception& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
