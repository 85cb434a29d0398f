// amiko - how much memory this process has
#pragma once

#include <cstddef>
#include <fstream>

namespace amiko::test {

/// Bytes of the whole process that are in memory.  Under a sanitizer always 0: its shadow and its quarantine
/// would be measured.
inline std::size_t resident() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  return 0;
#else
  std::ifstream file("/proc/self/statm");
  std::size_t total = 0, pages = 0;
  file >> total >> pages;
  return pages * 4096;
#endif
}

}  // namespace amiko::test
