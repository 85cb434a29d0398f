// amiko - example: as math_server, written with callbacks: requests come on the connection's handler thread,
// data in a thread of the session's own
#include "server_common.hpp"

#include <charconv>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

namespace {

class Session {
 public:
  explicit Session(amiko::Channel channel) : channel_(std::move(channel)) {}
  ~Session() { channel_.close(); }  // which ends the reader, and that is waited for

  bool over() const { return channel_.closed(); }
  void started() {
    channel_.sendall("Enter numbers one per line, or EOF when done:\n");
    reader_ = std::jthread([this] { read_all(); });
  }
  void finish() {
    const std::lock_guard guard(mutex_);
    if (channel_.closed()) return;
    channel_.sendall("Total = " + std::to_string(total_) + "\n");
    channel_.send_exit_status(0);
    channel_.close();
  }

 private:
  void read_all() try {
    for (const std::string& line : channel_.makefile("U"))
      line_received(line);
    finish();
  } catch (const amiko::Error&) {
    // closed from the other side, or by finish() on the handler thread
  }
  void line_received(const std::string& line) {
    if (line.empty()) return;
    long number = 0;
    long sum = 0;
    const char* end = line.data() + line.size();
    const std::lock_guard guard(mutex_);
    if (std::from_chars(line.data(), end, number).ptr == end && !__builtin_add_overflow(total_, number, &sum))
      total_ = sum;
    else
      channel_.sendall_stderr("Invalid number: " + amiko::printable(line) + "\n");
  }

  amiko::Channel channel_;
  std::mutex mutex_;
  long total_ = 0;
  std::jthread reader_;  // last: joined before the rest goes
};

// One for each connection.  What is not overridden is refused.
class Caller : public amiko::ServerHandler {
 public:
  std::vector<std::string> get_allowed_auths(std::string_view) override { return {"publickey"}; }
  bool check_channel_open(std::string_view kind) override { return kind == "session"; }
  bool take_channel(amiko::Channel& channel) override {
    std::erase_if(sessions_, [](const auto& entry) { return entry.second->over(); });
    const auto id = channel.get_id();
    sessions_[id] = std::make_unique<Session>(std::move(channel));
    return true;
  }
  bool check_shell_request(amiko::Channel&) override { return true; }
  bool check_exec_request(amiko::Channel&, std::string_view) override { return true; }
  void session_started(amiko::Channel& channel, const amiko::SessionStart&) override {
    sessions_.at(channel.get_id())->started();
  }
  bool check_break_request(amiko::Channel& channel, std::uint32_t) override {
    sessions_.at(channel.get_id())->finish();
    return true;
  }

 private:
  std::map<std::uint32_t, std::unique_ptr<Session>> sessions_;
};

}  // namespace

int main(int argc, char** argv) try {
  amiko::ServerOptions options = server_arguments(argc, argv);
  options.handler = [](const amiko::ServerConnection&) { return std::make_shared<Caller>(); };
  amiko::Server server = amiko::listen(options);
  return run_until_stopped(server);
} catch (const std::exception& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
