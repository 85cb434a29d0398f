// amiko - SSH clients that others wrote, all driven in the same way
#include "interop/server_client.hpp"

#include <algorithm>
#include <cstdlib>
#include <iostream>

#include "common/available.hpp"
#include "common/python_server.hpp"

namespace amiko::test {

namespace fs = std::filesystem;

namespace {

fs::path openssh10_program() {
  const char* directory = std::getenv("AMIKO_OPENSSH10");
  return directory ? find_program((fs::absolute(directory) / "usr/bin/ssh").string()) : fs::path();
}

bool has_libssh() {
  return !find_program(python_program).empty() &&
         run({python_program, "-c", "import ctypes; ctypes.CDLL('libssh.so.4')"}).exit_code == 0;
}

/// Null where it is missing.
std::unique_ptr<ForeignClient> make_client(const std::string& name) {
  const bool python = !find_program(python_program).empty();  // programs get their terminals by it
  if (name == "ssh" && python && available("ssh")) return make_openssh(find_program("ssh"));
  if (name == "openssh10" && python && !openssh10_program().empty()) return make_openssh(openssh10_program());
  if (name == "plink" && python && available("plink") && available("puttygen")) return make_plink();
  if (name == "dbclient" && python && available("dbclient") && available("dropbearconvert"))
    return make_dbclient();
  if ((name == "paramiko" || name == "asyncssh") && available(name)) return make_library(name);
  if (name == "libssh" && has_libssh()) return make_library(name);
  return nullptr;
}

std::string escaped(const std::string& text) {
  std::string result;
  for (const char c : text)
    result += c == '\\' ? "\\\\" : std::string(1, c);
  return result;
}

}  // namespace

const std::vector<std::string>& client_names() {
  static const std::vector<std::string> names{"ssh",      "openssh10", "plink", "dbclient",
                                              "paramiko", "asyncssh",  "libssh"};
  return names;
}

ForeignClient* find_client(const std::string& name) {
  static std::map<std::string, std::unique_ptr<ForeignClient>> clients;
  const auto [found, is_new] = clients.try_emplace(name);
  if (is_new) found->second = make_client(name);
  if (found->second) found->second->set_name(name);
  if (!found->second) {
    const auto& test = boost::unit_test::framework::current_test_case().full_name();
    std::cout << "skipped: " << test << ": no client " << name << " here" << std::endl;
    BOOST_TEST(!std::getenv("AMIKO_REQUIRE_PEERS"), "no client " << name << " here");
  }
  return found->second.get();
}

fs::path source_file(const std::string& name) {
#ifdef AMIKO_SOURCE_DIR
  if (const auto file = fs::path(AMIKO_SOURCE_DIR) / name; fs::exists(file)) return file;
#endif
  return fs::path(__FILE__).parent_path().parent_path().parent_path() / name;
}

std::vector<std::string> split_names(const std::string& text) {
  std::vector<std::string> names{""};
  for (const char c : text) {
    if (c != ',' && c != ' ' && c != '\n')
      names.back() += c;
    else if (!names.back().empty())
      names.emplace_back();
  }
  if (names.back().empty()) names.pop_back();
  return names;
}

std::vector<std::string> all_names_but(const std::string& kind, const std::vector<std::string>& lacking) {
  auto names = supported_algorithms(kind);
  std::erase_if(names, [&](const auto& name) { return std::ranges::find(lacking, name) != lacking.end(); });
  return names;
}

std::vector<std::string> names_among(const std::string& kind, const std::vector<std::string>& names) {
  auto ours = supported_algorithms(kind);
  std::erase_if(ours, [&](const auto& name) { return std::ranges::find(names, name) == names.end(); });
  return ours;
}

std::string answering_steps(const Target& target, const Login& login, bool refused) {
  if (login.method != Login::Method::interactive) return {};
  std::string steps;
  for (const auto& [prompt, answer] : target.answers)
    steps += "expect " + escaped(prompt) + "\nsend " + escaped(answer) + "\\r\n";
  if (refused) steps += "expect " + escaped(target.answers.front().first) + "\nsignal TERM\n";
  return steps;
}

fs::path ProgramRunner::known_hosts(const Target& target) const {
  const auto name = "known_hosts." + std::to_string(target.port);
  return home_.write(name, known_hosts_lines(target.port, target.host_key_lines));
}

ClientResult ProgramRunner::run(std::vector<std::string> argv, std::string_view input,
                                std::vector<std::string> environment) const {
  ProcessOptions options;
  options.argv = std::move(argv);
  options.environment = std::move(environment);
  options.environment.push_back("HOME=" + home_.path().string());
  options.directory = home_.path();
  CommandResult result = test::run(options, input, milliseconds(120'000));
  return {result.exit_code, {}, std::move(result.out), std::move(result.err)};
}

ClientResult ProgramRunner::talk(const std::vector<std::string>& argv, const std::string& steps,
                                 std::vector<std::string> environment) const {
  std::vector<std::string> all{python_program, source_file("test/demo/on_terminal.py").string(),
                               home_.write("steps", steps).string()};
  all.insert(all.end(), argv.begin(), argv.end());
  environment.emplace_back("TERM=xterm");
  return run(std::move(all), {}, std::move(environment));
}

}  // namespace amiko::test
