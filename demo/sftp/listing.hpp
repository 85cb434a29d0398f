// amiko - what `ls` prints
#pragma once

#include <amiko/sftp/sftp_attributes.hpp>

#include <cstdint>
#include <ctime>
#include <map>
#include <string>
#include <vector>

namespace demo {

/// A line of a listing to be.
struct Listed {
  std::string name{};  ///< as it is shown, but for what printable() does
  amiko::SftpAttributes attributes{};
  std::string longname{};  ///< the server's own line; may be empty
};

/// Names of users and groups by their numbers, as far as they are known.
struct Owners {
  std::map<std::uint32_t, std::string> users{};
  std::map<std::uint32_t, std::string> groups{};
};

/// What the flags of `ls` ask for.
struct ListFlags {
  bool one_column = false;   ///< -1
  bool hidden = false;       ///< -a
  bool unsorted = false;     ///< -f
  bool short_sizes = false;  ///< -h
  bool long_lines = false;   ///< -l, -n
  bool numbers = false;      ///< -n
  bool reverse = false;      ///< -r
  bool by_size = false;      ///< -S
  bool by_time = false;      ///< -t

  static ListFlags from(const std::string& letters);
};

/// By name, or what the flags say: the largest or the newest first.
void sort_listing(std::vector<Listed>& list, const ListFlags& flags);

/// "drwxr-xr-x    ? root     root         4096 Nov 27 12:19 name"; "now" decides between a time and a year.
std::string long_line(const Listed& file, const ListFlags& flags, const Owners& owners, std::time_t now);

/// Names in as many columns as fit into `width`, from left to right.
std::string in_columns(const std::vector<Listed>& list, std::size_t width);

}  // namespace demo
