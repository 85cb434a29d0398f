// amiko - example: rooms of callers who see each other's lines, joins and departures
#include "server_common.hpp"

#include <map>
#include <mutex>
#include <set>

namespace {

// Who is where.  post() never waits, so a caller who does not read holds nobody up.
class Rooms {
 public:
  void join(const std::string& room, amiko::Terminal& who) {
    const std::lock_guard guard(mutex_);
    rooms_[room].insert(&who);
  }
  void leave(const std::string& room, amiko::Terminal& who) {
    const std::lock_guard guard(mutex_);
    rooms_[room].erase(&who);
    if (rooms_[room].empty()) rooms_.erase(room);
  }
  void say(const std::string& room, const std::string& line, const amiko::Terminal& from) {
    const std::lock_guard guard(mutex_);
    for (amiko::Terminal* other : rooms_[room])
      if (other != &from) other->post(line + "\n");
  }

 private:
  std::mutex mutex_;
  std::map<std::string, std::set<amiko::Terminal*>> rooms_;
};

// In a room as long as it lives, however the session ends.
struct Visit {
  Visit(Rooms& all, std::string to, std::string who, amiko::Terminal& at)
      : rooms(all), room(std::move(to)), name(std::move(who)), terminal(at) {
    rooms.join(room, terminal);
    rooms.say(room, "*** " + name + " has entered " + room + " ***", terminal);
  }
  ~Visit() {
    rooms.leave(room, terminal);
    rooms.say(room, "*** " + name + " has left " + room + " ***", terminal);
  }
  Visit(const Visit&) = delete;
  Visit& operator=(const Visit&) = delete;

  Rooms& rooms;
  const std::string room, name;
  amiko::Terminal& terminal;
};

void chat(Rooms& rooms, amiko::ServerProcess& process) {
  amiko::Terminal terminal(process);
  terminal.write("Welcome to chat!\n\n");
  const auto name = terminal.readline("Enter your name: ");
  const auto room = terminal.readline("Enter a room: ");
  if (!name || !room) return;
  const Visit visit(rooms, amiko::printable(*room), amiko::printable(*name), terminal);
  terminal.write("\nLines go to " + visit.room + "; Ctrl-D leaves.\n\n");
  while (const auto line =
             terminal.readline())  // printable(): what one types must not steer another's screen
    rooms.say(visit.room, visit.name + ": " + amiko::printable(*line), terminal);
}

}  // namespace

int main(int argc, char** argv) try {
  amiko::ServerOptions options = server_arguments(argc, argv);
  Rooms rooms;
  options.process = [&](amiko::ServerProcess& process) { chat(rooms, process); };
  amiko::Server server = amiko::listen(options);
  return run_until_stopped(server);
} catch (const std::exception& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
