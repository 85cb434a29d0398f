// amiko - files on the other side of an SSH connection
#pragma once

#include <amiko/base/bytes.hpp>
#include <amiko/base/config.hpp>
#include <amiko/base/time.hpp>
#include <amiko/connection/channel.hpp>
#include <amiko/sftp/sftp_attributes.hpp>
#include <amiko/sftp/sftp_error.hpp>
#include <amiko/sftp/sftp_file.hpp>
#include <amiko/sftp/sftp_stream.hpp>
#include <amiko/sftp/transfer.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace amiko {

/// How a session is set up.
struct SftpOptions {
  /// How long a single request may go unanswered; also the limit for the start.
  Timeout timeout = std::chrono::seconds(60);
  /// Transport::remote_version() of the connection, where there is one: servers differ in the order of what
  /// symlink() sends.  Connection::sftp() fills it in.
  std::string server_version{};
};

/// A lazy list of a directory: names are asked for as they are needed.  "." and ".." are left out.
/// A move-only handle, used by one thread; the destructor closes the directory and does not wait.
class AMIKO_DECL SftpDirectory {
 public:
  /// Nothing at the end.
  std::optional<SftpName> next();

  class Iterator {
   public:
    using value_type = SftpName;
    using difference_type = std::ptrdiff_t;
    Iterator() = default;
    explicit Iterator(SftpDirectory& directory) : directory_(&directory) { ++*this; }
    const SftpName& operator*() const noexcept { return *current_; }
    const SftpName* operator->() const noexcept { return &*current_; }
    Iterator& operator++() {
      current_ = directory_->next();
      return *this;
    }
    void operator++(int) { ++*this; }
    friend bool operator==(const Iterator& it, std::default_sentinel_t) noexcept { return !it.current_; }

   private:
    SftpDirectory* directory_ = nullptr;
    std::optional<SftpName> current_;
  };
  Iterator begin() { return Iterator(*this); }
  std::default_sentinel_t end() const noexcept { return {}; }

  SftpDirectory(SftpDirectory&&) noexcept;
  SftpDirectory& operator=(SftpDirectory&&) noexcept;
  ~SftpDirectory();

  class Impl;
  explicit SftpDirectory(std::unique_ptr<Impl> impl) noexcept;

 private:
  std::unique_ptr<Impl> impl_;
};

class SftpSession;

/// A client of SFTP version 3 with OpenSSH's extensions (draft-ietf-secsh-filexfer-02, OpenSSH PROTOCOL
/// section 4).  It has no thread of its own: who waits for an answer reads, for everybody.  Any number of
/// threads may use one client, and requests of all of them are under way at once.
///
/// Paths are bytes, with "/" between names; a relative one counts from getcwd(), at first the directory in
/// which the server starts.  Names that a server sends are shown as they come: check them before using them
/// as local paths (get() does).
///
/// Every call blocks until the server has answered, at most settimeout() for each request.  Throws SftpError
/// for what the server refuses, TimeoutError, ProtocolError for answers that make no sense (the session is
/// over then), Disconnected, ChannelError.
///
/// A move-only handle; the destructor ends the session and does not wait.
class AMIKO_DECL SftpClient {
 public:
  /// Starts the protocol on a channel on which the sftp subsystem was started, or on another stream.
  explicit SftpClient(Channel channel, const SftpOptions& options = {});
  explicit SftpClient(std::shared_ptr<SftpStream> stream, const SftpOptions& options = {});
  SftpClient(SftpClient&&) noexcept;
  SftpClient& operator=(SftpClient&&) noexcept;
  ~SftpClient();

  void close() noexcept;
  bool is_open() const;
  void settimeout(Timeout timeout);
  Timeout gettimeout() const;

  // --- what the server is
  std::uint32_t version() const;
  /// What it announced: names and data.
  const std::map<std::string, std::string>& extensions() const;
  bool supports(std::string_view extension) const;
  /// As the server told, or what every server must take.
  SftpLimits limits() const;

  // --- files
  /// `mode`: "r", "w", "a", "x", each with "+" and "b".
  SftpFile open(std::string_view path, std::string_view mode = "r", const SftpAttributes& attributes = {});
  /// `flags`: SftpOpenFlags.
  SftpFile open_flags(std::string_view path, std::uint32_t flags, const SftpAttributes& attributes = {});
  /// A whole file; errc::output_limit above `limit` bytes.
  std::string read_file(std::string_view path, std::size_t limit = std::size_t{1} << 30);
  void write_file(std::string_view path, ByteView data, std::string_view mode = "w");

  // --- attributes
  SftpAttributes stat(std::string_view path);
  SftpAttributes lstat(std::string_view path);
  /// Nothing when there is no such file; other errors throw.
  std::optional<SftpAttributes> stat_if_exists(std::string_view path);
  std::optional<SftpAttributes> lstat_if_exists(std::string_view path);
  bool exists(std::string_view path);
  bool lexists(std::string_view path);
  bool isdir(std::string_view path);
  bool isfile(std::string_view path);
  bool islink(std::string_view path);
  std::uint64_t getsize(std::string_view path);
  FileTime getatime(std::string_view path);
  FileTime getmtime(std::string_view path);
  /// With `follow_symlinks` off "lsetstat@openssh.com" is needed; without it errc::unsupported.
  void setstat(std::string_view path, const SftpAttributes& attributes, bool follow_symlinks = true);
  void chmod(std::string_view path, std::uint32_t mode, bool follow_symlinks = true);
  void chown(std::string_view path, std::uint32_t uid, std::uint32_t gid, bool follow_symlinks = true);
  void utime(std::string_view path, FileTime atime, FileTime mtime, bool follow_symlinks = true);
  void truncate(std::string_view path, std::uint64_t size);
  SftpStatVfs statvfs(std::string_view path);

