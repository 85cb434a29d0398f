// amiko - output of many hosts in one stream, and the summary
#pragma once

#include <amiko/base/bytes.hpp>

#include <boost/thread/mutex.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace demo {

/// How it went on one host.
struct HostResult {
  std::string host{};
  std::string outcome{};  ///< "ok", "exit status 3", or what went wrong
  bool ok = false;
  std::chrono::duration<double> seconds{0};
};

/// Writes whole lines to a descriptor, so that those of different hosts do not mix.  Thread-safe.
class SharedOutput {
 public:
  explicit SharedOutput(int fd) : fd_(fd) {}
  void write(const std::string& lines);

 private:
  boost::mutex mutex_;
  int fd_;
};

/// One stream of one host: puts "host: " before each line.  For one thread at a time; flush() at the end.
class PrefixedLines {
 public:
  PrefixedLines(const std::string& host, SharedOutput& output) : prefix_(host + ": "), output_(output) {}
  void write(amiko::ByteView data);
  /// Writes a last line that had no newline.
  void flush();

 private:
  std::string prefix_;
  SharedOutput& output_;
  std::string partial_;
};

/// A line for each host, in a table, after one with the totals.
std::string summary(const std::vector<HostResult>& results, std::chrono::duration<double> total);

}  // namespace demo
