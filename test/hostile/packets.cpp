// amiko - packets that were damaged or made to harm: turned bits, wrong lengths, early ends
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <atomic>
#include <thread>

#include "common/raw_server.hpp"
#include "hostile/ending.hpp"

namespace amiko::test {
namespace {

// Between a client and its server, over socketpairs; turns one bit of what the server says, once armed.
class Pump {
 public:
  Pump() {
    std::array<int, 2> left{}, right{};
    BOOST_REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, left.data()) == 0);
    BOOST_REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, right.data()) == 0);
    client_.reset(left[0]);
    to_client_.reset(left[1]);
    to_server_.reset(right[0]);
    server_.reset(right[1]);
    thread_ = std::thread([this] { work(); });
  }
  ~Pump() {
    ::shutdown(to_client_.get(), SHUT_RDWR);
    ::shutdown(to_server_.get(), SHUT_RDWR);
    thread_.join();
  }

  int take_client() { return client_.release(); }
  support::UniqueFd take_server() { return std::move(server_); }
  /// The bit of the byte so far behind what has passed; the connection then has to be quiet.
  void flip(std::size_t byte, unsigned bit) {
    bit_ = bit;
    left_ = static_cast<std::ptrdiff_t>(byte);
  }

 private:
  void work() {
    std::array<std::uint8_t, 4096> buffer{};
    for (;;) {
      std::array<pollfd, 2> fds{pollfd{to_client_.get(), POLLIN, 0}, pollfd{to_server_.get(), POLLIN, 0}};
      ::poll(fds.data(), fds.size(), -1);
      for (const std::size_t from : {0U, 1U}) {
        if (fds[from].revents == 0) continue;
        const auto n = ::recv(fds[from].fd, buffer.data(), buffer.size(), 0);
        const int to = fds[1 - from].fd;
        if (n <= 0) {
          ::shutdown(to_client_.get(), SHUT_RDWR);
          ::shutdown(to_server_.get(), SHUT_RDWR);
          return;
        }
        if (from == 1) damage(buffer.data(), n);
        for (ssize_t sent = 0; sent < n;) {
          const auto more =
              ::send(to, buffer.data() + sent, static_cast<std::size_t>(n - sent), MSG_NOSIGNAL);
          if (more <= 0) break;
          sent += more;
        }
      }
    }
  }

  void damage(std::uint8_t* data, std::ptrdiff_t n) {
    const std::ptrdiff_t at = left_;
    if (at < 0) return;
    if (at < n) data[at] = static_cast<std::uint8_t>(data[at] ^ (1U << bit_));
    left_ = at < n ? -1 : at - n;
  }

  support::UniqueFd client_, to_client_, to_server_, server_;
  std::atomic<unsigned> bit_ = 0;
  std::atomic<std::ptrdiff_t> left_ = -1;
  std::thread thread_;
};

constexpr std::size_t data_size = 40;