  // --- names
  /// An existing `to` is an error on most servers; posix_rename() replaces it.
  void rename(std::string_view from, std::string_view to);
  void posix_rename(std::string_view from, std::string_view to);
  void remove(std::string_view path);
  void unlink(std::string_view path) { remove(path); }
  /// A symbolic link at `path` that says `target`.  The order on the wire is the server's: OpenSSH's or the
  /// draft's.
  void symlink(std::string_view target, std::string_view path);
  void link(std::string_view existing, std::string_view path);
  std::string readlink(std::string_view path);
  std::string realpath(std::string_view path);
  /// "~", "~user" and "$HOME"-like beginnings, by the server ("expand-path@openssh.com").
  std::string expand_path(std::string_view path);
  std::string home_directory(std::string_view user);
  /// Names of users and groups; an empty one for an unknown number.
  std::vector<std::string> user_names(const std::vector<std::uint32_t>& uids);
  std::vector<std::string> group_names(const std::vector<std::uint32_t>& gids);

  // --- directories
  void mkdir(std::string_view path, const SftpAttributes& attributes = {});
  /// With all that are missing above it, which get the same attributes.  `exist_ok`: no error when it is
  /// there.
  void makedirs(std::string_view path, const SftpAttributes& attributes = {}, bool exist_ok = true);
  void rmdir(std::string_view path);
  /// A directory with all below it; symbolic links are removed, not followed.  Errors go to `on_error` where
  /// there is one, and the rest is removed all the same; else the first one throws.
  void rmtree(std::string_view path, const std::function<void(const SftpError&)>& on_error = {});
  SftpDirectory scandir(std::string_view path = ".");
  /// All entries with their attributes, in the server's order.
  std::vector<SftpName> readdir(std::string_view path = ".");
  /// Only the names, sorted.
  std::vector<std::string> listdir(std::string_view path = ".");
  /// Paths that match: `*`, `?`, `[...]`, `**` for any number of directories (at the end: for all that is
  /// below); a trailing "/" asks for directories only and is not in the results.  Sorted.  Names that begin
  /// with a dot match only a pattern that does.  "\" quotes.  A pattern without matches: SftpError
  /// no_such_file.
  std::vector<std::string> glob(std::string_view pattern);
  std::vector<std::string> glob(const std::vector<std::string>& patterns);
  /// Changes what relative paths count from, in this object only.
  void chdir(std::string_view path);
  std::string getcwd();

  // --- copies; see transfer.hpp

  /// From the server to here.  A `local` that is a directory takes the files under their own names.
  TransferResult get(std::string_view remote, const std::string& local = ".",
                     const TransferOptions& options = {});
  TransferResult get(const std::vector<std::string>& remote, const std::string& local,
                     const TransferOptions& options = {});
  TransferResult get(std::initializer_list<std::string> remote, const std::string& local,
                     const TransferOptions& options = {}) {
    return get(std::vector<std::string>(remote), local, options);
  }
  /// From here to the server.
  TransferResult put(const std::string& local, std::string_view remote = ".",
                     const TransferOptions& options = {});
  TransferResult put(const std::vector<std::string>& local, std::string_view remote,
                     const TransferOptions& options = {});
  TransferResult put(std::initializer_list<std::string> local, std::string_view remote,
                     const TransferOptions& options = {}) {
    return put(std::vector<std::string>(local), remote, options);
  }
  /// From one place on the server to another: by the server itself where it has "copy-data", else through
  /// here.
  TransferResult copy(std::string_view from, std::string_view to, const TransferOptions& options = {});
  TransferResult copy(const std::vector<std::string>& from, std::string_view to,
                      const TransferOptions& options = {});
  TransferResult copy(std::initializer_list<std::string> from, std::string_view to,
                      const TransferOptions& options = {}) {
    return copy(std::vector<std::string>(from), to, options);
  }
  /// The same with patterns as glob() takes them; mput() matches local names.
  TransferResult mget(const std::vector<std::string>& patterns, const std::string& local = ".",
                      const TransferOptions& options = {});
  TransferResult mput(const std::vector<std::string>& patterns, std::string_view remote = ".",
                      const TransferOptions& options = {});
  TransferResult mcopy(const std::vector<std::string>& patterns, std::string_view to,
                       const TransferOptions& options = {});
  /// "copy-data" alone: `length` bytes (0: to the end) between open files, by the server.
  void remote_copy(SftpFile& from, std::uint64_t from_offset, std::uint64_t length, SftpFile& to,
                   std::uint64_t to_offset);
  /// Whether the server copies by itself.
  bool supports_remote_copy() const;

  /// The inner object, for the library's own layers.
  const std::shared_ptr<SftpSession>& session() const noexcept { return session_; }

 private:
  SftpSession& get() const;

  std::shared_ptr<SftpSession> session_;
};

}  // namespace amiko
