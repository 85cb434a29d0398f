// amiko - numbers in order
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace amiko::bench {

/// The value below which `part` (0 to 1) of the values lie; 0 without values.
inline double quantile(std::vector<double> values, double part) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(part * static_cast<double>(values.size() - 1) + 0.5)];
}

}  // namespace amiko::bench
