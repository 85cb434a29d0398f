// amiko - the board as it was in 2003
#include "classic.hpp"

#include <amiko/connection/channel_file.hpp>

#include <chrono>

namespace bbs {
namespace {

constexpr std::size_t longest_name = 64 * 1024;
constexpr std::chrono::minutes patience{30};

}  // namespace

void run_classic(amiko::ServerProcess& process) {
  amiko::Channel& channel = process.channel();
  channel.settimeout(patience);
  channel.sendall("\r\n\r\nWelcome to my dorky little BBS!\r\n\r\n");
  channel.sendall("We are on fire all the time!  Hooray!  Candy corn for everyone!\r\n");
  channel.sendall("Happy birthday to Robot Dave!\r\n\r\n");
  channel.sendall("Username: ");
  amiko::ChannelFile file = channel.makefile("rU");
  const std::string name = file.readline(longest_name).value_or("");
  channel.sendall("\r\nI don't like you, " + name + ".\r\n");
}

}  // namespace bbs