// The error after a data message with one wrong bit; must not have given out anything.
error_code with_flipped_bit(const ScriptedOptions& options, std::size_t byte, unsigned bit) {
  Pump pump;
  ScriptedServer server(pump.take_server(), options);
  Transport client(pump.take_client());
  client.start_client(scaled(limit));
  BOOST_REQUIRE(client.auth_none("user").authenticated);
  Channel channel = client.open_session();
  channel.exec_command("hold");
  pump.flip(byte, bit);
  server.run([](ScriptedPeer& peer) {
    try {
      peer.write(peer.channel(), std::string(data_size, 'd'));
      // A length that was made larger waits for more bytes than that message had.
      for (int i = 0; i < 20; ++i)
        peer.send(wire::Ignore{.data = Bytes(30'000, 'i')});
    } catch (const PeerGone&) {  // it has seen enough
    }
  });
  error_code code;
  std::array<std::uint8_t, 100> buffer{};
  channel.settimeout(scaled(limit));
  BOOST_TEST(channel.recv(buffer, code) == 0U, "byte " << byte << ", bit " << bit);
  const error_code end = client.get_exception() ? client.get_exception()->code : error_code();
  return end;
}

void every_bit_counts(const std::string& ciphers, const std::string& macs) {
  const NothingLeft check;
  ScriptedOptions options;
  options.ciphers = ciphers;
  options.macs = macs;
  for (std::size_t byte = 0; byte < 72; byte += byte < 8 ? 1 : 5)
    for (const unsigned bit : {0U, 3U, 7U}) {
      if (byte >= 8 && bit != byte % 8 / 3 * 3 % 8) continue;
      const auto code = with_flipped_bit(options, byte, bit);
      BOOST_TEST((code == errc::corrupted_packet || code == errc::packet_too_large),
                 ciphers << ", byte " << byte << ", bit " << bit << ": " << code.message());
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(packets)

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-38"))
BOOST_AUTO_TEST_CASE(turned_bits_under_gcm) {
  every_bit_counts("aes128-gcm@openssh.com", "hmac-sha2-256");
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-38"))
BOOST_AUTO_TEST_CASE(turned_bits_under_chacha) {
  every_bit_counts("chacha20-poly1305@openssh.com", "hmac-sha2-256");
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-38"))
BOOST_AUTO_TEST_CASE(turned_bits_under_ctr) {
  every_bit_counts("aes128-ctr", "hmac-sha2-256");
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-38"))
BOOST_AUTO_TEST_CASE(turned_bits_under_ctr_with_etm) {
  every_bit_counts("aes128-ctr", "hmac-sha2-256-etm@openssh.com");
}

// A byte of the key exchange itself: whatever it hits, no keys come of it.
BOOST_AUTO_TEST_CASE(turned_bits_in_the_key_exchange) {
  const NothingLeft check;
  std::size_t ended = 0;
  for (std::size_t byte = 30; byte < 745; byte += 13) {
    Pump pump;
    pump.flip(byte, static_cast<unsigned>(byte % 8));
    ScriptedOptions options;
    options.script = [](ScriptedPeer& peer) {
      try {
        peer.connect();
        peer.read_to_end();
      } catch (const Error&) {  // keys that differ, or a message that we do not understand either
      }
    };
    ScriptedServer server(pump.take_server(), std::move(options));
    Transport client(pump.take_client());
    try {
      // A length that was made larger leaves both waiting.
      client.start_client(scaled(milliseconds(1000)));
      client.set_auth_timeout(scaled(milliseconds(1000)));
      client.auth_none("user");
    } catch (const Error& e) {
      ++ended;
      BOOST_TEST((e.code() != errc::internal_error), e.what());
      BOOST_TEST(!client.is_active());
    }
  }
  // Packets without a MAC have padding that nothing covers.
  BOOST_TEST(ended >= 50U);
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-24"))
BOOST_AUTO_TEST_CASE(lengths_out_of_bounds) {
  const NothingLeft check;
  for (const std::uint32_t length : {0xffffffffU, 0x7fffffffU, 0x00100000U, 0U, 4U}) {
    BOOST_TEST((ending_of(only([length](ScriptedPeer& peer) {
                  peer.exchange_versions();
                  Bytes bytes = raw::uint32(length);
                  bytes.resize(16);
                  peer.send_raw(bytes);
                })) == errc::packet_too_large),
               "length " << length);
  }
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-24"))
BOOST_AUTO_TEST_CASE(padding_that_is_none) {
  const NothingLeft check;
  for (const int padding : {0, 3, 12, 13, 255}) {
    BOOST_TEST((ending_of(only([padding](ScriptedPeer& peer) {
                  peer.exchange_versions();
                  Bytes bytes = raw::uint32(12);
                  bytes.push_back(static_cast<std::uint8_t>(padding));
                  bytes.resize(16);
                  peer.send_raw(bytes);
                })) == errc::corrupted_packet),
               "padding " << padding);
  }
}

BOOST_AUTO_TEST_CASE(a_packet_without_content) {
  const NothingLeft check;
  BOOST_TEST((ending_of(only([](ScriptedPeer& peer) {
                peer.exchange_versions();
                Bytes bytes = raw::uint32(12);
                bytes.push_back(11);
                bytes.resize(16);
                peer.send_raw(bytes);
              })) == errc::malformed_packet));
}

// The end of the stream at every place of the first packets.
BOOST_AUTO_TEST_CASE(cut_short) {
  const NothingLeft check;
  for (const std::size_t size : {1U, 3U, 4U, 5U, 16U, 100U}) {
    ScriptedOptions options;
    options.script = [size](ScriptedPeer& peer) {
      peer.exchange_versions();
      const Bytes whole = raw::packet(raw::KexInit().payload());
      peer.send_raw(ByteView(whole).first(size));
      ::shutdown(peer.fd(), SHUT_WR);
      peer.read_to_end();
    };
    BOOST_TEST((ending_of(std::move(options)) == errc::connection_lost), "after " << size);
  }
}

BOOST_AUTO_TEST_CASE(the_largest_packet_that_is_allowed) {
  BOOST_TEST(lives_after([](ScriptedPeer& peer, ServedChannel&) {
    peer.send(wire::Ignore{.data = Bytes(protocol::PacketDecoder::max_packet_length - 1024, 'x')});
  }));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::test
