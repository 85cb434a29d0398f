// amiko - fuzzing of the identification lines
#include <amiko/protocol/version_exchange.hpp>

#include <algorithm>

#include "fuzz/input.hpp"
#include "fuzz/target.hpp"

namespace amiko::fuzz {
namespace {

void run_version(ByteView bytes) {
  Input input(bytes);
  const auto role = input.byte() & 1 ? protocol::Role::server : protocol::Role::client;
  const std::size_t step = 1 + input.below(64);
  protocol::VersionExchange exchange(role);
  Bytes buffer;
  for (ByteView left = input.rest(); !left.empty() && !exchange.version();) {
    const std::size_t n = std::min(step, left.size());
    append(buffer, left.first(n));
    left = left.from(n);
    const std::size_t used = exchange.receive(buffer);
    promise(used <= buffer.size(), "more bytes are used up than there are");
    buffer.erase(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(used));
  }
  promise(buffer.size() <= 64 * 1024, "a line without an end is kept");
  if (!exchange.version()) return;
  promise(exchange.version()->size() <= 253 && exchange.version()->starts_with("SSH-"), "a bad version line");
  for (const std::string& line : exchange.banner())
    promise(std::ranges::none_of(line, [](char c) { return c == '\x1b' || c == '\0'; }),
            "a banner steers a terminal");
}

std::vector<Bytes> version_seeds() {
  const auto seed = [](std::uint8_t role, std::uint8_t step, ByteView text) {
    Bytes bytes{role, step};
    append(bytes, text);
    return plain(bytes);
  };
  return {seed(0, 63, "SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n"),
          seed(1, 0, "SSH-2.0-PuTTY_Release_0.78\r\n"),
          seed(0, 7, "hello\r\nworld \x1b[2J\r\nSSH-1.99-old\n"),
          seed(0, 63, "HTTP/1.1 400 Bad Request\r\n\r\n"),
          seed(1, 63, "SSH-1.5-ancient\r\n"),
          seed(0, 63, "\x16\x03\x01\x02")};
}

}  // namespace

extern const Target version;
const Target version{"version", run_version, version_seeds};

}  // namespace amiko::fuzz
