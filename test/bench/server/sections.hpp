// amiko - the parts of the server's measurement
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace amiko::bench {

/// How much is measured; the defaults are what the project has set itself.
struct Scale {
  std::size_t idle = 2000;      ///< idle connections
  std::size_t callers = 500;    ///< that echo once a second
  unsigned seconds = 20;        ///< for which they do
  std::size_t silent = 1000;    ///< sockets that say nothing
  std::size_t attackers = 100;  ///< that loop on handshakes
  unsigned logins = 20;         ///< honest ones, meanwhile
  unsigned round = 4;           ///< seconds of each measurement of handshakes
};

/// Each prints its table; false where something that was to be reached was not.
bool measure_memory(const Scale& scale);
bool measure_echo(const Scale& scale);
bool measure_login(const Scale& scale);
bool measure_handshakes(const Scale& scale);

/// The attackers' process: `count` clients at a time that go as far as the keys and begin again, until
/// standard input ends; prints how many times they did, and how many failed.  `empty`: they compute nothing.
int attack(std::uint16_t port, std::size_t count, bool empty);

}  // namespace amiko::bench
