// amiko - AsyncSSH and paramiko servers
#include "common/python_server.hpp"

#include <charconv>

#include "common/test_account.hpp"

namespace amiko::test {

namespace fs = std::filesystem;

namespace {

// Of the folder test/, whether the build system says where the project is or not.
fs::path peers_directory() {
#ifdef AMIKO_SOURCE_DIR
  const auto directory = fs::path(AMIKO_SOURCE_DIR) / "test/interop/peers";
  if (fs::exists(directory)) return directory;
#endif
  return fs::path(__FILE__).parent_path().parent_path() / "interop/peers";
}

class Arguments {
 public:
  void add(std::initializer_list<std::string> words) { words_.insert(words_.end(), words); }
  void add_list(const std::string& option, const std::vector<std::string>& names) {
    std::string joined;
    for (const auto& name : names)
      joined += (joined.empty() ? "" : ",") + name;
    if (!names.empty()) add({option, joined});
  }
  void add_round(const KbdintRound& round) {
    add({"--round", round.name, round.instruction});
    for (const auto& prompt : round.prompts)
      add({"--prompt", prompt.text, prompt.echo ? "1" : "0", prompt.answer});
  }
  /// As the programs want them in a file.
  std::string text() const {
    std::string all;
    for (const auto& word : words_)
      (all += word) += '\0';
    return all;
  }

 private:
  std::vector<std::string> words_;
};

Arguments arguments_for(const PythonServerOptions& options) {
  Arguments arguments;
  for (const auto& type : options.host_key_types) {
    arguments.add({"--host-key", PeerKeys::get().host_key(type).string()});
  }
  if (options.publickey) arguments.add({"--authorized-keys", PeerKeys::get().authorized_keys().string()});
  if (options.new_password) arguments.add({"--change-password", *options.new_password});
  if (options.banner) arguments.add({"--banner", *options.banner});
  for (const auto& round : options.kbdint)
    arguments.add_round(round);
  arguments.add_list("--methods", options.methods);
  arguments.add_list("--kex", options.kex);
  arguments.add_list("--ciphers", options.ciphers);
  arguments.add_list("--macs", options.macs);
  arguments.add_list("--host-key-algorithms", options.host_key_algorithms);
  arguments.add_list("--compression", options.compression);
  if (options.rekey_bytes != 0) arguments.add({"--rekey", std::to_string(options.rekey_bytes)});
  if (is_root()) arguments.add({"--account", TestAccount::get().name});
  return arguments;
}

}  // namespace

PythonServer::PythonServer(const PythonServerOptions& options) {
  user_ = "tester";
  if (options.password) password_ = random_text();
  for (const auto& type : options.host_key_types)
    host_key_lines_.push_back(PeerKeys::get().host_key_line(type));
  auto arguments = arguments_for(options);
  arguments.add({"--user", user_});
  if (options.password) arguments.add({"--password", password_});

  const auto* script = options.peer == PythonPeer::asyncssh ? "asyncssh_server.py" : "paramiko_server.py";
  ProcessOptions process;
  process.argv = {python_program,
                  "-B",
                  "-W",
                  "ignore",
                  (peers_directory() / script).string(),
                  "--arguments-from",
                  directory_.write("arguments", arguments.text()).string()};
  process.log = log_file();
  process.pipe_stdout = true;
  process_ = std::make_unique<PeerProcess>(process);
  const auto line = process_->read_line(milliseconds(30'000)).value_or("");
  if (std::from_chars(line.data(), line.data() + line.size(), port_).ec != std::errc()) {
    fail(std::string(script) + " does not start");
  }
}

}  // namespace amiko::test
