// amiko - output of many hosts in one stream, and the summary
#include "report.hpp"

#include "descriptors.hpp"

#include <boost/thread/lock_guard.hpp>

#include <algorithm>
#include <array>
#include <cstdio>

namespace demo {
namespace {

// A line longer than this is cut in pieces, each with the prefix.
constexpr std::size_t longest_line = 64 * 1024;

std::string in_seconds(std::chrono::duration<double> time) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.2f s", time.count());
  return text.data();
}

std::string padded(std::string text, std::size_t width) {
  text.resize(std::max(width, text.size()), ' ');
  return text;
}

}  // namespace

void SharedOutput::write(const std::string& lines) {
  const boost::lock_guard guard(mutex_);
  write_all(fd_, lines);
}

void PrefixedLines::write(amiko::ByteView data) {
  std::string lines;
  for (std::string_view text = data.text(); !text.empty();) {
    const std::size_t room = longest_line - partial_.size();
    const std::size_t newline = text.substr(0, room).find('\n');
    const std::size_t taken = std::min(newline == std::string_view::npos ? room : newline, text.size());
    partial_ += text.substr(0, taken);
    text.remove_prefix(taken + (newline == std::string_view::npos ? 0 : 1));
    if (newline == std::string_view::npos && partial_.size() < longest_line) break;
    lines += prefix_ + partial_ + "\n";
    partial_.clear();
  }
  if (!lines.empty()) output_.write(lines);
}

void PrefixedLines::flush() {
  if (!partial_.empty()) write("\n");
}

std::string summary(const std::vector<HostResult>& results, std::chrono::duration<double> total) {
  std::size_t width = 0;
  for (const HostResult& result : results)
    width = std::max(width, result.host.size());
  const auto good = static_cast<std::size_t>(std::ranges::count(results, true, &HostResult::ok));
  std::string text = "--- " + std::to_string(results.size()) +
                     (results.size() == 1 ? " host, " : " hosts, ") + std::to_string(good) + " ok, " +
                     std::to_string(results.size() - good) + " failed, " + in_seconds(total) + "\n";
  for (const HostResult& result : results)
    text += padded(result.host, width) + "  " + padded(in_seconds(result.seconds), 9) + "  " +
            result.outcome + "\n";
  return text;
}

}  // namespace demo
