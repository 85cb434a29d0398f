// amiko - what all real servers under test have in common
#include "common/peer_server.hpp"

#include <fstream>
#include <stdexcept>

#include "common/peer_keys.hpp"

namespace amiko::test {

void PeerServer::write_known_hosts(const std::filesystem::path& file) const {
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out << known_hosts_lines(port_, host_key_lines_);
  if (!out.flush()) throw std::runtime_error("cannot write " + file.string());
}

bool PeerServer::wait_for_log(const std::string& text, milliseconds limit) const {
  return eventually([&] { return log().find(text) != std::string::npos; }, limit);
}

void PeerServer::fail(const std::string& what) const {
  throw std::runtime_error(what + "; its log: " + log());
}

}  // namespace amiko::test
