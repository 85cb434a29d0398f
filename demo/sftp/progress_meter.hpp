// amiko - the line that shows how far a copy is
#pragma once

#include <amiko/sftp/transfer.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace demo {

/// What the line says.
struct MeterState {
  std::string name{};
  std::uint64_t done = 0;
  std::optional<std::uint64_t> total{};
  double rate = 0;                             ///< bytes a second
  std::optional<std::chrono::seconds> time{};  ///< left, or taken when `finished`
  bool finished = false;
  bool stalled = false;
};

/// "name        35%  350MB  92.3MB/s   00:07 ETA", just `columns` wide, without a newline.
std::string meter_line(const MeterState& state, std::size_t columns);

/// Shows one file after the other.  Used by one thread.
class ProgressMeter {
 public:
  using Clock = std::chrono::steady_clock;

  /// `write` takes what is to be printed.
  ProgressMeter(std::function<void(const std::string&)> write, std::size_t columns)
      : write_(std::move(write)), columns_(columns) {}

  void show(const amiko::Progress& progress, Clock::time_point now = Clock::now());
  /// Ends the line of the last file, if there is one: with a newline.
  void finish(Clock::time_point now = Clock::now());
  /// So that a message can be printed below.
  bool line_is_open() const noexcept { return open_; }

 private:
  void draw();

  std::function<void(const std::string&)> write_;
  std::size_t columns_;
  bool open_ = false;
  std::string target_{};
  MeterState state_{};
  std::uint64_t first_done_ = 0;  // what was there before
  Clock::time_point began_{};
  Clock::time_point moved_{};
};

}  // namespace demo
