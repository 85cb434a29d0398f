// amiko - exceptions, and the failure value that carries them between threads
#pragma once

#include <amiko/base/config.hpp>
#include <amiko/base/errc.hpp>

#include <boost/system/system_error.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace amiko {

/// What a connection was doing when something failed.
enum class Phase {
  none,
  resolve,   ///< looking up the name
  connect,   ///< TCP or proxy command
  version,   ///< version exchange
  kex,       ///< first key exchange
  host_key,  ///< checking who the host is
  authentication,
  session,  ///< the connection is up
};
AMIKO_DECL std::string_view name_of(Phase phase) noexcept;

/// DISCONNECT as the peer sent it; `text` is made printable.
struct DisconnectDetail {
  DisconnectReason reason = DisconnectReason::by_application;
  std::string text;
};

/// A failed negotiation: what kind ("key exchange", "host key", "cipher client to server", ...) and what
/// either side offered.
struct NegotiationDetail {
  std::string kind;
  std::vector<std::string> ours;
  std::vector<std::string> theirs;
};

/// A host key that was refused.
struct HostKeyDetail {
  std::string host;         ///< as it is looked up: "example.org" or "[example.org]:2222"
  std::string key_type;     ///< "ssh-ed25519"
  std::string fingerprint;  ///< of the key that the host showed, "SHA256:..."
  std::vector<std::string>
      known_fingerprints;  ///< of the keys on record, with their type: "ssh-rsa SHA256:..."
  std::string where;       ///< file and line that decided, when there is one
};

/// Refused authentication.
struct AuthDetail {
  std::vector<std::string> methods_left;  ///< what the server would still accept
  bool partial_success = false;           ///< a step before this one was accepted
  std::vector<std::string> tried;         ///< "publickey ~/.ssh/id_ed25519: refused", in order
};

/// A refused channel.
struct OpenFailureDetail {
  OpenFailureReason reason = OpenFailureReason::administratively_prohibited;
  std::string text;
};

/// A configuration file's line.
struct ConfigDetail {
  std::string file;
  std::size_t line = 0;
};

/// An error as a value: it crosses threads, is stored as a connection's first error and is thrown anew in
/// each thread that asks.
struct Failure {
  error_code code{};
  std::string text{};  ///< what is known of the case, one sentence without the code's own text
  Phase phase = Phase::none;
  std::string peer{};  ///< "example.org:22" where there is one
  std::string hint{};  ///< what a person could try, when we know
  std::variant<std::monostate, DisconnectDetail, NegotiationDetail, HostKeyDetail, AuthDetail,
               OpenFailureDetail, ConfigDetail>
      detail{};

  explicit operator bool() const noexcept { return code.failed(); }
  /// The whole message: "peer: phase: code text: text (hint)".
  AMIKO_DECL std::string message() const;
};

/// Every exception that the library throws on purpose.  what() is the whole message; code() compares with
/// errc.
class AMIKO_DECL Error : public boost::system::system_error {
 public:
  explicit Error(Failure failure);
  Error(errc code, std::string text);
  ~Error() override;

  const char* what() const noexcept override { return message_.c_str(); }
  const Failure& failure() const noexcept { return failure_; }
  Phase phase() const noexcept { return failure_.phase; }
  const std::string& peer() const noexcept { return failure_.peer; }
  const std::string& hint() const noexcept { return failure_.hint; }

 private:
  Failure failure_;
  std::string message_;
};

/// The call's deadline passed; code() is errc::timed_out.
class AMIKO_DECL TimeoutError : public Error {
 public:
  using Error::Error;
};

/// Name not found, refused, unreachable, proxy failed.
class AMIKO_DECL ConnectError : public Error {
 public:
  using Error::Error;
};

/// The connection is gone: lost, closed here, or ended by the peer's DISCONNECT (then detail() tells its
/// reason).
class AMIKO_DECL Disconnected : public Error {
 public:
  using Error::Error;
  /// Null unless the peer sent DISCONNECT.
  const DisconnectDetail* detail() const noexcept { return std::get_if<DisconnectDetail>(&failure().detail); }
};

/// The peer broke the protocol, or the data was damaged on the way.
class AMIKO_DECL ProtocolError : public Error {
 public:
  using Error::Error;
};

/// The two sides share no algorithm of one kind.
class AMIKO_DECL NegotiationError : public Error {
 public:
  using Error::Error;
  const NegotiationDetail& detail() const { return std::get<NegotiationDetail>(failure().detail); }
};

/// The host's key is unknown, changed or revoked (code() says which), or its signature was wrong.
class AMIKO_DECL HostKeyError : public Error {
 public:
  using Error::Error;
  /// Empty fields when the signature was wrong.
  HostKeyDetail detail() const;
};

/// The server refused the credentials, or nothing was left to try.
class AMIKO_DECL AuthError : public Error {
 public:
  using Error::Error;
  AuthDetail detail() const;
};

/// A key, a key file or a signature is missing, broken, unknown or locked.
class AMIKO_DECL KeyError : public Error {
 public:
  using Error::Error;
};

/// The peer refused a channel; detail() has its reason.
class AMIKO_DECL ChannelOpenError : public Error {
 public:
  using Error::Error;
  OpenFailureDetail detail() const;
};

/// A channel is closed, or the peer refused a request on it.
class AMIKO_DECL ChannelError : public Error {
 public:
  using Error::Error;
};

/// An option or a configuration file is wrong.
class AMIKO_DECL ConfigError : public Error {
 public:
  using Error::Error;
  ConfigDetail detail() const;
};

/// Throws `failure` as the subclass of Error that its code belongs to.
[[noreturn]] AMIKO_DECL void throw_failure(Failure failure);
[[noreturn]] AMIKO_DECL void throw_error(errc code, std::string text);

}  // namespace amiko
