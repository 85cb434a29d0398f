// amiko - example: a server that runs bc here, its streams tied to the client's
#include "server_common.hpp"

#include <amiko/server/local_process.hpp>

namespace {

void calculate(amiko::ServerProcess& process) {
  const char* path = std::getenv("PATH");
  amiko::run_local_program(process, {.file = "/bin/sh",
                                     .argv = {"sh", "-c", "exec bc"},
                                     .env = {{"PATH", path != nullptr ? path : "/usr/bin:/bin"}},
                                     .directory = "/"});
}

}  // namespace

int main(int argc, char** argv) try {
  amiko::ServerOptions options = server_arguments(argc, argv);
  options.process = calculate;
  amiko::Server server = amiko::listen(options);
  return run_until_stopped(server);
} catch (const std::exception& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
