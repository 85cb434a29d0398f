// amiko - sizes and file systems in columns for people
#include "amounts.hpp"

#include <array>
#include <cmath>
#include <string_view>

namespace demo {
namespace {

std::string right(std::string_view text, std::size_t width) {
  return std::string(text.size() < width ? width - text.size() : 0, ' ').append(text);
}

// Without overflow: a server may say what it likes.
std::string percent(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return "100%";
  const long double share = static_cast<long double>(part) / static_cast<long double>(whole);
  return std::to_string(static_cast<int>(share * 100)) + "%";
}

struct Row {
  std::array<std::string, 4> cells{};
  std::string share{};
};

std::string line(const Row& row, std::size_t first_width) {
  std::string text = right(row.cells[0], first_width);
  for (std::size_t i = 1; i < row.cells.size(); ++i)
    text += " " + right(row.cells[i], first_width);
  return text + " " + right(row.share, 12) + "\n";
}

}  // namespace

std::string short_size(std::uint64_t bytes) {
  constexpr std::string_view units = "BKMGTPE";
  if (bytes < 1024) return std::to_string(bytes) + "B";
  double value = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (value >= 999.5 && unit + 1 < units.size()) {
    value /= 1024;
    ++unit;
  }
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), value < 99.95 ? "%.1f%c" : "%.0f%c", value, units[unit]);
  return text.data();
}

std::string disk_table(const amiko::SftpStatVfs& disk, DiskUnits units) {
  if (units == DiskUnits::files) {
    const std::uint64_t used = disk.files - std::min(disk.files, disk.files_free);
    return line({{"Inodes", "Used", "Avail", "(root)"}, "%Capacity"}, 11) +
           line({{std::to_string(disk.files), std::to_string(used), std::to_string(disk.files_available),
                  std::to_string(disk.files_free)},
                 percent(used, disk.files)},
                11);
  }
  const bool brief = units == DiskUnits::short_sizes;
  const std::uint64_t unit = disk.fragment_size != 0 ? disk.fragment_size : disk.block_size;
  const std::uint64_t used = disk.blocks - std::min(disk.blocks, disk.blocks_free);
  const auto amount = [&](std::uint64_t blocks) {
    const long double bytes = static_cast<long double>(blocks) * static_cast<long double>(unit);
    const auto limited = bytes < 1.8e19L ? static_cast<std::uint64_t>(bytes) : ~std::uint64_t{0};
    if (!brief) return std::to_string(limited / 1024);
    const std::string size = short_size(limited);
    return size.ends_with('B') ? size : size + "B";
  };
  const std::size_t width = brief ? 8 : 12;
  return line({{"Size", "Used", "Avail", "(root)"}, "%Capacity"}, width) +
         line({{amount(disk.blocks), amount(used), amount(disk.blocks_available), amount(disk.blocks_free)},
               percent(used, disk.blocks)},
              width);
}

}  // namespace demo
