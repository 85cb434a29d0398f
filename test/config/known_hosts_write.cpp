// amiko - tests of changing known_hosts files
#include <amiko/config/known_hosts.hpp>

#include <amiko/base/error.hpp>
#include <amiko/keys/host_hash.hpp>

#include <boost/test/unit_test.hpp>

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "common/available.hpp"
#include "common/peer_process.hpp"
#include "common/sample_keys.hpp"
#include "common/temp_dir.hpp"

namespace fs = std::filesystem;
using amiko::add_known_host;
using amiko::AddKnownHost;
using amiko::HostKeyStatus;
using amiko::KnownHosts;
using amiko::remove_known_host;
using amiko::test::ecdsa;
using amiko::test::ed25519;
using amiko::test::needs;
using amiko::test::other_ed25519;
using amiko::test::read_file;
using amiko::test::rsa;
using amiko::test::run_checked;
using amiko::test::TempDir;

namespace {

auto has_code(amiko::errc code) {
  return [code](const amiko::Error& e) { return e.code() == code; };
}

unsigned mode_of(const fs::path& file) {
  struct stat status {};
  BOOST_REQUIRE(::stat(file.c_str(), &status) == 0);
  return status.st_mode & 07777;
}

std::size_t files_in(const fs::path& directory) {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(directory), fs::directory_iterator()));
}

// Lines that no parser of ours understands, and some that it does.
const std::string odd_lines = "# comment \n\n\t \nnot a line\n@marker x y z\nhost ssh-foo AAAA  \r\n" +
                              other_ed25519.line_for("other") + std::string("nul\0byte\xff\n", 10);

}  // namespace

BOOST_AUTO_TEST_SUITE(known_hosts_write)

BOOST_AUTO_TEST_CASE(new_file_in_new_directory) {
  const TempDir dir;
  const auto file = dir / ".ssh/known_hosts";
  BOOST_TEST(add_known_host(file, "Example.org.", 22, ed25519.key().with_comment("evil\nb")));
  BOOST_TEST(read_file(file) == ed25519.line_for("example.org"));
  BOOST_TEST(mode_of(file) == 0600U);
  BOOST_TEST(mode_of(dir / ".ssh") == 0700U);
  BOOST_TEST(files_in(dir / ".ssh") == 1U);  // no lock, no temporary file left

  BOOST_TEST(add_known_host(file, "example.org", 2222, rsa.key()));
  BOOST_TEST(add_known_host(file, "[2001:DB8::1]", 22, rsa.key()));
  BOOST_TEST(read_file(file) == ed25519.line_for("example.org") + rsa.line_for("[example.org]:2222") +
                                    rsa.line_for("2001:db8::1"));
}

BOOST_AUTO_TEST_CASE(other_lines_stay_as_they_are) {
  const TempDir dir;
  const auto file = dir.write("kh", odd_lines);
  ::chmod(file.c_str(), 0644);
  BOOST_TEST(add_known_host(file, "host", 22, ed25519.key()));
  BOOST_TEST(read_file(file) == odd_lines + ed25519.line_for("host"));
  BOOST_TEST(mode_of(file) == 0644U);
  BOOST_TEST(remove_known_host(file, "HOST", 22) == 2U);  // the one of a type that is not supported too
  std::string left = odd_lines;
  left.erase(left.find("host ssh-foo"), std::string("host ssh-foo AAAA  \r\n").size());
  BOOST_TEST(read_file(file) == left);
  BOOST_TEST(mode_of(file) == 0644U);
}

BOOST_AUTO_TEST_CASE(last_line_without_newline) {
  const TempDir dir;
  const auto file = dir.write("kh", "# no newline here");
  BOOST_TEST(add_known_host(file, "host", 22, ed25519.key()));
  BOOST_TEST(read_file(file) == "# no newline here\n" + ed25519.line_for("host"));
}

BOOST_AUTO_TEST_CASE(known_already) {
  const TempDir dir;
  const std::string text = ed25519.line_for("a,*.example.org");
  const auto file = dir.write("kh", text);
  const auto before = fs::last_write_time(file);
  BOOST_TEST(!add_known_host(file, "a", 22, ed25519.key()));
  BOOST_TEST(!add_known_host(file, "x.example.org", 22, ed25519.key(), true, AddKnownHost::first_key_only));
  BOOST_TEST(read_file(file) == text);
  BOOST_TEST((fs::last_write_time(file) == before));
  // Another key, another port, another host are not.
  BOOST_TEST(add_known_host(file, "a", 22, other_ed25519.key()));
  BOOST_TEST(add_known_host(file, "a", 2222, ed25519.key()));
  BOOST_TEST(add_known_host(file, "b", 22, ed25519.key()));
  BOOST_TEST(read_file(file) ==
             text + other_ed25519.line_for("a") + ed25519.line_for("[a]:2222") + ed25519.line_for("b"));
}

