// amiko - servers that say what they like
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <thread>

#include "amiko/base/bytes.hpp"
#include "common/deadline.hpp"
#include "common/network.hpp"

namespace amiko::test {

/// The server's end of a connection, for the thread that runs the script.
class RawConnection {
 public:
  explicit RawConnection(UniqueFd socket) : socket_(std::move(socket)) {}

  int fd() const noexcept { return socket_.get(); }

  /// Sends all of it; false when the client is gone.
  bool say(ByteView data);
  /// What has come in, at least one byte, or empty at the end.
  Bytes listen(std::size_t most = 65536);
  /// Up to and with the next '\n', or what there is before the end.
  std::string listen_line();
  /// Exactly so many bytes, or fewer at the end.
  Bytes listen_for(std::size_t size);
  /// Keeps the connection open without a word, reading and forgetting, until the client ends it.
  void silence();
  /// Says no more, but lets the client go on.
  void half_close();
  /// Ends the connection: what was said arrives, whatever the client has sent.
  void close();
  /// Ends it with an RST.
  void reset();

 private:
  friend class RawServer;
  void shut_down();

  std::mutex mutex_;  // orders shut_down() of the server's thread and the closing of the descriptor
  UniqueFd socket_;
};

/// What is done with a connection, in a thread of its own; at its end the connection is closed.  Exceptions
/// end it too.
using RawScript = std::function<void(RawConnection&)>;

/// Runs a script for everybody who connects to a port of 127.0.0.1.
class RawServer {
 public:
  explicit RawServer(RawScript script);
  RawServer(const RawServer&) = delete;
  RawServer& operator=(const RawServer&) = delete;
  ~RawServer() { stop(); }

  std::string host() const { return loopback; }
  std::uint16_t port() const noexcept { return port_; }
  unsigned connections() const noexcept { return connections_; }
  /// Scripts that have run to their end.
  unsigned finished() const noexcept { return finished_; }

  /// Ends all connections and returns when all threads have ended.  May be called again.
  void stop();

 private:
  struct Visit {
    RawConnection connection;
    std::thread thread;
    explicit Visit(UniqueFd socket) : connection(std::move(socket)) {}
  };

  void accept_all();
  void serve(RawConnection& connection);

  const RawScript script_;
  UniqueFd listener_;
  std::uint16_t port_ = 0;
  std::atomic<unsigned> connections_ = 0, finished_ = 0;
  std::mutex mutex_;
  std::list<Visit> visits_;  // guarded by mutex_
  std::thread thread_;
};

/// Ready-made scripts, and the pieces to make others of.
namespace raw {

inline constexpr const char* ident = "SSH-2.0-raw_1.0\r\n";

/// A binary packet without encryption (RFC 4253 section 6), the padding of zeros.
Bytes packet(ByteView payload);
/// RFC 4251 section 5.
Bytes uint32(std::uint32_t value);
Bytes string(ByteView data);

/// The name-lists of KEXINIT; the defaults are what about every implementation offers.
struct KexInit {
  std::string kex = "curve25519-sha256,ecdh-sha2-nistp256,diffie-hellman-group14-sha256";
  std::string host_keys = "ssh-ed25519,ecdsa-sha2-nistp256,rsa-sha2-512,rsa-sha2-256";
  std::string ciphers = "aes128-ctr,aes256-ctr";
  std::string macs = "hmac-sha2-256";
  std::string compression = "none";
  bool first_kex_packet_follows = false;

  Bytes payload() const;
};

RawScript silent();          ///< never says anything
RawScript says(Bytes data);  ///< says that, then is silent
RawScript garbage();         ///< 64 KiB of bytes that are no line
RawScript http();            ///< an HTTP error page, then the end
RawScript overlong_ident();  ///< an identification string of 64 KiB in one line
RawScript ssh1_only();       ///< "SSH-1.5-old"
RawScript endless_banner();  ///< lines before the identification string for as long as the client listens
RawScript closes_at_once();
RawScript resets_at_once();
RawScript closes_after_ident();
RawScript ident_only();            ///< identifies itself, then is silent
RawScript ident_then_garbage();    ///< a packet of plausible length with nonsense in it
RawScript ident_then_oversized();  ///< a packet that claims 0xffffffff bytes
RawScript ident_then_truncated();  ///< half a KEXINIT, then the end
RawScript ident_then_no_common_kex();
/// Identifies itself, sends that KEXINIT, then is silent.
RawScript ident_then_kexinit(const KexInit& kexinit);

}  // namespace raw

}  // namespace amiko::test
