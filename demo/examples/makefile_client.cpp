// amiko - example: a channel as a file with lines, as paramiko's makefile()
#include "common.hpp"

#include <iostream>

int main(int argc, char** argv) try {
  const Server server = first_server(argc, argv);
  amiko::Connection conn = amiko::connect(server.host, server.options);
  amiko::Channel chan = conn.open_session();
  chan.exec_command("bc");
  amiko::ChannelFile file = chan.makefile("rw");
  for (const char* op : {"2+2", "1*2*3*4", "2^32"}) {
    file.write(std::string(op) + "\n");
    file.flush();
    std::cout << op << " = " << file.readline().value_or("?") << '\n';
  }
  file.writelines({"10/2\n", "10%4\n"});
  file.flush();
  chan.shutdown(amiko::Shutdown::write);  // the end of bc's input, but not of ours
  for (const std::string& line : file)
    std::cout << "and " << line << '\n';
  return 0;
} catch (const std::exception& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
