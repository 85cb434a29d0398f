// amiko - copies by SFTP through the library, for the comparison
//
// usage: bench-sftp-amiko get|put|list PORT USER KEY CIPHER REMOTE LOCAL
#include <amiko/connection/transport.hpp>
#include <amiko/sftp/sftp_client.hpp>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>

int main(int argc, char** argv) {
  if (argc != 8) return 2;
  try {
    const std::string operation = argv[1], remote = argv[6], local = argv[7];
    amiko::Transport transport("127.0.0.1", static_cast<std::uint16_t>(std::strtoul(argv[2], nullptr, 10)),
                               {.algorithms = {.ciphers = argv[5]}});
    transport.start_client();
    if (!transport.auth_publickey(argv[3], amiko::load_key(argv[4]))) return 3;
    amiko::Channel channel = transport.open_session();
    channel.invoke_subsystem("sftp");
    amiko::SftpClient sftp(std::move(channel));
    if (operation == "list") {
      std::size_t names = 0;
      for (const amiko::SftpName& name : sftp.scandir(remote))
        names += name.filename.empty() ? 0 : 1;
      return names > 0 ? 0 : 4;
    }
    const amiko::TransferOptions options{.recurse = true, .sparse = false};
    const amiko::TransferResult result =
        operation == "get" ? sftp.get(remote, local, options) : sftp.put(local, remote, options);
    return result.files > 0 ? 0 : 4;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "bench-sftp-amiko: %s\n", e.what());
    return 1;
  }
}
