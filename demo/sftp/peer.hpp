// amiko - the server that amiko-sftp talks to
#pragma once

#include "arguments.hpp"
#include "child.hpp"

#include <amiko/client/connection.hpp>
#include <amiko/sftp/sftp_client.hpp>

#include <memory>
#include <optional>
#include <string>

namespace demo {

class Messages;
class Prompter;
struct Options;

/// A session of SFTP, and what carries it: a connection of our own, a program that takes ssh's options, or a
/// server on this machine.
class Peer {
 public:
  /// `ssh_options` are Arguments::ssh_command_line() as amiko-ssh's parser reads them; they count when we
  /// connect ourselves.  Blocks until the session has begun.  Throws what amiko::connect() and SftpClient do,
  /// std::system_error for a program that does not start.
  Peer(const Arguments& arguments, const Options& ssh_options, const Messages& messages, Prompter& prompter);
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;
  ~Peer();

  amiko::SftpClient& client() { return *client_; }
  /// "Connected to host.", "Attached to command."
  const std::string& greeting() const noexcept { return greeting_; }
  /// False once it is certain that nothing more will come.  From any thread that no other asks.
  bool alive();

 private:
  void start(const std::vector<std::string>& words);
  void connect(const Arguments& arguments, const Options& ssh_options, const Messages& messages,
               Prompter& prompter);

  std::string greeting_{};
  std::optional<Child> child_{};
  std::optional<amiko::Connection> connection_{};
  std::optional<amiko::SftpClient> client_{};
};

}  // namespace demo
