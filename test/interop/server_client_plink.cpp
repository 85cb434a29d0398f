// amiko - PuTTY's plink as a client under test
#include <amiko/keys/public_key.hpp>

#include "interop/server_client.hpp"

namespace amiko::test {

namespace {

class Plink : public ForeignClient {
 public:
  Plink() {
    abilities_.status_after_signal = 128;
    abilities_.chooses = {};  // by groups of algorithms only
    abilities_.lists_itself = false;
    for (const auto& type : PeerKeys::types())
      run_checked(
          {"puttygen", PeerKeys::get().client_key(type).string(), "-O", "private", "-o", key_file(type)});
  }

  const ClientAbilities& abilities() const override { return abilities_; }

  std::vector<std::string> names(const std::string& kind) override {
    if (kind == "key") return all_names_but(kind, {});
    return names_among(kind, {"sntrup761x25519-sha512@openssh.com",
                              "curve448-sha512",
                              "curve25519-sha256",
                              "curve25519-sha256@libssh.org",
                              "ecdh-sha2-nistp256",
                              "ecdh-sha2-nistp384",
                              "ecdh-sha2-nistp521",
                              "diffie-hellman-group-exchange-sha256",
                              "diffie-hellman-group-exchange-sha1",
                              "diffie-hellman-group18-sha512",
                              "diffie-hellman-group17-sha512",
                              "diffie-hellman-group16-sha512",
                              "diffie-hellman-group15-sha512",
                              "diffie-hellman-group14-sha256",
                              "diffie-hellman-group14-sha1",
                              "diffie-hellman-group1-sha1",
                              "rsa2048-sha256",
                              "rsa1024-sha1",
                              "aes256-ctr",
                              "aes192-ctr",
                              "aes128-ctr",
                              "aes256-cbc",
                              "aes192-cbc",
                              "aes128-cbc",
                              "chacha20-poly1305@openssh.com",
                              "aes128-gcm@openssh.com",
                              "aes256-gcm@openssh.com",
                              "3des-cbc",
                              "blowfish-cbc",
                              "arcfour256",
                              "arcfour128",
                              "hmac-sha2-256",
                              "hmac-sha1",
                              "hmac-sha1-96",
                              "hmac-md5",
                              "hmac-sha2-256-etm@openssh.com",
                              "hmac-sha1-etm@openssh.com",
                              "hmac-sha1-96-etm@openssh.com",
                              "hmac-md5-etm@openssh.com",
                              "none",
                              "zlib",
                              "zlib@openssh.com"});
  }

  ClientResult run(const Target& target, const ClientJob& job) override {
    auto argv = arguments(target, job);
    if (job.login.method == Login::Method::interactive) {
      argv.insert(argv.end(), {target.host, job.command});
      return runner_.talk(argv, answering_steps(target, job.login, job.refused), environment());
    }
    argv.insert(argv.end(), {"-batch", "-T", target.host, job.command});
    return runner_.run(std::move(argv), job.input, environment());
  }

  ClientResult talk(const Target& target, const ClientJob& job, const std::string& steps) override {
    auto argv = arguments(target, job);
    argv.insert(argv.end(), {"-t", target.host});
    return runner_.talk(argv, answering_steps(target, job.login) + steps, environment());
  }

 private:
  std::string key_file(const std::string& type) const { return (runner_.home() / (type + ".ppk")).string(); }
  std::vector<std::string> environment() const { return {"PUTTYDIR=" + runner_.home().path().string()}; }

  /// What is no option is said in a saved session.
  void save_session(const ClientJob& job) const {
    std::string session = "Protocol=ssh\n";
    // All that it has, and nothing of that worth a warning.
    session +=
        "KEX=ntru-curve25519,ecdh,dh-gex-sha1,dh-group18-sha512,dh-group17-sha512,dh-group16-sha512,"
        "dh-group15-sha512,dh-group14-sha1,rsa,dh-group1-sha1,WARN\n"
        "Cipher=aes,chacha20,aesgcm,3des,des,blowfish,arcfour,WARN\n";
    if (job.rekey_bytes != 0) session += "RekeyBytes=" + std::to_string(job.rekey_bytes) + "\n";
    if (!job.env.empty()) session += "Environment=LC_AMIKO=" + job.env + "\n";
    const auto compression = job.algorithms.find("compression");
    if (job.compression || (compression != job.algorithms.end() && compression->second != "none"))
      session += "Compression=1\n";
    std::filesystem::create_directories(runner_.home() / "sessions");
    runner_.home().write("sessions/test", session);
  }

  std::vector<std::string> arguments(const Target& target, const ClientJob& job) const {
    save_session(job);
    const bool key = job.login.method == Login::Method::key;
    std::vector<std::string> argv{"plink",
                                  "-load",
                                  "test",
                                  "-ssh",
                                  "-no-antispoof",
                                  "-noagent",
                                  "-noshare",
                                  "-P",
                                  std::to_string(target.port),
                                  "-l",
                                  target.user};
    for (const auto& line : target.host_key_lines)
      argv.insert(argv.end(), {"-hostkey", PublicKey::from_line(line).fingerprint()});
    if (key) argv.insert(argv.end(), {"-i", key_file(job.login.key_type)});
    if (job.login.method == Login::Method::password) {
      const auto& password = job.login.password.empty() ? target.password : job.login.password;
      argv.insert(argv.end(), {"-pwfile", runner_.home().write("password", password + "\n").string()});
    }
    return argv;
  }

  ClientAbilities abilities_;
  ProgramRunner runner_;
};

}  // namespace

std::unique_ptr<ForeignClient> make_plink() {
  return std::make_unique<Plink>();
}

}  // namespace amiko::test
