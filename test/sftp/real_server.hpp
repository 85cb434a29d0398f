// amiko - OpenSSH's sftp-server at the other end of a socket
#pragma once

#include <amiko/sftp/sftp_client.hpp>
#include <amiko/support/spawn.hpp>

#include <boost/test/unit_test.hpp>

#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "common/deadline.hpp"

namespace amiko::test {

inline constexpr const char* sftp_server_program = "/usr/lib/openssh/sftp-server";

/// For test cases: *needs_sftp_server() .
inline boost::unit_test::precondition needs_sftp_server() {
  return boost::unit_test::precondition([](boost::unit_test::test_unit_id) {
    boost::test_tools::assertion_result result(::access(sftp_server_program, X_OK) == 0);
    if (!result) result.message() << "no sftp-server here";
    return result;
  });
}

/// The server and a client of it.
struct RealServer {
  explicit RealServer(const std::vector<std::string>& arguments = {})
      : process(support::ChildProcess::start(command(arguments))),
        client(stream_to(process), SftpOptions{.timeout = scaled(std::chrono::milliseconds(30'000))}) {}

  void kill() { ::kill(process.pid(), SIGKILL); }

  support::ChildProcess process;
  SftpClient client;

 private:
  static std::vector<std::string> command(const std::vector<std::string>& arguments) {
    std::vector<std::string> all{sftp_server_program};
    all.insert(all.end(), arguments.begin(), arguments.end());
    return all;
  }
  static std::shared_ptr<SftpStream> stream_to(support::ChildProcess& process) {
    const int fd = process.take_socket().release();
    return sftp_stream(fd, fd);
  }
};

}  // namespace amiko::test
