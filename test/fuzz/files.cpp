// amiko - fuzzing of known_hosts, authorized_keys and moduli files
#include <amiko/config/authorized_keys.hpp>
#include <amiko/config/known_hosts.hpp>
#include <amiko/keys/private_key.hpp>
#include <amiko/protocol/moduli.hpp>

#include <algorithm>
#include <chrono>
#include <string>

#include "fuzz/input.hpp"
#include "fuzz/target.hpp"

namespace amiko::fuzz {
namespace {

const PublicKey& some_key() {
  static const PublicKey key = PrivateKey::generate("ed25519").public_key();
  return key;
}

std::size_t lines_in(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count(text, '\n')) + 1;
}

void run_known_hosts(ByteView bytes) {
  const std::string_view text = bytes.text();
  const KnownHosts hosts = KnownHosts::parse(text, "fuzz");
  for (const KnownHosts::Diagnostic& d : hosts.diagnostics())
    promise(d.line <= lines_in(text), "a diagnostic of a line that is not there");
  const auto result = hosts.check("example.org", 22, "192.0.2.7", some_key());
  promise((result.status == HostKeyStatus::unknown) == (result.line == 0), "a verdict without its line");
  if (text.find(some_key().to_line().substr(12)) == std::string_view::npos)
    promise(result.status != HostKeyStatus::match, "a key that is not in the file is known");
  for (const auto& entry : hosts.find("example.org", 2222))
    promise(static_cast<bool>(entry.key), "an entry without a key");
}

std::vector<Bytes> known_hosts_seeds() {
  const std::string key = some_key().to_line();
  return {plain("example.org " + key + "\n"), plain("@revoked *.org,!x.org " + key + "\n# comment\n\n"),
          plain("[example.org]:2222,192.0.2.0/24 " + key),
          plain("|1|AAAAAAAAAAAAAAAAAAAAAAAAAAA=|AAAAAAAAAAAAAAAAAAAAAAAAAAA= " + key +
                "\n@cert-authority * " + key)};
}

void run_authorized_keys(ByteView bytes) {
  const std::string_view text = bytes.text();
  const AuthorizedKeys keys = AuthorizedKeys::parse(text, "fuzz");
  for (const AuthorizedKeys::Entry& entry : keys.entries()) {
    promise(static_cast<bool>(entry.key) && entry.line > 0 && entry.line <= lines_in(text),
            "an entry from nowhere");
    std::string why;
    entry.options.applies("192.0.2.7", "host.example.org", std::chrono::system_clock::time_point(), &why);
    entry.options.permits_open("example.org", 22);
    entry.options.permits_listen("localhost", 8080);
    for (const auto& [name, value] : entry.options.environment)
      promise(!name.empty() && value.find('\0') == std::string::npos, "a variable that cannot be set");
  }
  if (text.find(some_key().to_line().substr(12)) == std::string_view::npos)
    promise(keys.find(some_key()).empty(), "a key that is not in the file may log in");
}

std::vector<Bytes> authorized_keys_seeds() {
  const std::string key = some_key().to_line();
  return {plain(key + " robey\n"),
          plain("command=\"echo \\\"hi\\\"\",no-pty,from=\"10.0.0.0/8,!10.1.1.1\" " + key + "\n"),
          plain("restrict,pty,permitopen=\"[::1]:80\",permitlisten=\"*\",environment=\"A=b\" " + key),
          plain("expiry-time=\"20301231235959Z\",tunnel=\"0\",principals=\"a,b\",cert-authority " + key)};
}

void run_moduli(ByteView bytes) {
  const protocol::Moduli moduli = protocol::parse_moduli(bytes.text());
  promise(std::ranges::is_sorted(moduli.groups, {}, &protocol::ModuliGroup::bits), "groups out of order");
  for (const protocol::ModuliGroup& group : moduli.groups)
    promise(group.bits >= 1024 && group.bits <= 8192, "a group of a size that is never asked for");
  promise(moduli.diagnostics.size() <= std::min<std::size_t>(100, moduli.lines_left_out),
          "too many diagnostics");
}

std::vector<Bytes> moduli_seeds() {
  return {plain("# Time Type Tests Tries Size Generator Modulus\n20240101000000 2 6 100 1023 2 " +
                std::string(256, 'F') + "\n"),
          plain("20240101000000 2 6 100 2047 5 " + std::string(511, 'E') + "3\n")};
}

}  // namespace

extern const Target known_hosts, authorized_keys, moduli;
const Target known_hosts{"known_hosts", run_known_hosts, known_hosts_seeds};
const Target authorized_keys{"authorized_keys", run_authorized_keys, authorized_keys_seeds};
const Target moduli{"moduli", run_moduli, moduli_seeds};

}  // namespace amiko::fuzz
