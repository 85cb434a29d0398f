// amiko - example: a remote file without a copy of it here: append a line, read all lines
#include "common.hpp"

#include <iostream>

int main(int argc, char** argv) try {
  const Server server = first_server(argc, argv);
  amiko::Connection conn = amiko::connect(server.host, server.options);
  amiko::SftpClient sftp = conn.sftp();

  const std::string name = argc > 4 ? argv[4] : "visitors.log";
  amiko::SftpFile log = sftp.open(name, "a");
  log.write("amiko was here\n");
  log.close();  // errors of writing show here

  amiko::SftpFile file = sftp.open(name);
  while (const auto line = file.readline()) std::cout << *line;
  std::cout << sftp.getsize(name) << " bytes\n";
  return 0;
} catch (const std::exception& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
