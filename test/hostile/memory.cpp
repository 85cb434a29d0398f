// amiko - what is left of a password in memory and in logs once its connection is gone
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <mutex>
#include <sstream>
#include <vector>

#include "hostile/victim.hpp"

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // their shadow is terabytes

namespace amiko::test {
namespace {

constexpr std::uint8_t mask = 0x5a;

/// A word that stands in memory only in disguise, so that whoever finds it has found a copy.
class Masked {
 public:
  Masked() : bytes_(24) {
    const auto random = crypto::make_random();
    random->fill(bytes_);
    for (std::uint8_t& byte : bytes_)  // letters are good for every purpose
      byte = static_cast<std::uint8_t>((0x61 + byte % 26) ^ mask);
  }

  /// Hands the word itself to `use`, and wipes it.
  template <class F>
  void reveal(F use) const {
    std::array<std::uint8_t, 24> word{};
    for (std::size_t i = 0; i < word.size(); ++i)
      word[i] = bytes_[i] ^ mask;
    use(ByteView(word));
    wipe(word.data(), word.size());
  }
  /// Compares without unmasking.
  bool is_at(const std::uint8_t* place) const {
    for (std::size_t i = 0; i < bytes_.size(); ++i)
      if (place[i] != (bytes_[i] ^ mask)) return false;
    return true;
  }
  std::size_t size() const { return bytes_.size(); }

