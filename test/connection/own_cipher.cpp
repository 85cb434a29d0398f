// amiko - tests of a cipher of the application's own
#include <amiko/connection/transport.hpp>
#include <amiko/crypto/hash.hpp>
#include <amiko/support/fd.hpp>
#include <amiko/wire/writer.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <atomic>
#include <string>

#include "common/calls.hpp"
#include "common/joined.hpp"

using namespace amiko;
using namespace amiko::test;

namespace {

constexpr const char* name = "hash-stream@example.org";

/// SHA-256 as keystream and as MAC: good for nothing but to see that all that is given is used.
class HashStream final : public OwnCipherState {
 public:
  HashStream(ByteView key, ByteView iv, bool breaks_tags)
      : key_(key.bytes()), iv_(iv.bytes()), breaks_(breaks_tags) {}

  void seal(std::uint32_t sequence, ByteView length, MutableBytes body, MutableBytes tag) override {
    crypt(sequence, body);
    const Bytes made = tag_of(sequence, length, body);
    std::copy_n(made.begin(), tag.size(), tag.begin());
    if (breaks_) tag[0] ^= 1;
  }
  bool open(std::uint32_t sequence, ByteView length, MutableBytes body, ByteView tag) override {
    const Bytes made = tag_of(sequence, length, body);
    if (ByteView(made).first(tag.size()) != tag) return false;
    crypt(sequence, body);
    return true;
  }

 private:
  Bytes block(std::uint32_t sequence, std::uint32_t number) const {
    Bytes input = key_;
    append(input, iv_);
    wire::Writer out(input);
    out.uint32(sequence);
    out.uint32(number);
    return crypto::hash("SHA-256", input);
  }
  void crypt(std::uint32_t sequence, MutableBytes body) const {
    for (std::size_t at = 0; at < body.size(); at += 32) {
      const Bytes stream = block(sequence, static_cast<std::uint32_t>(at));
      for (std::size_t i = 0; i < 32 && at + i < body.size(); ++i)
        body[at + i] ^= stream[i];
    }
  }
  Bytes tag_of(std::uint32_t sequence, ByteView length, MutableBytes body) const {
    Bytes input = block(sequence, 0xffffffff);
    append(input, length);
    append(input, body);
    return crypto::hash("SHA-256", input);
  }

  Bytes key_, iv_;
  bool breaks_;
};

OwnCipher hash_stream(std::atomic<int>* made = nullptr, bool breaks_tags = false) {
  return {.name = name,
          .key_size = 24,
          .iv_size = 12,
          .block_size = 16,
          .tag_size = 20,
          .make = [=](ByteView key, ByteView iv) -> std::unique_ptr<OwnCipherState> {
            BOOST_REQUIRE(key.size() == 24U);
            BOOST_REQUIRE(iv.size() == 12U);
            if (made != nullptr) ++*made;
            return std::make_unique<HashStream>(key, iv, breaks_tags);
          }};
}

TransportOptions with(OwnCipher cipher, AlgorithmList list = {}) {
  TransportOptions options;
  options.algorithms.own_ciphers = {std::move(cipher)};
  options.algorithms.ciphers = std::move(list);
  return options;
}

void refused(const OwnCipher& cipher, std::string_view why) {
  const auto fds = stream_pair();
  const support::UniqueFd other(fds[1]);
  BOOST_CHECK_EXCEPTION(Transport(fds[0], with(cipher)), ConfigError,
                        says(errc::bad_config, std::string(why)));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(own_cipher)

BOOST_AUTO_TEST_CASE(it_is_preferred_where_both_have_it) {
  std::atomic<int> made = 0;
  OpenHandler handler;
  Joined pair(handler, with(hash_stream(&made)), with(hash_stream(&made)));
  BOOST_TEST(pair.client.negotiated().cipher_out == name);
  BOOST_TEST(pair.client.negotiated().cipher_in == name);
  BOOST_TEST(pair.client.negotiated().mac_out == "<implicit>");
  BOOST_TEST(made == 4);
  pair.log_in();
  auto [mine, theirs] = pair.session();
  const std::string sent(300'000, 'x');
  mine.sendall(sent.substr(0, 1000));
  BOOST_TEST(theirs.recv(1000) == sent.substr(0, 1000));
  BOOST_TEST(pair.client.renegotiate_keys());
  BOOST_TEST(made == 8);
  theirs.sendall(sent);
  std::string got;
  while (got.size() < sent.size())
    got += mine.recv(65536);
  BOOST_TEST((got == sent));
}

BOOST_AUTO_TEST_CASE(without_it_at_the_other_end_there_are_the_usual_ones) {
  OpenHandler handler;
  Joined pair(handler, {}, with(hash_stream()));
  BOOST_TEST(pair.client.negotiated().cipher_out != name);
}

BOOST_AUTO_TEST_CASE(the_list_knows_its_name) {
  OpenHandler handler;
  Joined last(handler, with(hash_stream()), with(hash_stream(), "aes128-ctr," + std::string(name)));
  BOOST_TEST(last.client.negotiated().cipher_out == "aes128-ctr");
  Joined only(handler, with(hash_stream()), with(hash_stream(), name));
  BOOST_TEST(only.client.negotiated().cipher_out == name);
  Joined without(handler, with(hash_stream()), with(hash_stream(), "-hash*"));
  BOOST_TEST(without.client.negotiated().cipher_out != name);
}

BOOST_AUTO_TEST_CASE(a_wrong_tag_ends_the_connection) {
  OpenHandler handler;
  const auto fds = stream_pair();
  Transport server(fds[0], with(hash_stream()));
  Transport client(fds[1], with(hash_stream(nullptr, true)));
  server.add_server_key(joined_host_key());
  Event ready;
  server.start_server(handler, ready);
  // What follows its NEWKEYS may reach the server before start_client() has returned.
  const auto log_in = [&] {
    client.start_client(scaled(milliseconds(20'000)));
    client.auth_password("robey", Secret(std::string("foo")));
  };
  BOOST_CHECK_THROW(log_in(), Error);
  BOOST_TEST(eventually([&] { return server.get_exception().has_value(); }));
  BOOST_TEST((server.get_exception()->code == errc::corrupted_packet));
}

BOOST_AUTO_TEST_CASE(what_makes_no_sense_is_refused) {
  const auto changed = [](auto change) {
    OwnCipher cipher = hash_stream();
    change(cipher);
    return cipher;
  };
  for (const char* bad : {"", "plain", "@domain", "name@", "a@b@c", "a,b@c", "a*@c", "a b@c"})
    refused(changed([&](OwnCipher& c) { c.name = bad; }), "no name of the form name@domain");
  refused(changed([](OwnCipher& c) { c.name = std::string(60, 'a') + "@b.example"; }), "no name of the form");
  refused(changed([](OwnCipher& c) { c.name = "aes256-gcm@openssh.com"; }), "the name of another cipher");
  for (const std::size_t size : {std::size_t{0}, std::size_t{65}})
    refused(changed([&](OwnCipher& c) { c.key_size = size; }), "sizes");
  refused(changed([](OwnCipher& c) { c.iv_size = 65; }), "sizes");
  for (const std::size_t size : {std::size_t{0}, std::size_t{7}, std::size_t{129}})
    refused(changed([&](OwnCipher& c) { c.block_size = size; }), "sizes");
  for (const std::size_t size : {std::size_t{0}, std::size_t{7}, std::size_t{65}})
    refused(changed([&](OwnCipher& c) { c.tag_size = size; }), "sizes");
  refused(changed([](OwnCipher& c) { c.make = {}; }), "cannot be made");
}

BOOST_AUTO_TEST_SUITE_END()
