// amiko - the library as a client of the servers under test
#include "interop/client.hpp"

#include <cstring>
#include <stdexcept>

#include "common/dropbear.hpp"
#include "common/python_server.hpp"
#include "common/sshd.hpp"

namespace amiko::test {

const std::vector<std::string>& server_names() {
  static const std::vector<std::string> names{"sshd", "openssh10", "dropbear", "asyncssh", "paramiko"};
  return names;
}

std::shared_ptr<PeerServer> start_server(const std::string& name) {
  if (name == "sshd") return std::make_shared<Sshd>();
  if (name == "openssh10") return std::make_shared<Sshd>(SshdOptions{.openssh10 = true});
  if (name == "dropbear") return std::make_shared<Dropbear>();
  if (name == "asyncssh")
    return std::make_shared<PythonServer>(PythonServerOptions{.peer = PythonPeer::asyncssh});
  if (name == "paramiko")
    return std::make_shared<PythonServer>(PythonServerOptions{.peer = PythonPeer::paramiko});
  throw std::invalid_argument("no such server: " + name);
}

Client::Client(const PeerServer& server) : host_(server.host()) {
  server.write_known_hosts(known_hosts());
  options.port = server.port();
  options.user = server.user();
  options.host_key = HostKeyPolicy::strict().user_files({known_hosts()}).global_files({});
  options.default_keys = false;
  options.timeout = scaled(milliseconds(120'000));
  // A server that runs under load on a busy machine may take long to answer.
  options.handshake_timeout = options.auth_timeout = scaled(milliseconds(60'000));
  use_key("ed25519");
}

Client& Client::use_password(const std::string& password) {
  options.key_files.clear();
  options.password = Secret(password);
  return *this;
}

Client& Client::use_key(const std::string& type) {
  options.key_files = {PeerKeys::get().client_key(type)};
  return *this;
}

std::vector<std::string> common_algorithms(const std::string& kind) {
  auto names = supported_algorithms(kind);
  if (kind == "key")
    std::erase_if(names, [](const std::string& name) {
      return name != "ssh-ed25519" && name != "ssh-rsa" && !name.starts_with("rsa-sha2-") &&
             !name.starts_with("ecdsa-sha2-nistp");
    });
  return names;
}

Transport Client::dial() const {
  Transport transport(host_, options.port, options.transport);
  transport.start_client(options.handshake_timeout);
  return transport;
}

std::string much_data(std::size_t size, std::uint64_t seed) {
  std::string data(size, '\0');
  for (std::size_t at = 0; at < size; at += sizeof seed) {
    seed = seed * 6364136223846793005U + 1442695040888963407U;
    const std::uint64_t mixed = seed ^ (seed >> 29);
    std::memcpy(data.data() + at, &mixed, std::min(sizeof mixed, size - at));
  }
  return data;
}

}  // namespace amiko::test