BOOST_AUTO_TEST_CASE(refused_keys) {
  const TempDir dir;
  const std::string text = "@revoked " + rsa.line_for("*") + ed25519.line_for("host");
  const auto file = dir.write("kh", text);
  BOOST_CHECK_EXCEPTION(add_known_host(file, "host", 22, rsa.key()), amiko::HostKeyError, [&](const auto& e) {
    return e.code() == amiko::errc::host_key_revoked && e.detail().where == file.native() + ":1" &&
           e.detail().fingerprint == rsa.fingerprint;
  });
  BOOST_CHECK_EXCEPTION(add_known_host(file, "host", 22, ecdsa.key(), false, AddKnownHost::first_key_only),
                        amiko::HostKeyError, [&](const auto& e) {
                          return e.code() == amiko::errc::host_key_changed &&
                                 e.detail().known_fingerprints == std::vector{ed25519.described()};
                        });
  BOOST_TEST(read_file(file) == text);
  BOOST_TEST(files_in(dir.path()) == 1U);
}

BOOST_AUTO_TEST_CASE(hashed_names) {
  const TempDir dir;
  const auto file = dir / "kh";
  BOOST_TEST(add_known_host(file, "Host", 2222, ed25519.key(), true));
  const std::string text = read_file(file);
  const auto space = text.find(' ');
  BOOST_TEST(text.substr(space) == ed25519.line_for(""));
  const auto hash = amiko::HostHash::parse(text.substr(0, space));
  BOOST_REQUIRE(hash);
  BOOST_TEST(hash->matches("[host]:2222"));
  BOOST_TEST(!add_known_host(file, "host", 2222, ed25519.key(), true));
  BOOST_TEST(remove_known_host(file, "host", 22) == 0U);
  BOOST_TEST(remove_known_host(file, "host", 2222) == 1U);
  BOOST_TEST(read_file(file) == "");
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-59"))
BOOST_AUTO_TEST_CASE(names_that_cannot_stand_in_the_file) {
  const TempDir dir;
  for (const std::string& name :
       {std::string(), std::string("evil\nhost ssh-rsa AAAA"), std::string("a b"), std::string("a\tb"),
        std::string("a\rb"), std::string("a\0b", 3), std::string("a,b"), std::string("*"),
        std::string("hos?"), std::string("!host"), std::string("#host"), std::string("@revoked"),
        std::string("|1|x|y"), std::string("[host]:22"), std::string("10.0.0.0/8"), std::string("a\x7f")})
    BOOST_CHECK_EXCEPTION(add_known_host(dir / "kh", name, 22, ed25519.key()), amiko::Error,
                          has_code(amiko::errc::invalid_argument));
  BOOST_TEST(files_in(dir.path()) == 0U);
}

BOOST_AUTO_TEST_CASE(symbolic_links_stay) {
  const TempDir dir;
  fs::create_directory(dir / "dotfiles");
  const auto target = dir.write("dotfiles/kh", "# mine\n");
  fs::create_symlink("dotfiles/kh", dir / "kh");
  BOOST_TEST(add_known_host(dir / "kh", "host", 22, ed25519.key()));
  BOOST_TEST(fs::is_symlink(dir / "kh"));
  BOOST_TEST(read_file(target) == "# mine\n" + ed25519.line_for("host"));
}

BOOST_AUTO_TEST_CASE(files_that_cannot_be_written) {
  const TempDir dir;
  const auto unwritable = has_code(amiko::errc::file_unwritable);
  // Replacing a device or a FIFO by a file would be a nasty surprise.
  BOOST_CHECK_EXCEPTION(add_known_host("/dev/full", "host", 22, ed25519.key()), amiko::Error, unwritable);
  BOOST_TEST(fs::is_character_file("/dev/full"));
  const auto fifo = dir / "fifo";
  BOOST_REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  BOOST_CHECK_EXCEPTION(add_known_host(fifo, "host", 22, ed25519.key()), amiko::Error, unwritable);
  BOOST_CHECK_EXCEPTION(remove_known_host(fifo, "host", 22), amiko::Error, unwritable);
  BOOST_CHECK_EXCEPTION(add_known_host(dir.path(), "host", 22, ed25519.key()), amiko::Error, unwritable);
  BOOST_CHECK_EXCEPTION(add_known_host(dir / "no/such/kh", "host", 22, ed25519.key()), amiko::Error,
                        unwritable);
  BOOST_TEST(files_in(dir.path()) == 1U);
}

BOOST_AUTO_TEST_CASE(removal) {
  const TempDir dir;
  const auto file =
      dir.write("kh", "@revoked " + rsa.line_for("a") + ed25519.line_for("a,b") + rsa.line_for("[a]:2222") +
                          "@cert-authority " + rsa.line_for("*") + ecdsa.line_for("c*,!cc"));
  BOOST_TEST(remove_known_host(file, "nobody", 22) == 0U);
  BOOST_TEST(remove_known_host(file, "cc", 22) == 0U);
  BOOST_TEST(remove_known_host(file, "a", 22) == 1U);
  BOOST_TEST(remove_known_host(file, "a", 2222) == 1U);
  BOOST_TEST(remove_known_host(file, "ca", 22) == 1U);
  BOOST_TEST(read_file(file) == "@revoked " + rsa.line_for("a") + "@cert-authority " + rsa.line_for("*"));
  BOOST_TEST(remove_known_host(dir / "missing", "a", 22) == 0U);
  BOOST_TEST(files_in(dir.path()) == 1U);
}

BOOST_AUTO_TEST_CASE(removes_what_ssh_keygen_removes, *needs({"ssh-keygen"})) {
  const std::string text = "# comment\n\n" + ed25519.line_for("a.example,b.example") +
                           rsa.line_for("*.example,!c.example") + "@revoked " + rsa.line_for("a.example") +
                           ecdsa.line_for("[a.example]:2222") + other_ed25519.line_for("c.example") +
                           "@cert-authority " + ecdsa.line_for("*") + rsa.line_for("2001:db8::1");
  for (const bool hashed : {false, true}) {
    for (const auto& [host, port] : std::vector<std::pair<std::string, std::uint16_t>>{{"a.example", 22},
                                                                                       {"b.example", 22},
                                                                                       {"c.example", 22},
                                                                                       {"a.example", 2222},
                                                                                       {"2001:db8::1", 22},
                                                                                       {"zz", 22}}) {
      const TempDir dir;
      const auto ours = dir.write("ours", text);
      if (hashed) run_checked({"ssh-keygen", "-q", "-H", "-f", ours.native()});
      const auto theirs = dir.write("theirs", read_file(ours));
      amiko::test::run(
          {"ssh-keygen", "-q", "-R", amiko::known_hosts_name(host, port), "-f", theirs.native()});
      remove_known_host(ours, host, port);
      BOOST_TEST(read_file(ours) == read_file(theirs), host << ":" << port);
    }
  }
}

BOOST_AUTO_TEST_CASE(ssh_keygen_finds_what_was_added, *needs({"ssh-keygen"})) {
  const TempDir dir;
  const auto file = dir / "kh";
  add_known_host(file, "plain.example", 22, ed25519.key());
  add_known_host(file, "Hashed.example", 22, rsa.key(), true);
  add_known_host(file, "2001:db8::1", 2222, ecdsa.key(), true);
  BOOST_TEST(run_checked({"ssh-keygen", "-F", "plain.example", "-f", file.native()}).find(ed25519.line) !=
             std::string::npos);
  BOOST_TEST(run_checked({"ssh-keygen", "-F", "hashed.example", "-f", file.native()}).find(rsa.line) !=
             std::string::npos);
  BOOST_TEST(run_checked({"ssh-keygen", "-F", "[2001:db8::1]:2222", "-f", file.native()}).find(ecdsa.line) !=
             std::string::npos);
}

// Threads of several processes add at the same time: every line must be there, and whole, at the end.
BOOST_TEST_DECORATOR(*boost::unit_test::label("V-59"))
BOOST_AUTO_TEST_CASE(no_update_is_lost) {
  constexpr int processes = 3;
  constexpr int threads = 4;
  constexpr int hosts = 5;
  const TempDir dir;
  const auto file = dir / "new/kh";
  const auto add_all = [&](int process) {
    std::vector<std::thread> workers;
    for (int t = 0; t < threads; ++t)
      workers.emplace_back([&file, process, t] {
        for (int h = 0; h < hosts; ++h)
          add_known_host(
              file, "host-" + std::to_string(process) + "-" + std::to_string(t) + "-" + std::to_string(h), 22,
              ed25519.key(), h % 2 != 0);
      });
    for (auto& worker : workers)
      worker.join();
  };
  std::vector<pid_t> children;
  for (int p = 1; p < processes; ++p) {
    const pid_t pid = ::fork();
    BOOST_REQUIRE(pid >= 0);
    if (pid == 0) {
      // Only what the test is about: no destructors, no report of the test program.
      try {
        add_all(p);
      } catch (...) {
        ::_exit(1);
      }
      ::_exit(0);
    }
    children.push_back(pid);
  }
  add_all(0);
  for (const pid_t pid : children) {
    int status = 0;
    BOOST_TEST(::waitpid(pid, &status, 0) == pid);
    BOOST_TEST(status == 0);
  }
  const auto known = KnownHosts::load({file});
  BOOST_TEST(known.diagnostics().empty());
  for (int p = 0; p < processes; ++p)
    for (int t = 0; t < threads; ++t)
      for (int h = 0; h < hosts; ++h) {
        const auto host = "host-" + std::to_string(p) + "-" + std::to_string(t) + "-" + std::to_string(h);
        BOOST_TEST((known.check(host, 22, "", ed25519.key()).status == HostKeyStatus::match), host);
      }
  BOOST_TEST(files_in(dir / "new") == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
