// amiko - tests of Terminal: lines, keys and interrupts
#include <amiko/server/terminal.hpp>

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <functional>
#include <future>
#include <optional>
#include <string>

#include "common/deadline.hpp"
#include "server/basic_server.hpp"

using namespace amiko;
using namespace amiko::test;
using namespace std::chrono_literals;

namespace {

struct Typing {
  explicit Typing(std::function<void(Terminal&)> talk, bool pty = true) {
    ServerOptions options = basic();
    options.process = [talk = std::move(talk)](ServerProcess& session) {
      Terminal terminal(session);
      talk(terminal);
    };
    server.emplace(listen(std::move(options)));
    connection.emplace(call(*server));
    RunOptions run;
    if (pty) run.pty = PtyRequest{.term = "xterm"};
    process.emplace(connection->shell(run));
  }
  void type(std::string_view keys) { process->channel().sendall(keys); }
  std::string shown() { return process->out().read(); }

  std::optional<Server> server;
  std::optional<Connection> connection;
  std::optional<Process> process;
};

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(terminal)

BOOST_AUTO_TEST_CASE(lines_are_edited) {
  Typing typing([](Terminal& terminal) {
    const auto line = terminal.readline("name: ");
    terminal.write("hello " + line.value_or("?") + "\n");
  });
  typing.type("robex\x7fy\r");
  const std::string shown = typing.shown();
  BOOST_TEST(has(shown, "name: "));
  BOOST_TEST(has(shown, "hello robey\r\n"));
}

BOOST_AUTO_TEST_CASE(secrets_are_not_shown) {
  Typing typing([](Terminal& terminal) {
    const auto secret = terminal.read_secret("password: ");
    terminal.write(secret && *secret == Secret(std::string_view("s3cret")) ? "right\n" : "wrong\n");
  });
  typing.type("s3cret\r");
  const std::string shown = typing.shown();
  BOOST_TEST(has(shown, "right"));
  BOOST_TEST(!has(shown, "s3cret"));
}

BOOST_AUTO_TEST_CASE(others_may_write_while_a_line_is_typed) {
  std::promise<Terminal*> ready;
  Typing typing([&](Terminal& terminal) {
    ready.set_value(&terminal);
    terminal.write("got " + terminal.readline("> ").value_or("nothing") + "\n");
  });
  Terminal* terminal = ready.get_future().get();
  typing.type("half a li");
  terminal->post("news\n");
  typing.type("ne\r");
  const std::string shown = typing.shown();
  BOOST_TEST(has(shown, "news\r\n"));
  BOOST_TEST(has(shown, "got half a line"));
}

BOOST_AUTO_TEST_CASE(the_end_a_signal_and_the_time) {
  Typing typing([](Terminal& terminal) {
    const auto kind = [](const TerminalInput& input) { return "<" + std::to_string(input.index()) + ">"; };
    terminal.write(kind(terminal.read("", 1ms)));
    terminal.write("ready\n");
    terminal.write(kind(terminal.read("", 20s)));
    terminal.write(kind(terminal.read("", 20s)));
    terminal.write(kind(terminal.read_key(20s)));
  });
  BOOST_TEST(has(typing.process->out().readline().value(), "<3>ready"));
  typing.type("\x03");
  typing.type("\x04");
  typing.type("q");
  const std::string shown = typing.shown();
  BOOST_TEST(has(shown, "<1>"));
  BOOST_TEST(has(shown, "<2>"));
  BOOST_TEST(has(shown, "<0>"));
}

BOOST_AUTO_TEST_CASE(without_a_terminal_lines_are_plain) {
  Typing typing(
      [](Terminal& terminal) {
        while (const auto line = terminal.readline())
          terminal.write("[" + *line + "]\n");
      },
      false);
  typing.type("one\r\ntwo\nthree");
  typing.process->channel().send_eof();
  BOOST_TEST(typing.shown() == "[one]\n[two]\n[three]\n");
}

// --- interrupts while nobody reads

BOOST_AUTO_TEST_CASE(ctrl_c_is_seen_by_a_function_that_does_not_read) {
  Typing typing([](Terminal& terminal) {
    std::promise<void> told;
    terminal.on_interrupt([&] { told.set_value(); });
    terminal.write("computing\n");
    const bool came = told.get_future().wait_for(scaled(20s)) == std::future_status::ready;
    terminal.write(came && terminal.interrupted() && terminal.take_interrupt() && !terminal.interrupted() &&
                           !terminal.take_interrupt()
                       ? "stopped\n"
                       : "not stopped\n");
    terminal.on_interrupt({});
    terminal.write("got " + terminal.readline("> ").value_or("nothing") + "\n");
  });
  BOOST_TEST(has(typing.process->out().readline().value(), "computing"));
  typing.type(
      "typed ahead\rand more\x03"
      "after it\r");
  const std::string shown = typing.shown();
  BOOST_TEST(has(shown, "^C\r\nstopped\r\n"), shown);
  BOOST_TEST(has(shown, "got after it"), shown);
}

BOOST_AUTO_TEST_CASE(an_interrupt_behind_a_line_is_not_lost) {
  Typing typing([](Terminal& terminal) {
    const auto line = terminal.readline("> ");
    const bool seen = eventually([&] { return terminal.interrupted(); });
    const bool in_a_read = std::holds_alternative<Interrupted>(terminal.read("> "));
    terminal.write(line.value_or("") + (seen ? " seen" : "") + (in_a_read ? " read" : "") +
                   (terminal.interrupted() ? " again" : "") + "\n");
  });
  typing.type("go\r\x03");
  BOOST_TEST(has(typing.shown(), "go seen read\r\n"));
}

BOOST_AUTO_TEST_CASE(what_a_read_has_told_is_not_told_again) {
  Typing typing([](Terminal& terminal) {
    const bool in_a_read = std::holds_alternative<Interrupted>(terminal.read("> "));
    terminal.write("interrupted\n");
    // A change of size comes by the same thread as late news of the Ctrl-C, behind them.
    const bool resized = eventually([&] { return terminal.size().columns == 101; });
    terminal.write(in_a_read && resized && !terminal.interrupted() && !terminal.take_interrupt() ? "once\n"
                                                                                                 : "twice\n");
  });
  typing.type("\x03");
  std::string shown;
  while (!has(shown, "interrupted"))
    shown += typing.process->out().readline().value();
  typing.process->channel().resize_pty(101, 33);
  BOOST_TEST(has(typing.shown(), "once"));
}

BOOST_AUTO_TEST_CASE(a_signal_interrupts_too) {
  Typing typing([](Terminal& terminal) {
    std::atomic<int> told{0};
    terminal.on_interrupt([&] { ++told; });
    terminal.write("computing\n");
    const bool came = eventually([&] { return told == 1; });
    terminal.write(came && terminal.interrupted() && terminal.take_interrupt() && !terminal.interrupted()
                       ? "stopped\n"
                       : "not stopped\n");
    terminal.on_interrupt({});
  });
  BOOST_TEST(has(typing.process->out().readline().value(), "computing"));
  typing.process->channel().send_signal("INT");
  BOOST_TEST(has(typing.shown(), "stopped\r\n"));
}

BOOST_AUTO_TEST_CASE(keys_are_dropped_up_to_the_interrupt) {
  Typing typing([](Terminal& terminal) {
    terminal.write("ready\n");
    static_cast<void>(terminal.read_key());
    const bool seen = eventually([&] { return terminal.interrupted(); });
    const bool taken = terminal.take_interrupt();
    const auto next = terminal.read_key();
    const auto* key = std::get_if<std::string>(&next);
    terminal.write((seen && taken ? "taken " : "? ") + (key ? *key : "nothing") + "\n");
  });
  BOOST_TEST(has(typing.process->out().readline().value(), "ready"));
  typing.type(
      "abc\x03"
      "d");
  BOOST_TEST(has(typing.shown(), "taken d\r\n"));
}

// Other channels' data, and clients that type nothing else.
BOOST_AUTO_TEST_CASE(a_flood_of_interrupts_does_no_harm) {
  Typing typing([](Terminal& terminal) {
    terminal.write("computing\n");
    const bool came = eventually([&] { return terminal.interrupted(); });
    while (terminal.readline("> ").value_or("") != "end") {
    }
    terminal.write(came && !terminal.interrupted() ? "fine\n" : "not fine\n");
  });
  BOOST_TEST(has(typing.process->out().readline().value(), "computing"));
  for (int i = 0; i < 100; ++i)
    typing.type(std::string(10, '\x03'));
  typing.type("\rend\r");
  BOOST_TEST(has(typing.shown(), "fine\r\n"));
}

BOOST_AUTO_TEST_SUITE_END()
