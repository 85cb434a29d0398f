// amiko - the library as a client of the servers under test
#pragma once

#include <amiko/amiko.hpp>
#include <boost/test/unit_test.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <typeinfo>
#include <vector>

#include "common/deadline.hpp"
#include "common/peer_server.hpp"
#include "common/temp_dir.hpp"

namespace amiko::test {

/// "sshd", "openssh10", "dropbear", "asyncssh", "paramiko": the names that available() knows, too.
const std::vector<std::string>& server_names();

/// Starts one of them with its default options.
std::shared_ptr<PeerServer> start_server(const std::string& name);

/// How to get into a server under test: its host keys are on record, the key is the ed25519 one.  Nothing
/// of the invoking user's own files counts.
class Client {
 public:
  explicit Client(const PeerServer& server);
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// To be changed as the test likes.
  ConnectOptions options{};

  /// No key any more, and a password.
  Client& use_password(const std::string& password);
  /// That key of PeerKeys and no other.
  Client& use_key(const std::string& type);

  Connection connect() const { return amiko::connect(host_, options); }
  /// As far as the first key exchange.
  Transport dial() const;
  /// The known_hosts file that is in use, which may be rewritten.
  std::filesystem::path known_hosts() const { return directory_ / "known_hosts"; }

 private:
  TempDir directory_;
  std::string host_;
};

/// supported_algorithms(), without those for keys that are not PeerKeys::types(): key_types.cpp has them.
std::vector<std::string> common_algorithms(const std::string& kind);

/// So many bytes that do not repeat soon, and differ with the seed.
std::string much_data(std::size_t size, std::uint64_t seed = 1);

/// Whether `text` contains `part`.
inline bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// The exception that `call` ends in, which must be of exactly that class and have that code and a message
/// that names `part`.
template <class Exception, class Call>
Exception caught(errc code, const std::string& part, Call&& call) {
  try {
    call();
  } catch (const Exception& error) {
    BOOST_TEST((typeid(error) == typeid(Exception)), "it is a " << typeid(error).name());
    BOOST_TEST((error.code() == code), "its code is " << error.code() << ": " << error.what());
    BOOST_TEST(has(error.what(), part), "\"" << part << "\" is not in: " << error.what());
    BOOST_TEST_MESSAGE(error.what());
    return error;
  } catch (const std::exception& error) {
    BOOST_FAIL(std::string("another exception came: ") + typeid(error).name() + ": " + error.what());
  }
  BOOST_FAIL("no exception came");
  throw std::logic_error("BOOST_FAIL returned");
}

}  // namespace amiko::test
