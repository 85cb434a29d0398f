// amiko - what is printed, and how wide
#include "output.hpp"

#include "descriptors.hpp"
#include "terminal.hpp"

#include <string>

#include <unistd.h>

namespace demo {

void print(std::string_view text) {
  write_all(STDOUT_FILENO, text);
}

void complain(std::string_view text) {
  write_all(STDERR_FILENO, std::string(text) + "\n");
}

std::size_t terminal_width() {
  const unsigned columns = Terminal::size(STDOUT_FILENO).columns;
  return columns > 0 ? columns : 80;
}

}  // namespace demo