 private:
  Bytes bytes_;
};

/// How often the word stands in this process' writable memory.
std::size_t copies_of(const Masked& word) {
  static std::vector<std::uint8_t> buffer(1 << 20);
  const auto own_begin = reinterpret_cast<std::uintptr_t>(buffer.data());
  std::size_t found = 0;
  const support::UniqueFd memory(::open("/proc/self/mem", O_RDONLY | O_CLOEXEC));
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    std::uintptr_t from = 0, to = 0;
    char dash = 0;
    std::string rights;
    std::istringstream(line) >> std::hex >> from >> dash >> to >> rights;
    if (!rights.starts_with("rw")) continue;
    const std::size_t step = buffer.size() - word.size();
    for (std::uintptr_t at = from; at < to; at += step) {
      const ssize_t n =
          ::pread(memory.get(), buffer.data(), std::min(buffer.size(), to - at), static_cast<off_t>(at));
      for (ssize_t i = 0; i + static_cast<ssize_t>(word.size()) <= n; ++i) {
        const std::uintptr_t place = at + static_cast<std::uintptr_t>(i);
        const bool own =
            place >= own_begin && place < own_begin + buffer.size();  // a copy made by the search
        if (!own && word.is_at(buffer.data() + i)) ++found;
      }
    }
  }
  return found;
}

/// Everything that is logged, at the most talkative level.
struct Everything {
  LogSink sink() {
    return [this](LogLevel, std::string_view, std::string_view line) {
      const std::lock_guard guard(mutex);
      lines.emplace_back(line);
    };
  }
  std::mutex mutex;
  std::vector<std::string> lines;
};

/// A server that asks for a login and does not look at what comes.
void ignore_login(ScriptedPeer& peer) {
  peer.exchange_versions();
  peer.first_kex();
  peer.accept_service();
  std::array<char, 4096> cipher_text{};
  must(::read(peer.fd(), cipher_text.data(), cipher_text.size()) > 0, "a request for a login");
}

/// A server that asks one question and does not look at the answer.
void ask_and_ignore(ScriptedPeer& peer) {
  peer.exchange_versions();
  peer.first_kex();
  peer.accept_service();
  peer.next();
  peer.send(wire::encoded(wire::UserauthInfoRequest{.prompts = {{"Password: ", false}}}));
  std::array<char, 4096> cipher_text{};
  must(::read(peer.fd(), cipher_text.data(), cipher_text.size()) > 0, "an answer");
}

/// Sends a payload that holds the word, leaving none behind.
void send_secretly(ScriptedClient& client, const Masked& word, Bytes head) {
  head.reserve(1000);
  word.reveal([&](ByteView text) { wire::Writer(head).string(text); });
  Bytes sealed;
  sealed.reserve(2000);
  client.encoder().encode(sealed, head);
  wipe(head.data(), head.size());
  client.send_raw(sealed);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(memory)

BOOST_AUTO_TEST_CASE(the_search_finds_what_there_is) {
  const Masked word;
  Bytes kept;
  word.reveal([&](ByteView text) { kept = text.bytes(); });
  BOOST_TEST(copies_of(word) == 1U);
  wipe(kept.data(), kept.size());
  BOOST_TEST(copies_of(word) == 0U);
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-64"))
BOOST_AUTO_TEST_CASE(nothing_of_a_client_s_password) {
  const Masked word;
  Everything log;
  {
    TransportOptions options;
    options.log = log.sink();
    options.log_level = LogLevel::packet;
    ScriptedOptions server_options;
    server_options.script = ignore_login;
    ScriptedServer server(std::move(server_options));
    Transport client(server.take_client(), options);
    client.start_client(scaled(limit));
    Secret password;
    word.reveal([&](ByteView text) { password = Secret(text); });
    BOOST_CHECK_THROW(client.auth_password("robey", password), Error);
  }
  BOOST_TEST(log.lines.size() > 5U);
  BOOST_TEST(copies_of(word) == 0U);
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-64"))
BOOST_AUTO_TEST_CASE(nothing_of_a_client_s_answer) {
  const Masked word;
  Everything log;
  {
    TransportOptions options;
    options.log = log.sink();
    options.log_level = LogLevel::packet;
    ScriptedOptions server_options;
    server_options.script = ask_and_ignore;
    ScriptedServer server(std::move(server_options));
    Transport client(server.take_client(), options);
    client.start_client(scaled(limit));
    const auto answer = [&](const std::string&, const std::string&, std::span<const Prompt>) {
      Answers answers(1);
      word.reveal([&](ByteView text) { answers[0] = Secret(text); });
      return answers;
    };
    BOOST_CHECK_THROW(client.auth_interactive("robey", answer), Error);
  }
  BOOST_TEST(copies_of(word) == 0U);
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-64"))
BOOST_AUTO_TEST_CASE(nothing_of_a_password_that_a_server_got) {
  const Masked word;
  Everything log;
  struct Checker : Watcher {
    explicit Checker(const Masked& word) : word_(word) {}
    Decision check_auth_password(std::string_view, const Secret& password) override {
      right = password.size() == word_.size() && word_.is_at(password.view().data());
      return right ? Decision::accept : Decision::reject;
    }
    std::atomic<bool> right{false};
    const Masked& word_;
  } watcher(word);
  {
    TransportOptions options = victim_options();
    options.log = log.sink();
    options.log_level = LogLevel::packet;
    Victim victim(watcher, options);
    victim.client.connect();
    victim.client.request_service();
    Bytes head = requests::userauth("robey", "password", Bytes{0});
    send_secretly(victim.client, word, std::move(head));
    victim.client.expect<wire::UserauthSuccess>();
  }
  BOOST_TEST(watcher.right);
  BOOST_TEST(log.lines.size() > 5U);
  BOOST_TEST(copies_of(word) == 0U);
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-64"))
BOOST_AUTO_TEST_CASE(nothing_of_an_answer_that_a_server_got) {
  const Masked word;
  struct Checker : Watcher {
    explicit Checker(const Masked& word) : word_(word) {}
    InteractiveStep check_auth_interactive_response(std::string_view, const Answers& answers) override {
      right = answers.size() == 1 && word_.is_at(answers[0].view().data());
      return right ? Decision::accept : Decision::reject;
    }
    std::atomic<bool> right{false};
    const Masked& word_;
  } watcher(word);
  {
    Victim victim(watcher);
    victim.client.connect();
    victim.client.request_service();
    BOOST_TEST(victim.client.ask(requests::interactive("robey"))[0] == 60);
    send_secretly(victim.client, word, Bytes{61, 0, 0, 0, 1});
    victim.client.expect<wire::UserauthSuccess>();
  }
  BOOST_TEST(watcher.right);
  BOOST_TEST(copies_of(word) == 0U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::test

#endif
