// amiko - OpenSSH's ssh as a client under test
#include "interop/server_client.hpp"

namespace amiko::test {

namespace fs = std::filesystem;

namespace {

class OpenSsh : public ForeignClient {
 public:
  explicit OpenSsh(fs::path program) : program_(std::move(program)) {
    abilities_.status_after_signal = 255;
    abilities_.signal_text = "rtype exit-signal";
  }

  const ClientAbilities& abilities() const override { return abilities_; }

  std::vector<std::string> names(const std::string& kind) override {
    if (kind == "compression") return {"none", "zlib@openssh.com"};  // asked for by yes and no
    return split_names(run_checked({program_.string(), "-Q", kind == "key" ? "key-sig" : kind}));
  }

  ClientResult run(const Target& target, const ClientJob& job) override {
    auto argv = arguments(target, job);
    argv.insert(argv.end(), {"-T", target.host, job.command});
    return runner_.run(std::move(argv), job.input, environment(target, job.login));
  }

  ClientResult talk(const Target& target, const ClientJob& job, const std::string& steps) override {
    auto argv = arguments(target, job);
    argv.insert(argv.end(), {"-tt", target.host});
    return runner_.talk(argv, steps, environment(target, job.login));
  }

 private:
  std::vector<std::string> arguments(const Target& target, const ClientJob& job) const {
    auto argv = login_arguments(target, job.login);
    const auto add = [&](const std::string& option) { argv.insert(argv.end(), {"-o", option}); };
    static const std::map<std::string, std::string> options{
        {"kex", "KexAlgorithms"}, {"key", "HostKeyAlgorithms"}, {"cipher", "Ciphers"}, {"mac", "MACs"}};
    for (const auto& [kind, name] : job.algorithms) {
      if (kind == "compression")
        add(name == "none" ? "Compression=no" : "Compression=yes");
      else
        add(options.at(kind) + "=" + name);
    }
    if (job.compression) add("Compression=yes");
    if (job.rekey_bytes != 0) add("RekeyLimit=" + std::to_string(job.rekey_bytes));
    if (!job.env.empty()) add("SetEnv=LC_AMIKO=\"" + job.env + "\"");
    return argv;
  }

  std::vector<std::string> login_arguments(const Target& target, const Login& login) const {
    const bool key = login.method == Login::Method::key;
    std::vector<std::string> argv{program_.string(),           "-F", "none",     "-v", "-p",
                                  std::to_string(target.port), "-l", target.user};
    std::vector<std::string> options{"UserKnownHostsFile=" + runner_.known_hosts(target).string(),
                                     "GlobalKnownHostsFile=none",
                                     "StrictHostKeyChecking=yes",
                                     "IdentityAgent=none",
                                     "IdentitiesOnly=yes",
                                     "NumberOfPasswordPrompts=1",
                                     "PreferredAuthentications=" + method_name(login.method)};
    if (key) options.push_back("IdentityFile=" + PeerKeys::get().client_key(login.key_type).string());
    for (const auto& option : options)
      argv.insert(argv.end(), {"-o", option});
    return argv;
  }

  static std::string method_name(Login::Method method) {
    if (method == Login::Method::key) return "publickey";
    return method == Login::Method::password ? "password" : "keyboard-interactive";
  }

  /// ssh asks a program when it has no terminal.
  std::vector<std::string> environment(const Target& target, const Login& login) const {
    if (login.method == Login::Method::key) return {};
    std::string script = "#!/bin/sh\ncase \"$1\" in\n";
    if (login.method == Login::Method::password)
      script += "*) echo '" + (login.password.empty() ? target.password : login.password) + "' ;;\n";
    for (const auto& [prompt, answer] : target.answers)
      script += "*'" + prompt + "'*) echo '" + answer + "' ;;\n";
    const auto file = runner_.home().write("askpass", script + "esac\n");
    fs::permissions(file, fs::perms::owner_all);
    return {"SSH_ASKPASS=" + file.string(), "SSH_ASKPASS_REQUIRE=force", "DISPLAY=:0"};
  }

  fs::path program_;
  ClientAbilities abilities_;
  ProgramRunner runner_;
};

}  // namespace

std::unique_ptr<ForeignClient> make_openssh(const fs::path& program) {
  return std::make_unique<OpenSsh>(program);
}

}  // namespace amiko::test
