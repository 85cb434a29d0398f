// amiko - tests of host key policies
#include <amiko/client/host_key_policy.hpp>

#include <amiko/base/error.hpp>
#include <amiko/config/known_hosts.hpp>

#include <boost/test/unit_test.hpp>

#include <stdlib.h>
#include <sys/stat.h>

#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "common/available.hpp"
#include "common/peer_process.hpp"
#include "common/sample_keys.hpp"
#include "common/temp_dir.hpp"

using amiko::errc;
using amiko::HostKeyAnswer;
using amiko::HostKeyPolicy;
using amiko::HostKeyQuestion;
using amiko::test::ecdsa;
using amiko::test::ed25519;
using amiko::test::needs;
using amiko::test::other_ed25519;
using amiko::test::read_file;
using amiko::test::rsa;
using amiko::test::SampleKey;
using amiko::test::TempDir;
using Strings = std::vector<std::string>;

namespace {

// One user file, and no others of this machine.
HostKeyPolicy& with_file(HostKeyPolicy&& policy, const std::filesystem::path& file) {
  return policy.user_files({file}).global_files({});
}

// The error that a check ends in; nothing when the key is accepted.
std::optional<amiko::Failure> refusal(const HostKeyPolicy& policy, const std::string& host,
                                      std::uint16_t port, const SampleKey& key,
                                      std::string_view address = {}) {
  try {
    policy.check(host, port, address, key.key());
  } catch (const amiko::HostKeyError& e) {
    BOOST_TEST(std::string(e.what()) == e.failure().message());
    return e.failure();
  }
  return std::nullopt;
}

errc code_of(const std::optional<amiko::Failure>& failure) {
  return failure ? static_cast<errc>(failure->code.value()) : errc{};
}

bool accepts(const HostKeyPolicy& policy, const std::string& host, const SampleKey& key,
             std::uint16_t port = 22) {
  return !refusal(policy, host, port, key);
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

const amiko::HostKeyDetail& detail_of(const std::optional<amiko::Failure>& failure) {
  return std::get<amiko::HostKeyDetail>(failure.value().detail);
}

auto has_code(errc code) {
  return [code](const amiko::Error& e) { return e.code() == code; };
}

HostKeyAnswer must_not_be_asked(const HostKeyQuestion&) {
  BOOST_ERROR("the question was asked");
  return HostKeyAnswer::yes;
}

}  // namespace

namespace amiko {

std::ostream& operator<<(std::ostream& out, errc code) {
  return out << make_error_code(code).message();
}

}  // namespace amiko

BOOST_AUTO_TEST_SUITE(host_key_policy)

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-09"))
BOOST_AUTO_TEST_CASE(strict) {
  const TempDir dir;
  const auto file = dir.write("kh", ed25519.line_for("host") + rsa.line_for("[host]:2222"));
  const HostKeyPolicy policy = with_file(HostKeyPolicy::strict(), file);
  BOOST_TEST(accepts(policy, "host", ed25519));
  BOOST_TEST(accepts(policy, "Host.", ed25519));
  BOOST_TEST(accepts(policy, "host", rsa, 2222));
  BOOST_TEST(!accepts(policy, "other", ed25519));
  BOOST_TEST(!accepts(policy, "host", rsa));
  BOOST_TEST(read_file(file) == ed25519.line_for("host") + rsa.line_for("[host]:2222"));
  // A new object is no less strict.
  HostKeyPolicy fresh;
  fresh.user_files({file}).global_files({});
  BOOST_TEST(accepts(fresh, "host", ed25519));
  BOOST_TEST(!accepts(fresh, "other", ed25519));
}

BOOST_AUTO_TEST_CASE(three_refusals_that_differ) {
  const TempDir dir;
  const auto file = dir.write("kh", ed25519.line_for("host") + "@revoked " + rsa.line_for("*"));
  const HostKeyPolicy policy = with_file(HostKeyPolicy::strict(), file);

  const auto unknown = refusal(policy, "new.example", 2222, ecdsa);
  BOOST_TEST(code_of(unknown) == errc::host_key_unknown);
  BOOST_TEST(detail_of(unknown).host == "[new.example]:2222");
  BOOST_TEST(detail_of(unknown).key_type == "ecdsa-sha2-nistp256");
  BOOST_TEST(detail_of(unknown).fingerprint == ecdsa.fingerprint);
  BOOST_TEST(detail_of(unknown).known_fingerprints.empty());
  BOOST_TEST(detail_of(unknown).where == "");
  BOOST_TEST(unknown->peer == "new.example:2222");
  BOOST_TEST((unknown->phase == amiko::Phase::host_key));
  BOOST_TEST(contains(unknown->message(), ecdsa.described()));
  BOOST_TEST(contains(unknown->hint, "accept_new"));

  const auto changed = refusal(policy, "host", 22, other_ed25519);
  BOOST_TEST(code_of(changed) == errc::host_key_changed);
  BOOST_TEST(detail_of(changed).host == "host");
  BOOST_TEST(detail_of(changed).fingerprint == other_ed25519.fingerprint);
  BOOST_TEST(detail_of(changed).known_fingerprints == Strings{ed25519.described()},
             boost::test_tools::per_element());
  BOOST_TEST(detail_of(changed).where == file.native() + ":1");
  BOOST_TEST(contains(changed->message(), other_ed25519.fingerprint));
  BOOST_TEST(contains(changed->message(), ed25519.fingerprint));
  BOOST_TEST(contains(changed->message(), file.native() + ":1"));
  BOOST_TEST(contains(changed->hint, "ssh-keygen -f " + file.native() + " -R host"));

  const auto revoked = refusal(policy, "host", 22, rsa);
  BOOST_TEST(code_of(revoked) == errc::host_key_revoked);
  BOOST_TEST(detail_of(revoked).fingerprint == rsa.fingerprint);
  BOOST_TEST(detail_of(revoked).where == file.native() + ":2");
  BOOST_TEST(contains(revoked->message(), rsa.fingerprint));
  BOOST_TEST(contains(revoked->message(), file.native() + ":2"));
  BOOST_TEST(contains(revoked->hint, "new one"));
}

BOOST_AUTO_TEST_CASE(the_hint_of_a_changed_key_works, *needs({"ssh-keygen"})) {
  const TempDir dir;
  std::filesystem::create_directory(dir / "it's a home");
  const auto file = dir.write("it's a home/kh", ed25519.line_for("[host]:2222"));
  const auto changed = refusal(with_file(HostKeyPolicy::strict(), file), "host", 2222, other_ed25519);
  BOOST_REQUIRE(changed);
  const auto command = changed->hint.substr(changed->hint.find("ssh-keygen"));
  amiko::test::run_checked({"sh", "-c", command});
  BOOST_TEST(read_file(file) == "");
}

// An attacker may show a key of a type that the host's record lacks: that must not pass for a first contact.
BOOST_TEST_DECORATOR(*boost::unit_test::label("V-59"))
BOOST_AUTO_TEST_CASE(another_key_type_is_no_first_contact) {
  const TempDir dir;
  const auto file = dir.write("kh", ed25519.line_for("host") + rsa.line_for("host"));
  for (const HostKeyPolicy& policy :
       {with_file(HostKeyPolicy::strict(), file), with_file(HostKeyPolicy::accept_new(), file),
        with_file(HostKeyPolicy::ask(must_not_be_asked), file)}) {
    const auto failure = refusal(policy, "host", 22, ecdsa);
    BOOST_TEST(code_of(failure) == errc::host_key_changed);
    BOOST_TEST(detail_of(failure).known_fingerprints == (Strings{ed25519.described(), rsa.described()}),
               boost::test_tools::per_element());
    BOOST_TEST(contains(failure->text, "only keys of other types"));
  }
  BOOST_TEST(read_file(file) == ed25519.line_for("host") + rsa.line_for("host"));
}

BOOST_AUTO_TEST_CASE(accept_new) {
  const TempDir dir;
  const auto file = dir / ".ssh/known_hosts";
  const HostKeyPolicy policy = with_file(HostKeyPolicy::accept_new(), file);
  BOOST_TEST(accepts(policy, "host", ed25519, 2222));
  BOOST_TEST(read_file(file) == ed25519.line_for("[host]:2222"));
  BOOST_TEST(accepts(policy, "host", ed25519, 2222));
  BOOST_TEST(code_of(refusal(policy, "host", 2222, other_ed25519)) == errc::host_key_changed);
  BOOST_TEST(read_file(file) == ed25519.line_for("[host]:2222"));

  HostKeyPolicy hashing = policy;
  BOOST_TEST(accepts(hashing.hash_names(true), "secret", rsa));
  BOOST_TEST(!contains(read_file(file), "secret"));
  BOOST_TEST(accepts(with_file(HostKeyPolicy::strict(), file), "secret", rsa));
}

BOOST_AUTO_TEST_CASE(new_keys_go_to_the_first_user_file) {
  const TempDir dir;
  const auto second = dir.write("second", rsa.line_for("other"));
  const auto global = dir.write("global", ed25519.line_for("known"));
  const HostKeyPolicy policy =
      HostKeyPolicy::accept_new().user_files({dir / "first", second}).global_files({global});
  BOOST_TEST(accepts(policy, "known", ed25519));
  BOOST_TEST(!std::filesystem::exists(dir / "first"));
  BOOST_TEST(accepts(policy, "new", ed25519));
  BOOST_TEST(read_file(dir / "first") == ed25519.line_for("new"));
  BOOST_TEST(read_file(second) == rsa.line_for("other"));
  BOOST_TEST(read_file(global) == ed25519.line_for("known"));
  // What any of the files says counts.
  BOOST_TEST(code_of(refusal(policy, "known", 22, rsa)) == errc::host_key_changed);
  BOOST_TEST(code_of(refusal(policy, "other", 22, ed25519)) == errc::host_key_changed);
}

BOOST_AUTO_TEST_CASE(nothing_to_record_in) {
  const std::vector<std::filesystem::path> no_file;
  BOOST_TEST(accepts(HostKeyPolicy::accept_new().user_files(no_file).global_files(no_file), "host", ed25519));
  BOOST_TEST(accepts(with_file(HostKeyPolicy::accept_new(), "/dev/null"), "host", ed25519));
  BOOST_TEST(std::filesystem::is_character_file("/dev/null"));
}

// What cannot be recorded is not accepted: every connection would be a first one.
BOOST_AUTO_TEST_CASE(unwritable_files_refuse) {
  const TempDir dir;
  const auto failure =
      refusal(with_file(HostKeyPolicy::accept_new(), dir / "no/such/kh"), "host", 22, ed25519);
  BOOST_TEST(code_of(failure) == errc::host_key_unknown);
  BOOST_TEST(contains(failure->text, "cannot be recorded"));
  BOOST_TEST(contains(failure->text, "no/such/kh"));
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-59"))
BOOST_AUTO_TEST_CASE(unreadable_files_refuse) {
  const TempDir dir;
  const auto fifo = dir / "fifo";
  BOOST_REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  const auto file = dir.write("kh", ed25519.line_for("host"));
  const HostKeyPolicy policy = HostKeyPolicy::accept_new().user_files({file}).global_files({fifo});
  BOOST_TEST(accepts(policy, "host", ed25519));
  const auto failure = refusal(policy, "new", 22, ed25519);
  BOOST_TEST(code_of(failure) == errc::host_key_unknown);
  BOOST_TEST(contains(failure->text, fifo.native()));
  BOOST_TEST(read_file(file) == ed25519.line_for("host"));
}

BOOST_AUTO_TEST_CASE(bad_lines_are_told_of) {
  const TempDir dir;
  const auto file = dir.write("kh", "host ssh-ed25519 AAAA\nhost ssh-foo AAAA\n");
  const auto failure = refusal(with_file(HostKeyPolicy::strict(), file), "host", 22, ed25519);
  BOOST_TEST(code_of(failure) == errc::host_key_unknown);
  BOOST_TEST(contains(failure->text, file.native() + ":1: "));
  BOOST_TEST(contains(failure->text, "and 1 more"));
}

BOOST_AUTO_TEST_CASE(ask) {
  const TempDir dir;
  const std::string before = ed25519.line_for("elsewhere,[10.0.0.1]:99") + rsa.line_for("x");
  const auto file = dir.write("kh", before);
  std::vector<HostKeyQuestion> questions;
  std::optional<std::thread::id> asked_in;
  auto answer = HostKeyAnswer::no;
  const HostKeyPolicy policy = with_file(HostKeyPolicy::ask([&](const HostKeyQuestion& question) {
                                           questions.push_back(question);
                                           asked_in = std::this_thread::get_id();
                                           return answer;
                                         }),
                                         file);

  const auto failure = refusal(policy, "Host", 2222, ed25519, "192.0.2.7");
  BOOST_TEST(code_of(failure) == errc::host_key_unknown);
  BOOST_TEST(contains(failure->text, "declined"));
  BOOST_REQUIRE(questions.size() == 1U);
  BOOST_TEST((asked_in == std::this_thread::get_id()));
  const auto& q = questions.front();
  BOOST_TEST(q.host == "[host]:2222");
  BOOST_TEST(q.address == "192.0.2.7");
  BOOST_TEST(q.key_type == "ssh-ed25519");
  BOOST_TEST(q.bits == 256U);
  BOOST_TEST(q.fingerprint == ed25519.fingerprint);
  BOOST_TEST(q.known_as == Strings{file.native() + ":1: elsewhere,[10.0.0.1]:99"},
             boost::test_tools::per_element());
  for (const auto& part : {q.host, q.address, q.key_type, q.fingerprint, q.known_as.front()})
    BOOST_TEST(contains(q.text, part));
  BOOST_TEST(q.text.back() == '\n');

  answer = HostKeyAnswer::once;
  BOOST_TEST(accepts(policy, "host", ed25519, 2222));
  BOOST_TEST(read_file(file) == before);

  answer = HostKeyAnswer::yes;
  BOOST_TEST(accepts(policy, "host", ed25519, 2222));
  BOOST_TEST(read_file(file) == before + ed25519.line_for("[host]:2222"));
  BOOST_TEST(questions.size() == 3U);

  // On record now: no question, neither for this key nor for another.
  BOOST_TEST(accepts(policy, "host", ed25519, 2222));
  BOOST_TEST(code_of(refusal(policy, "host", 2222, rsa)) == errc::host_key_changed);
  BOOST_TEST(questions.size() == 3U);
}

BOOST_AUTO_TEST_CASE(the_question_is_safe_to_print) {
  const TempDir dir;
  const auto file = dir.write("kh", ed25519.line_for("\x1b[2Jx"));
  std::string text;
  refusal(with_file(HostKeyPolicy::ask([&](const HostKeyQuestion& q) {
                      text = q.text;
                      return HostKeyAnswer::no;
                    }),
                    file),
          "host", 22, ed25519);
  BOOST_TEST(contains(text, "[2Jx"));
  BOOST_TEST(!contains(text, "\x1b"));
}

BOOST_AUTO_TEST_CASE(asking_fails) {
  BOOST_CHECK_EXCEPTION(HostKeyPolicy::ask(nullptr), amiko::Error, has_code(errc::invalid_argument));
  const TempDir dir;
  const HostKeyPolicy policy = with_file(HostKeyPolicy::ask([](const HostKeyQuestion&) -> HostKeyAnswer {
                                           throw std::runtime_error("no terminal");
                                         }),
                                         dir / "kh");
  BOOST_CHECK_THROW(policy.check("host", 22, "", ed25519.key()), std::runtime_error);
  BOOST_TEST(!std::filesystem::exists(dir / "kh"));
}

// Somebody records another key while the question is on the screen.
BOOST_AUTO_TEST_CASE(the_record_changes_meanwhile) {
  const TempDir dir;
  const auto file = dir / "kh";
  const HostKeyPolicy policy = with_file(HostKeyPolicy::ask([&](const HostKeyQuestion&) {
                                           amiko::add_known_host(file, "host", 22, other_ed25519.key());
                                           return HostKeyAnswer::yes;
                                         }),
                                         file);
  const auto failure = refusal(policy, "host", 22, ed25519);
  BOOST_TEST(code_of(failure) == errc::host_key_changed);
  BOOST_TEST(failure->peer == "host:22");
  BOOST_TEST(detail_of(failure).known_fingerprints == Strings{other_ed25519.described()},
             boost::test_tools::per_element());
  BOOST_TEST(read_file(file) == other_ed25519.line_for("host"));
}

BOOST_AUTO_TEST_CASE(pinned) {
  const TempDir dir;
  const std::string text = rsa.line_for("host") + "@revoked " + ecdsa.line_for("host");
  const auto file = dir.write("kh", text);
  const std::string fingerprint = ed25519.fingerprint;
  for (const HostKeyPolicy& policy : {with_file(HostKeyPolicy::pinned(ed25519.key()), file),
                                      with_file(HostKeyPolicy::pinned(fingerprint), file),
                                      with_file(HostKeyPolicy::pinned(fingerprint + "="), file)}) {
    BOOST_TEST(accepts(policy, "host", ed25519));  // whatever is on record
    BOOST_TEST(accepts(policy, "new", ed25519));
    const auto failure = refusal(policy, "host", 22, rsa);  // although it is on record
    BOOST_TEST(code_of(failure) == errc::host_key_changed);
    BOOST_REQUIRE(detail_of(failure).known_fingerprints.size() == 1U);
    BOOST_TEST(contains(detail_of(failure).known_fingerprints.front(), fingerprint));
    BOOST_TEST(contains(failure->message(), fingerprint));
    BOOST_TEST(contains(failure->message(), rsa.fingerprint));
  }
  BOOST_TEST(code_of(refusal(with_file(HostKeyPolicy::pinned(ecdsa.key()), file), "host", 22, ecdsa)) ==
             errc::host_key_revoked);
  BOOST_TEST(read_file(file) == text);
}

BOOST_AUTO_TEST_CASE(bad_pins) {
  const std::string good = ed25519.fingerprint;
  for (const auto& pin : {std::string(), std::string("SHA256:"), good.substr(7), good + "A",
                          good + "==", good.substr(0, 49), "sha256:" + good.substr(7),
                          "MD5:" + good.substr(7), std::string("SHA256:!") + good.substr(8), " " + good})
    BOOST_CHECK_EXCEPTION(HostKeyPolicy::pinned(pin), amiko::Error, has_code(errc::invalid_argument));
  BOOST_CHECK_EXCEPTION(HostKeyPolicy::pinned(amiko::PublicKey()), amiko::Error, has_code(errc::no_state));
}

BOOST_AUTO_TEST_CASE(revoked_keys_never_pass) {
  const TempDir dir;
  const std::string text = "@revoked " + ed25519.line_for("*") + ed25519.line_for("host");
  const auto file = dir.write("kh", text);
  for (const HostKeyPolicy& policy :
       {with_file(HostKeyPolicy::strict(), file), with_file(HostKeyPolicy::accept_new(), file),
        with_file(HostKeyPolicy::ask(must_not_be_asked), file),
        with_file(HostKeyPolicy::pinned(ed25519.key()), file)}) {
    BOOST_TEST(code_of(refusal(policy, "host", 22, ed25519)) == errc::host_key_revoked);
    BOOST_TEST(code_of(refusal(policy, "new", 2222, ed25519)) == errc::host_key_revoked);
  }
  BOOST_TEST(read_file(file) == text);
}

BOOST_AUTO_TEST_CASE(none) {
  const TempDir dir;
  const auto file = dir.write("kh", "@revoked " + ed25519.line_for("*") + rsa.line_for("host"));
  const HostKeyPolicy policy = with_file(HostKeyPolicy::none(), file);
  BOOST_TEST(accepts(policy, "host", ed25519));
  BOOST_TEST(accepts(policy, "new", ecdsa));
  BOOST_TEST(policy.preferred_key_types("host", 22).empty());
}

BOOST_AUTO_TEST_CASE(alias) {
  const TempDir dir;
  const auto file = dir.write("kh", ed25519.line_for("cluster") + rsa.line_for("10.0.0.0/8"));
  HostKeyPolicy policy = with_file(HostKeyPolicy::strict(), file);
  policy.alias("Cluster");
  BOOST_TEST(accepts(policy, "node1", ed25519));
  BOOST_TEST(accepts(policy, "node2", ed25519, 2222));  // the alias stands for name and port
  const auto failure = refusal(policy, "node1", 2222, rsa, "10.0.0.1");
  BOOST_TEST(code_of(failure) == errc::host_key_changed);
  BOOST_TEST(detail_of(failure).host == "cluster");
  BOOST_TEST(failure->peer == "node1:2222");
  BOOST_TEST(policy.preferred_key_types("node1", 2222) == Strings{"ssh-ed25519"},
             boost::test_tools::per_element());

  HostKeyPolicy recording = with_file(HostKeyPolicy::accept_new(), dir / "new");
  BOOST_TEST(accepts(recording.alias("farm"), "node1", ecdsa, 2222));
  BOOST_TEST(read_file(dir / "new") == ecdsa.line_for("farm"));
}

BOOST_AUTO_TEST_CASE(addresses) {
  const TempDir dir;
  const auto file = dir.write("kh", ed25519.line_for("10.0.0.0/8") + rsa.line_for("192.0.2.7"));
  const HostKeyPolicy policy = with_file(HostKeyPolicy::strict(), file);
  BOOST_TEST(!refusal(policy, "host", 22, ed25519, "10.1.2.3"));
  BOOST_TEST(code_of(refusal(policy, "host", 22, ecdsa, "10.1.2.3")) == errc::host_key_changed);
  BOOST_TEST(code_of(refusal(policy, "host", 22, ed25519, "11.1.2.3")) == errc::host_key_unknown);
  BOOST_TEST(code_of(refusal(policy, "host", 22, rsa, "192.0.2.7")) == errc::host_key_unknown);
  BOOST_TEST(!refusal(policy, "192.0.2.7", 22, rsa, "192.0.2.7"));
  BOOST_TEST(refusal(policy, "2001:db8::1", 22, rsa).value().peer == "[2001:db8::1]:22");
}

BOOST_AUTO_TEST_CASE(preferred_key_types) {
  const TempDir dir;
  const auto file =
      dir.write("kh", rsa.line_for("host") + ed25519.line_for("host") + ecdsa.line_for("10.0.0.0/8"));
  const HostKeyPolicy policy = with_file(HostKeyPolicy::accept_new(), file);
  BOOST_TEST(policy.preferred_key_types("host", 22) == (Strings{"ssh-rsa", "ssh-ed25519"}),
             boost::test_tools::per_element());
  BOOST_TEST(policy.preferred_key_types("host", 2222).empty());
  BOOST_TEST(policy.preferred_key_types("x", 22, "10.0.0.1") == Strings{"ecdsa-sha2-nistp256"},
             boost::test_tools::per_element());
  const HostKeyPolicy by_key = with_file(HostKeyPolicy::pinned(ecdsa.key()), file);
  BOOST_TEST(by_key.preferred_key_types("host", 22) == Strings{"ecdsa-sha2-nistp256"},
             boost::test_tools::per_element());
  // A fingerprint does not tell its type, but what is on record is a good guess.
  const HostKeyPolicy by_fingerprint = with_file(HostKeyPolicy::pinned(rsa.fingerprint), file);
  BOOST_TEST(by_fingerprint.preferred_key_types("host", 22) == (Strings{"ssh-rsa", "ssh-ed25519"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(default_files_are_in_the_home_directory) {
  const TempDir home;
  const char* old = ::getenv("HOME");
  const std::string saved = old != nullptr ? old : "";
  ::setenv("HOME", home.path().c_str(), 1);
  const HostKeyPolicy policy = HostKeyPolicy::accept_new().global_files({});
  const bool accepted = accepts(policy, "host", ed25519);
  std::filesystem::create_directories(home / ".ssh");
  home.write(".ssh/known_hosts2", rsa.line_for("second"));
  const bool second = accepts(HostKeyPolicy::strict().global_files({}), "second", rsa);
  if (old != nullptr) ::setenv("HOME", saved.c_str(), 1);
  BOOST_TEST(accepted);
  BOOST_TEST(second);
  BOOST_TEST(read_file(home / ".ssh/known_hosts") == ed25519.line_for("host"));
}

BOOST_AUTO_TEST_CASE(bad_hosts_and_keys) {
  const TempDir dir;
  const HostKeyPolicy policy = with_file(HostKeyPolicy::accept_new(), dir / "kh");
  BOOST_CHECK_EXCEPTION(policy.check("", 22, "", ed25519.key()), amiko::Error,
                        has_code(errc::invalid_argument));
  BOOST_CHECK_EXCEPTION(policy.check("host", 22, "", {}), amiko::Error, has_code(errc::no_state));
  // A name that would become another line of the file.
  const auto failure = refusal(policy, "evil\nhost ssh-rsa AAAA", 22, ed25519);
  BOOST_TEST(code_of(failure) == errc::host_key_unknown);
  BOOST_TEST(!contains(failure->message(), "\n"));
  BOOST_TEST(!std::filesystem::exists(dir / "kh"));
}

BOOST_AUTO_TEST_SUITE_END()
