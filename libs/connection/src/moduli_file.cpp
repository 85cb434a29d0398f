// amiko - a moduli file, as a server keeps it
#include "moduli_file.hpp"

#include <amiko/support/file.hpp>

#include <utility>

namespace amiko {

std::shared_ptr<const ModuliFile> load_moduli(const std::filesystem::path& file) {
  constexpr std::size_t limit = 16 * 1024 * 1024;
  const Bytes text = support::read_file(file, limit);
  return std::make_shared<const ModuliFile>(ModuliFile{protocol::parse_moduli(ByteView(text).text()).groups});
}

}  // namespace amiko
