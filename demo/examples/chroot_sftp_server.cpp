// amiko - example: each user gets a directory of their own, made on the fly, which is all that they see
#include "server_common.hpp"

#include <memory>

int main(int argc, char** argv) try {
  amiko::ServerOptions options = server_arguments(argc, argv);
  options.sftp = true;
  options.sftp_filesystem =
      [](const amiko::ServerConnection& caller) -> std::shared_ptr<amiko::SftpFilesystem> {
    // A user's name is a file's name here: let nobody be called "..".
    const std::string user = caller.identity().user;
    if (user.find('/') != user.npos || user == "." || user == "..") return nullptr;
    const std::filesystem::path home = std::filesystem::path("sftp") / user;
    std::filesystem::create_directories(home);
    return amiko::local_filesystem({.root = home.string()});
  };
  options.sftp_options.trace = [](std::string_view request, std::string_view path) {
    std::cout << request << ' ' << amiko::printable(path) << std::endl;
  };
  amiko::Server server = amiko::listen(options);
  return run_until_stopped(server);
} catch (const std::exception& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
