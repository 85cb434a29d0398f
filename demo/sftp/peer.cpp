// amiko - the server that amiko-sftp talks to
#include "peer.hpp"

#include "dial.hpp"

#include <unistd.h>

namespace demo {

Peer::Peer(const Arguments& arguments, const Options& ssh_options, const Messages& messages,
           Prompter& prompter) {
  if (!arguments.local_server.empty()) {
    greeting_ = "Attached to " + arguments.local_server.front() + ".";
    start(arguments.local_server);
  } else if (!arguments.program.empty()) {
    greeting_ = "Connected to " + arguments.host + ".";
    std::vector<std::string> words = arguments.ssh_command_line();
    words.insert(words.begin(), arguments.program);
    start(words);
  } else {
    greeting_ = "Connected to " + arguments.host + ".";
    connect(arguments, ssh_options, messages, prompter);
  }
}

Peer::~Peer() {
  client_.reset();
  if (connection_) connection_->close();
}

void Peer::start(const std::vector<std::string>& words) {
  child_.emplace(words);
  const int fd = child_->release_descriptor();
  // Its start may take as long as the user needs for a password.  What servers it may be is not known: they
  // are taken for OpenSSH's, as sftp does.
  client_.emplace(amiko::sftp_stream(fd, fd), amiko::SftpOptions{amiko::forever, "OpenSSH"});
  client_->settimeout(amiko::SftpOptions().timeout);
}

void Peer::connect(const Arguments& arguments, const Options& ssh_options, const Messages& messages,
                   Prompter& prompter) {
  connection_.emplace(Dialer(ssh_options, messages, prompter).dial());
  amiko::Channel channel = connection_->open_session();
  if (arguments.is_subsystem())
    channel.invoke_subsystem(arguments.subsystem);
  else
    channel.exec_command(arguments.subsystem);
  amiko::SftpOptions options;
  options.server_version = connection_->transport().remote_version();
  client_.emplace(std::move(channel), options);
}

bool Peer::alive() {
  if (!client_->is_open()) return false;
  return connection_ ? connection_->is_active() : child_->running();
}

}  // namespace demo
