// amiko - example: get one file, or a tree with permissions and times, and show how far it is
#include "common.hpp"

#include <iostream>

// sftp_get SERVER KEY KNOWN_HOSTS REMOTE [LOCAL]
int main(int argc, char** argv) try {
  const Server server = first_server(argc, argv);
  amiko::Connection conn = amiko::connect(server.host, server.options);
  amiko::SftpClient sftp = conn.sftp();
  amiko::TransferOptions options{.recurse = true, .preserve = true};
  options.progress = [](const amiko::Progress& p) {
    if (p.done == p.total) std::cout << p.target << ": " << p.done << " bytes\n";
  };
  const amiko::TransferResult result =
      sftp.get(argc > 4 ? argv[4] : "example.txt", argc > 5 ? argv[5] : ".", options);
  std::cout << result.files << " files in " << result.directories << " directories\n";
  return 0;
} catch (const std::exception& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
