// amiko - the line that shows how far a copy is
#include "progress_meter.hpp"

#include "paths.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string_view>

namespace demo {
namespace {

template <class... Arguments>
std::string format(const char* text, Arguments... arguments) {
  std::array<char, 64> buffer{};
  std::snprintf(buffer.data(), buffer.size(), text, arguments...);
  return buffer.data();
}

// " 350MB": six characters, powers of 1024.
std::string amount(std::uint64_t bytes) {
  constexpr std::string_view units = " KMGTPE";
  std::size_t unit = 0;
  for (; bytes >= 10000 && unit + 1 < units.size(); ++unit)
    bytes = (bytes + 512) / 1024;
  return format("%4llu%c%c", static_cast<unsigned long long>(bytes), units[unit], unit == 0 ? ' ' : 'B');
}

// " 92.3MB": seven characters, at least in kilobytes.
std::string rate(double bytes) {
  constexpr std::string_view units = "KMGTPE";
  std::size_t unit = 0;
  double value = std::max(bytes, 0.0) / 1024;
  for (; value >= 999.95 && unit + 1 < units.size(); ++unit)
    value /= 1024;
  return format("%5.1f%cB", std::min(value, 999.9), units[unit]);
}

std::string clock_time(std::chrono::seconds time) {
  const long long all = std::clamp<long long>(time.count(), 0, 99LL * 3600);
  const int hours = static_cast<int>(all / 3600);
  const int minutes = static_cast<int>(all / 60 % 60);
  const int seconds = static_cast<int>(all % 60);
  return hours > 0 ? format("%2d:%02d:%02d", hours, minutes, seconds)
                   : format("   %02d:%02d", minutes, seconds);
}

std::string percent(const MeterState& state) {
  if (!state.total) return "    ";
  if (*state.total == 0 || state.done >= *state.total) return "100%";
  const auto share = 100.0L * static_cast<long double>(state.done) / static_cast<long double>(*state.total);
  return format("%3d%%", static_cast<int>(share));
}

std::string time_and_label(const MeterState& state) {
  if (state.stalled && !state.finished) return " - stalled -";
  return (state.time ? clock_time(*state.time) : "   --:--") + (state.finished ? "    " : " ETA");
}

}  // namespace

std::string meter_line(const MeterState& state, std::size_t columns) {
  const std::string numbers =
      " " + percent(state) + " " + amount(state.done) + " " + rate(state.rate) + "/s" + time_and_label(state);
  if (columns <= numbers.size()) return fitted(numbers, columns);
  return fitted(printable(state.name), columns - numbers.size()) + numbers;
}

void ProgressMeter::show(const amiko::Progress& progress, Clock::time_point now) {
  if (!open_ || target_ != progress.target) {
    finish(now);
    open_ = true;
    target_ = progress.target;
    state_ = {};
    state_.name = last_name(progress.source);
    first_done_ = progress.done;
    began_ = moved_ = now;
  }
  if (progress.done != state_.done) moved_ = now;
  state_.done = progress.done;
  state_.total = progress.total;
  state_.rate = progress.rate;
  state_.time = progress.left;
  state_.stalled = now - moved_ >= std::chrono::seconds(5);
  draw();
}

void ProgressMeter::finish(Clock::time_point now) {
  if (!open_) return;
  open_ = false;
  const auto taken = std::chrono::duration_cast<std::chrono::duration<double>>(now - began_).count();
  if (!state_.total || state_.done >= *state_.total) {
    state_.finished = true;
    state_.time = std::chrono::duration_cast<std::chrono::seconds>(now - began_);
    if (taken > 0)
      state_.rate = static_cast<double>(state_.done - std::min(first_done_, state_.done)) / taken;
    draw();
  }
  write_("\n");
}

void ProgressMeter::draw() {
  // One column stays free, or some terminals would begin a new line.
  write_("\r" + meter_line(state_, columns_ > 1 ? columns_ - 1 : columns_));
}

}  // namespace demo
