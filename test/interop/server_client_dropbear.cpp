// amiko - Dropbear's dbclient as a client under test
#include "interop/server_client.hpp"

namespace amiko::test {

namespace {

class Dbclient : public ForeignClient {
 public:
  Dbclient() {
    abilities_.rekey = false;  // after 1 GiB or 8 hours
    abilities_.env = false;
    abilities_.status_after_signal = 0;  // it ignores exit-signal
    abilities_.chooses = {"cipher", "mac"};
    abilities_.lists_itself = false;
    for (const auto& type : PeerKeys::types())
      run_checked({"dropbearconvert", "openssh", "dropbear", PeerKeys::get().client_key(type).string(),
                   key_file(type)});
    std::filesystem::create_directories(runner_.home() / ".ssh");
  }

  const ClientAbilities& abilities() const override { return abilities_; }

  std::vector<std::string> names(const std::string& kind) override {
    if (kind == "key") return all_names_but(kind, {"rsa-sha2-512"});
    return names_among(
        kind, {"curve25519-sha256", "curve25519-sha256@libssh.org", "ecdh-sha2-nistp256",
               "ecdh-sha2-nistp384", "ecdh-sha2-nistp521", "diffie-hellman-group14-sha256",
               "diffie-hellman-group14-sha1", "chacha20-poly1305@openssh.com", "aes128-ctr", "aes256-ctr",
               "hmac-sha2-256", "hmac-sha1", "none", "zlib@openssh.com", "zlib"});
  }

  ClientResult run(const Target& target, const ClientJob& job) override {
    auto argv = arguments(target, job.login);
    for (const auto& [kind, name] : job.algorithms) {
      if (kind == "cipher") argv.insert(argv.end(), {"-c", name});
      if (kind == "mac") argv.insert(argv.end(), {"-m", name});
    }
    if (job.login.method == Login::Method::interactive) {
      argv.insert(argv.end(), {target.host, job.command});
      return runner_.talk(argv, answering_steps(target, job.login, job.refused), {});
    }
    argv.insert(argv.end(), {"-T", target.host, job.command});
    return runner_.run(std::move(argv), job.input, environment(target, job.login));
  }

  ClientResult talk(const Target& target, const ClientJob& job, const std::string& steps) override {
    auto argv = arguments(target, job.login);
    argv.insert(argv.end(), {"-t", target.host});
    return runner_.talk(argv, answering_steps(target, job.login) + steps, environment(target, job.login));
  }

 private:
  std::string key_file(const std::string& type) const { return (runner_.home() / (type + ".db")).string(); }

  static std::vector<std::string> environment(const Target& target, const Login& login) {
    if (login.method != Login::Method::password) return {};
    return {"DROPBEAR_PASSWORD=" + (login.password.empty() ? target.password : login.password)};
  }

  std::vector<std::string> arguments(const Target& target, const Login& login) const {
    // It keeps hosts without their ports.
    std::string known;
    for (const auto& line : target.host_key_lines)
      known += target.host + " " + line + "\n";
    runner_.home().write(".ssh/known_hosts", known);
    const bool key = login.method == Login::Method::key;
    std::vector<std::string> argv{"dbclient", "-p", std::to_string(target.port), "-l", target.user};
    if (key) argv.insert(argv.end(), {"-i", key_file(login.key_type)});
    return argv;
  }

  ClientAbilities abilities_;
  ProgramRunner runner_;
};

}  // namespace

std::unique_ptr<ForeignClient> make_dbclient() {
  return std::make_unique<Dbclient>();
}

}  // namespace amiko::test
