// amiko - example: standard output and standard error told apart, as they arrive
#include "common.hpp"

#include <iostream>

namespace {

constexpr const char* command = "echo one; sleep 0.2; echo two >&2; sleep 0.2; echo three";

}  // namespace

int main(int argc, char** argv) try {
  const Server server = first_server(argc, argv);
  amiko::Connection conn = amiko::connect(server.host, server.options);
  const auto labelled = [](const char* label) {
    return amiko::Redirect::sink(
        [label](amiko::ByteView data) { std::cout << label << data.text() << std::flush; });
  };
  conn.run(command, {.out = labelled("stdout: "), .err = labelled("stderr: "), .check = true});

  // The same as one stream, in the order of arrival.
  std::cout << conn.run(command, {.err = amiko::Redirect::to_stdout()}).out;
  return 0;
} catch (const std::exception& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
