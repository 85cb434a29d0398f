// amiko - leaving the terminal, and the file with the process's number
#pragma once

#include <string>

namespace demo::sshd {

/// Goes on in a child process without a terminal; the process that was started waits for ready() or failed()
/// and exits accordingly.  Before there is a second thread.  Throws OptionError.
class Daemon {
 public:
  Daemon() = default;
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;
  ~Daemon();

  void detach();
  bool detached() const noexcept { return report_ >= 0; }
  void ready() noexcept;
  /// Nothing if ready() has been called, or without detach().
  void failed(const std::string& text) noexcept;

 private:
  void report(const std::string& text) noexcept;
  int report_ = -1;
};

/// Written when it is made and removed when it goes, if it is still ours.
class PidFile {
 public:
  /// Nothing is done for an empty path.  Throws OptionError.
  explicit PidFile(std::string path);
  PidFile(const PidFile&) = delete;
  PidFile& operator=(const PidFile&) = delete;
  ~PidFile();

  /// Again, as a sign that the configuration has been read again.  Throws OptionError.
  void write() const;

 private:
  std::string path_;
};

}  // namespace demo::sshd
