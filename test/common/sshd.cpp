// amiko - a real OpenSSH server
#include "common/sshd.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>

namespace amiko::test {

namespace fs = std::filesystem;

namespace {

fs::path openssh10_directory() {
  const char* directory = std::getenv("AMIKO_OPENSSH10");
  return directory ? fs::absolute(directory) : fs::path();
}

void write_lines(std::ostream& out, const std::vector<std::string>& lines) {
  for (const auto& line : lines)
    out << line << '\n';
}

std::string sftp_subsystem() {
  const fs::path program = "/usr/lib/openssh/sftp-server";
  return "Subsystem sftp " + (fs::exists(program) ? program.string() : "internal-sftp");
}

// Per-source penalties would lock loopback out after a few failed logins.
std::vector<std::string> openssh10_lines() {
  const auto helpers = openssh10_directory() / "usr/lib/openssh";
  return {"SshdSessionPath " + (helpers / "sshd-session").string(),
          "SshdAuthPath " + (helpers / "sshd-auth").string(), "PerSourcePenalties no"};
}

}  // namespace

fs::path sshd_program(bool openssh10) {
  if (!openssh10) return find_program("sshd");
  const auto directory = openssh10_directory();
  return directory.empty() ? directory : find_program((directory / "usr/sbin/sshd").string());
}

Sshd::Sshd(const SshdOptions& options) {
  const auto program = sshd_program(options.openssh10);
  if (program.empty()) fail(options.openssh10 ? "there is no OpenSSH 10 here" : "there is no sshd here");
  if (options.keyboard_interactive && !is_root()) fail("keyboard-interactive needs root");
  if (is_root()) ::mkdir("/run/sshd", 0755);  // sshd refuses to run without
  user_ = TestAccount::get().name;
  password_ = TestAccount::get().password;
  for (const auto& type : options.host_key_types)
    host_key_lines_.push_back(host_key_line(type));
  directory_.write("sshd_config", config(options));

  // Between the choice of the port and sshd's bind() somebody else may take it.
  for (int attempt = 0; attempt < 10; ++attempt) {
    if (start(program)) return;
    if (log().find("Cannot bind any address") == std::string::npos) break;
  }
  fail("sshd does not start");
}

bool Sshd::start(const fs::path& program) {
  port_ = free_port();
  ProcessOptions process;
  process.argv = {program.string(),     "-D", "-e", "-f", (directory_ / "sshd_config").string(), "-p",
                  std::to_string(port_)};
  process.log = log_file();
  process_ = std::make_unique<PeerProcess>(process);
  const auto listening = "Server listening on 127.0.0.1 port " + std::to_string(port_);
  const auto ready = [&] { return log().find(listening) != std::string::npos; };
  return eventually([&] { return ready() || process_->wait(); }, milliseconds(20'000)) && ready();
}

std::string Sshd::config(const SshdOptions& options) const {
  const auto match =
      std::ranges::find_if(options.config, [](const auto& line) { return line.starts_with("Match"); });
  std::ostringstream out;
  write_lines(out, {options.config.begin(), match});  // the first value that sshd meets is the one it takes
  if (options.openssh10) write_lines(out, openssh10_lines());
  for (const auto& type : options.host_key_types)
    out << "HostKey " << PeerKeys::get().host_key(type).string() << '\n';
  const bool pam = options.keyboard_interactive;
  write_lines(
      out, {"ListenAddress 127.0.0.1", "PidFile none", "LogLevel " + options.log_level, "AllowUsers " + user_,
            "AuthorizedKeysFile " + PeerKeys::get().authorized_keys().string(), "StrictModes no",
            std::string("PasswordAuthentication ") + (has_password() ? "yes" : "no"),
            std::string("KbdInteractiveAuthentication ") + (pam ? "yes" : "no"),
            std::string("UsePAM ") + (pam ? "yes" : "no"), "MaxStartups 1000:30:2000", "MaxSessions 200",
            "PermitUserEnvironment yes", "AcceptEnv *", "PrintMotd no", "PrintLastLog no", "UseDNS no",
            "PermitTunnel yes", "X11Forwarding yes", sftp_subsystem()});
  write_lines(out, {match, options.config.end()});
  return out.str();
}

}  // namespace amiko::test
