// amiko - reading key files
#include "key_file.hpp"

#include <amiko/base/error.hpp>
#include <amiko/base/printable.hpp>
#include <amiko/support/file.hpp>

namespace amiko::keys {
namespace {

constexpr std::size_t max_size = 1024 * 1024;

}  // namespace

Bytes read_key_file(const std::filesystem::path& file) {
  std::error_code ignored;
  const auto type = std::filesystem::status(file, ignored).type();
  using enum std::filesystem::file_type;
  if (type == fifo || type == socket || type == character || type == block)
    throw_error(errc::file_unreadable, printable(file.native()) + ": it is not a regular file");
  return support::read_file(file, max_size);
}

}  // namespace amiko::keys
