// amiko - paramiko, AsyncSSH and libssh as clients under test, by way of peers/library_client.py
#include <amiko/support/encoding.hpp>

#include <unistd.h>

#include <sstream>
#include <stdexcept>
#include <utility>

#include "common/python_server.hpp"
#include "interop/server_client.hpp"

namespace amiko::test {

namespace {

using Words = std::map<std::string, std::string>;

ClientAbilities abilities_of(const std::string& name) {
  ClientAbilities abilities;
  if (name == "asyncssh") {
    abilities.signal_text = "TERM";
    abilities.status_after_signal = -15;
  }
  if (name == "libssh") {
    abilities.signal_text = "TERM";
    abilities.lists_itself = false;
  }
  return abilities;  // paramiko shows a killed command as status -1 and says no more
}

class Library : public ForeignClient {
 public:
  explicit Library(const std::string& name) : abilities_(abilities_of(name)) {
    ProcessOptions options;
    options.argv = {python_program,
                    "-B",
                    "-W",
                    "ignore",
                    source_file("test/interop/peers/library_client.py").string(),
                    name};
    options.log = directory_ / "log";
    options.pipe_stdin = options.pipe_stdout = true;
    process_ = std::make_unique<PeerProcess>(options);
    if (abilities_.lists_itself) names_ = ask({{"op", "list"}});
  }

  const ClientAbilities& abilities() const override { return abilities_; }

  std::vector<std::string> names(const std::string& kind) override {
    if (abilities_.lists_itself) return split_names(names_[kind]);
    if (kind == "key") return all_names_but(kind, {});
    return names_among(kind, {"curve25519-sha256",
                              "curve25519-sha256@libssh.org",
                              "ecdh-sha2-nistp256",
                              "ecdh-sha2-nistp384",
                              "ecdh-sha2-nistp521",
                              "diffie-hellman-group-exchange-sha256",
                              "diffie-hellman-group-exchange-sha1",
                              "diffie-hellman-group18-sha512",
                              "diffie-hellman-group16-sha512",
                              "diffie-hellman-group14-sha256",
                              "diffie-hellman-group14-sha1",
                              "diffie-hellman-group1-sha1",
                              "chacha20-poly1305@openssh.com",
                              "aes256-gcm@openssh.com",
                              "aes128-gcm@openssh.com",
                              "aes256-ctr",
                              "aes192-ctr",
                              "aes128-ctr",
                              "aes256-cbc",
                              "aes192-cbc",
                              "aes128-cbc",
                              "3des-cbc",
                              "hmac-sha2-256-etm@openssh.com",
                              "hmac-sha2-512-etm@openssh.com",
                              "hmac-sha1-etm@openssh.com",
                              "hmac-sha2-256",
                              "hmac-sha2-512",
                              "hmac-sha1",
                              "none",
                              "zlib",
                              "zlib@openssh.com"});
  }

  ClientResult run(const Target& target, const ClientJob& job) override {
    Words words = request(target, job);
    words["op"] = "run";
    words["command"] = job.command;
    if (!job.input.empty()) words["input"] = directory_.write("input", job.input).string();
    if (!job.env.empty()) words["env"] = "LC_AMIKO=" + job.env;
    return result(std::move(words));
  }

  ClientResult talk(const Target& target, const ClientJob& job, const std::string& steps) override {
    Words words = request(target, job);
    words["op"] = "talk";
    words["steps"] = steps;
    return result(std::move(words));
  }

 private:
  Words request(const Target& target, const ClientJob& job) const {
    const Login& login = job.login;
    const bool key = login.method == Login::Method::key;
    Words words{{"host", target.host},
                {"port", std::to_string(target.port)},
                {"user", target.user},
                {"known_hosts", directory_
                                    .write("known_hosts." + std::to_string(target.port),
                                           known_hosts_lines(target.port, target.host_key_lines))
                                    .string()}};
    if (key) words["key"] = PeerKeys::get().client_key(login.key_type).string();
    if (login.method == Login::Method::password)
      words["password"] = login.password.empty() ? target.password : login.password;
    if (login.method == Login::Method::interactive) {
      for (const auto& [prompt, answer] : target.answers)
        words["answers"] += prompt + '\0' + answer + '\0';
    }
    if (job.compression) words["compression"] = "zlib@openssh.com";
    if (job.rekey_bytes != 0) words["rekey"] = std::to_string(job.rekey_bytes);
    for (const auto& [kind, name] : job.algorithms)
      words[kind == "key" ? "key_algorithm" : kind] = name;
    return words;
  }

  ClientResult result(Words words) {
    words["out"] = directory_.write("out", "").string();
    words["err"] = directory_.write("err", "").string();
    const Words answer = ask(words);
    ClientResult result;
    const auto value = [&](const char* name) {
      return answer.contains(name) ? answer.at(name) : std::string();
    };
    if (!value("status").empty() && value("status") != "None") result.status = std::stoi(value("status"));
    result.signal = value("signal");
    result.out = read_file(directory_ / "out");
    result.err = read_file(directory_ / "err") + value("error");
    return result;
  }

  Words ask(const Words& words) {
    std::string line;
    for (const auto& [name, value] : words)
      line += name + "=" + support::hex_encode(ByteView(value)) + " ";
    line.back() = '\n';
    for (std::string_view rest = line; !rest.empty();) {
      const auto n = ::write(process_->stdin_fd(), rest.data(), rest.size());
      if (n < 0) throw std::runtime_error("the client ended: " + read_file(directory_ / "log"));
      rest.remove_prefix(static_cast<std::size_t>(n));
    }
    const auto reply = process_->read_line(milliseconds(150'000));
    if (!reply) throw std::runtime_error("the client does not answer: " + read_file(directory_ / "log"));
    Words answer;
    std::istringstream in(*reply);
    for (std::string word; in >> word;) {
      const auto at = word.find('=');
      answer[word.substr(0, at)] = ByteView(support::hex_decode(word.substr(at + 1))).str();
    }
    return answer;
  }

  ClientAbilities abilities_;
  TempDir directory_;
  std::unique_ptr<PeerProcess> process_;
  Words names_;
};

}  // namespace

std::unique_ptr<ForeignClient> make_library(const std::string& name) {
  return std::make_unique<Library>(name);
}

}  // namespace amiko::test
