// amiko - example: put a file so that nobody sees it by half, checked, and gone on with after a failure
#include "common.hpp"

#include <iostream>

// sftp_put SERVER KEY KNOWN_HOSTS LOCAL REMOTE
int main(int argc, char** argv) try {
  const Server server = first_server(argc, argv);
  amiko::Connection conn = amiko::connect(server.host, server.options);
  amiko::SftpClient sftp = conn.sftp();
  const amiko::TransferResult result =
      sftp.put(argc > 4 ? argv[4] : "example.txt", argc > 5 ? argv[5] : ".",
               {.resume = true, .atomic = true, .fsync = true, .verify = true});
  std::cout << result.bytes << " bytes sent and read back, " << result.resumed << " were there\n";
  return 0;
} catch (const std::exception& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
