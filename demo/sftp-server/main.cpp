// amiko - amiko-sftp-server: one SFTP session on stdin and stdout
#include "program.hpp"

int main(int argc, char** argv) {
  return demo::sftp_server::run(argc, argv);
}
