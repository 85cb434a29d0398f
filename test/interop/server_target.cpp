// amiko - a server that clients of others are pointed at: where it is, how to get in, what it understands
#include "interop/server_target.hpp"

#include <amiko/server/terminal.hpp>

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <charconv>
#include <sstream>
#include <stdexcept>

#include "common/deadline.hpp"

namespace amiko::test {

struct TestServer::Notes {
  ~Notes() {
    if (!log.empty()) BOOST_TEST_MESSAGE("the server's log:\n" << log);
  }
  void write(const std::string& line) {
    const std::lock_guard guard(mutex);
    log += line + "\n";
  }

  std::atomic<std::uint64_t> key_exchanges{0};
  std::mutex mutex;
  std::string log;
};

namespace {

constexpr std::size_t mib = 1 << 20;

unsigned number(std::string_view text) {
  unsigned value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::string in_words(const WindowSize& size) {
  return std::to_string(size.columns) + " x " + std::to_string(size.rows);
}

void echo(ServerProcess& process) {
  Bytes buffer(65'536);
  while (const auto n = process.channel().recv(buffer))
    process.channel().sendall(ByteView(buffer.data(), n));
}

void send_zeros(ServerProcess& process, unsigned mebibytes) {
  const Bytes block(mib);
  for (unsigned i = 0; i < mebibytes; ++i)
    process.channel().sendall(block);
}

void count_input(ServerProcess& process) {
  Bytes buffer(65'536);
  std::uint64_t total = 0;
  while (const auto n = process.channel().recv(buffer))
    total += n;
  process.out().write(std::to_string(total) + "\n");
}

std::string agreed(const NegotiatedAlgorithms& found) {
  return "kex=" + found.kex + " key=" + found.host_key + " cipher=" + found.cipher_in + "," +
         found.cipher_out + " mac=" + found.mac_in + "," + found.mac_out +
         " compression=" + found.compression_in + "," + found.compression_out + "\n";
}

/// Data in both directions; then so many key exchanges that we begin, and the last data.  Before them the
/// client has begun one, if it is to: two that cross would be one.
void rekey(ServerProcess& process, unsigned ours, unsigned theirs) {
  Transport& transport = process.connection().transport();
  process.out().write(agreed(transport.negotiated()));
  process.out().flush();
  echo(process);
  const bool begun = eventually([&] { return transport.key_exchanges() > theirs; }, milliseconds(30'000));
  if (!begun) throw std::runtime_error("the client begins no key exchange");
  for (unsigned i = 0; i < ours; ++i)
    if (!transport.renegotiate_keys(scaled(milliseconds(60'000)))) throw std::runtime_error("no new keys");
  process.out().write("\nexchanges=" + std::to_string(transport.key_exchanges()) + "\n");
}

void run_shell(ServerProcess& process) {
  Terminal terminal(process);
  terminal.write("Welcome, " + process.user() + ".\n");
  while (const auto line = terminal.readline("> ")) {
    std::istringstream words(*line);
    std::string verb, rest;
    words >> verb >> rest;
    if (verb == "exit") return process.exit(number(rest));
    if (verb == "size") {
      const WindowSize before = terminal.size();
      terminal.write("ready\n");
      const bool changed = eventually([&] { return terminal.size() != before; }, milliseconds(30'000));
      terminal.write((changed ? in_words(terminal.size()) : "no change") + "\n");
      continue;
    }
    terminal.write("you said " + *line + "\n");
  }
}

void run_command(ServerProcess& process) {
  std::istringstream words(process.command());
  std::string verb, rest;
  words >> verb >> rest;
  if (verb == "cat") {
    echo(process);
  } else if (verb == "exit") {
    process.exit(number(rest));
  } else if (verb == "stderr") {
    process.out().write("out\n");
    process.err().write("err\n");
  } else if (verb == "signal") {
    process.exit_with_signal(rest, false, "as you wished");
  } else if (verb == "zero") {
    send_zeros(process, number(rest));
  } else if (verb == "sink") {
    count_input(process);
  } else if (verb == "env") {
    const auto found = process.env().find(rest);
    process.out().write((found == process.env().end() ? "" : found->second) + "\n");
  } else if (verb == "algorithms") {
    process.out().write(agreed(process.connection().transport().negotiated()));
  } else if (verb == "rekey") {
    std::string theirs;
    words >> theirs;
    rekey(process, number(rest), number(theirs));
  } else {
    process.err().write(verb + ": not known\n");
    process.exit(127);
  }
}

InteractiveQuery first_round() {
  return {"Two rounds", "This is the first.", {{"Password: ", false}, {"Colour: ", true}}};
}

ServerOptions options_for(const std::function<void(ServerOptions&)>& change) {
  ServerOptions options;
  options.addresses = {"127.0.0.1"};
  options.port = 0;
  for (const auto& type : PeerKeys::types())
    options.host_keys.push_back(PrivateKey::load(PeerKeys::get().host_key(type)));
  options.authorized_keys = PeerKeys::get().authorized_keys().string();
  options.password = [](std::string_view user, const Secret& password) {
    return user == "robey" && password == Secret(std::string_view("foo")) ? Decision::accept
                                                                          : Decision::reject;
  };
  options.interactive = [](std::string_view, std::string_view) { return first_round(); };
  options.interactive_response = [](std::string_view user, const Answers& answers) -> InteractiveStep {
    if (user != "robey") return Decision::reject;
    if (answers.size() == 2 && answers[0] == Secret(std::string_view("foo")) &&
        answers[1] == Secret(std::string_view("blue")))
      return InteractiveQuery{"", "And now the second.", {{"Token: ", false}}};
    return answers.size() == 1 && answers[0] == Secret(std::string_view("4711")) ? Decision::accept
                                                                                 : Decision::reject;
  };
  options.max_startups = "1000:30:2000";
  options.per_source_penalties = "no";
  options.transport.server.failure_delay = std::chrono::milliseconds(1);
  if (change) change(options);
  return options;
}

}  // namespace

TestServer::TestServer(const std::function<void(ServerOptions&)>& change)
    : notes_(std::make_shared<Notes>()), server_(listen([&] {
        ServerOptions options = options_for(change);
        options.disconnected = [notes = notes_](const ServerConnection&, const Failure& failure) {
          if (failure.code) notes->write(failure.message());
        };
        options.process = [notes = notes_](ServerProcess& process) {
          if (process.kind() == SessionStart::Kind::shell) return run_shell(process);
          run_command(process);
          if (process.command() == "cat")
            notes->key_exchanges = process.connection().transport().key_exchanges();
        };
        return options;
      }())) {}

Target TestServer::target() const {
  Target target;
  target.port = server_.port();
  target.user = "robey";
  target.password = "foo";
  target.answers = {{"Password: ", "foo"}, {"Colour: ", "blue"}, {"Token: ", "4711"}};
  for (const auto& type : PeerKeys::types())
    target.host_key_lines.push_back(PeerKeys::get().host_key_line(type));
  target.conversations["shell"] =
      "expect Welcome, robey.\nexpect > \nsend hello\\r\nexpect you said hello\nexpect > \nsend exit 3\\r\n";
  target.conversations["resize"] =
      "expect > \nsend size\\r\nexpect ready\nresize 33 101\nexpect 101 x 33\nexpect > \nsend exit 3\\r\n";
  target.shell_status = 3;
  return target;
}

std::uint64_t TestServer::key_exchanges() const {
  return notes_->key_exchanges;
}

}  // namespace amiko::test
