// amiko - the list of what is fuzzed, and how one input is run
#include "fuzz/target.hpp"

#include <amiko/base/error.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <optional>
#include <string>

#include "fuzz/failing_new.hpp"

namespace amiko::fuzz {

extern const Target auth_client, auth_server, authorized_keys, channel, inflate, kex_client, kex_server,
    known_hosts, messages, moduli, packet_decoder, private_key, public_key, server_connection, sftp_client,
    sftp_server, signature, terminal_modes, version;

std::span<const Target> targets() noexcept {
  static const Target all[] = {
      auth_client, auth_server, authorized_keys, channel,        inflate,     kex_client, kex_server,
      known_hosts, messages,    moduli,          packet_decoder, private_key, public_key, server_connection,
      sftp_client, sftp_server, signature,       terminal_modes, version};
  return all;
}

const Target* find_target(std::string_view name) noexcept {
  const auto all = targets();
  const auto found = std::ranges::find(all, name, &Target::name);
  return found == all.end() ? nullptr : &*found;
}

void promise(bool holds, std::string_view what) {
  if (holds) return;
  std::fprintf(stderr, "finding: %.*s\n", static_cast<int>(what.size()), what.data());
  std::abort();
}

void run(const Target& target, ByteView input) {
  if (input.empty()) return;
  constexpr std::uint8_t first_failing = 128;
  std::optional<FailingNew> failing;
  if (input[0] >= first_failing) failing.emplace(input[0] - first_failing);
  try {
    target.run(input.from(1));
  } catch (const Error& error) {
    failing.reset();
    promise(error.code() != errc::internal_error, error.what());
    promise(!std::string_view(error.what()).empty(), "an error without words");
  } catch (const std::exception& error) {
    // Streams within Botan turn a failed allocation into a text that is cut off, so bad_alloc is not all
    // there is.
    const bool ours = FailingNew::has_failed();
    failing.reset();
    promise(ours, error.what());
  }
}

Bytes plain(ByteView input) {
  Bytes result{0};
  append(result, input);
  return result;
}

}  // namespace amiko::fuzz
