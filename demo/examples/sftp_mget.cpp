// amiko - example: get all files that match a pattern, and go on if one fails
#include "common.hpp"

#include <iostream>

// sftp_mget SERVER KEY KNOWN_HOSTS PATTERN [LOCAL]
int main(int argc, char** argv) try {
  const Server server = first_server(argc, argv);
  amiko::Connection conn = amiko::connect(server.host, server.options);
  amiko::SftpClient sftp = conn.sftp();
  amiko::TransferOptions options;
  options.error = [](const amiko::TransferError& e) { std::cerr << e.what() << '\n'; };
  const amiko::TransferResult result =
      sftp.mget({argc > 4 ? argv[4] : "*.txt"}, argc > 5 ? argv[5] : ".", options);
  std::cout << result.files << " files, " << result.failed << " failed\n";
  return result.failed == 0 ? 0 : 1;
} catch (const std::exception& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
