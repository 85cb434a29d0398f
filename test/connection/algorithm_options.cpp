// amiko - tests of the public lists of algorithms
#include <amiko/connection/transport.hpp>
#include <amiko/support/fd.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <string>
#include <vector>

#include "common/calls.hpp"
#include "common/joined.hpp"

using namespace amiko;
using namespace amiko::test;

namespace {

using Names = std::vector<std::string>;

}  // namespace

BOOST_AUTO_TEST_SUITE(algorithm_options)

BOOST_AUTO_TEST_CASE(lists_are_text_or_names) {
  const Names names{"aes256-ctr", "aes128-ctr"};
  BOOST_TEST(AlgorithmList(names).text() == "aes256-ctr,aes128-ctr");
  BOOST_TEST((AlgorithmList{"aes256-ctr", "aes128-ctr"} == AlgorithmList(names)));
  BOOST_TEST((AlgorithmList("aes256-ctr,aes128-ctr") == AlgorithmList(names)));
  BOOST_TEST((AlgorithmList(std::string("+x")) == AlgorithmList{"+x"}));
  BOOST_TEST(AlgorithmList().empty());
  BOOST_TEST(AlgorithmList(Names()).empty());
}

BOOST_AUTO_TEST_CASE(all_that_a_build_has) {
  for (const char* kind : {"kex", "cipher", "mac", "key", "compression"})
    BOOST_TEST(!supported_algorithms(kind).empty());
  BOOST_CHECK_EXCEPTION(supported_algorithms("keys"), Error, has_code(errc::invalid_argument));
}

BOOST_AUTO_TEST_CASE(unknown_names_are_left_out_and_told) {
  Names unknown;
  BOOST_TEST(known_algorithms("cipher", "+rot13,aes128-ctr", unknown).text() == "+aes128-ctr");
  BOOST_TEST(known_algorithms("key", {"ssh-ed25519", "ssh-none"}, unknown).text() == "ssh-ed25519");
  BOOST_TEST(known_algorithms("mac", {}, unknown).empty());
  BOOST_TEST(known_algorithms("mac", "none-such", unknown).empty());
  BOOST_TEST(unknown == (Names{"rot13", "ssh-none", "none-such"}), boost::test_tools::per_element());
  BOOST_CHECK_THROW(known_algorithms("mac", "a,,b", unknown), ConfigError);
  BOOST_CHECK_EXCEPTION(known_algorithms("x", "a", unknown), Error, has_code(errc::invalid_argument));
}

BOOST_AUTO_TEST_CASE(unknown_names_are_errors_of_a_connection) {
  const auto fds = stream_pair();
  const support::UniqueFd other(fds[1]);
  TransportOptions options;
  options.algorithms.macs = "hmac-sha2-265";
  BOOST_CHECK_EXCEPTION(Transport(fds[0], options), ConfigError,
                        says(errc::bad_config, "did you mean hmac-sha2-256?"));
}

BOOST_AUTO_TEST_CASE(the_profile_is_what_lists_change) {
  OpenHandler handler;
  TransportOptions fips;
  fips.algorithms.profile = AlgorithmProfile::fips;
  fips.algorithms.ciphers = "-*-gcm@*";
  fips.algorithms.host_keys = "+ssh-ed25519";  // the server's only key
  Joined pair(handler, {}, fips);
  const NegotiatedAlgorithms agreed = pair.client.negotiated();
  BOOST_TEST(agreed.cipher_out.starts_with("aes"));
  BOOST_TEST(agreed.cipher_out.ends_with("-ctr"));
  BOOST_TEST(agreed.mac_out.starts_with("hmac-sha2-"));
  BOOST_TEST((agreed.kex.find("nistp") != std::string::npos || agreed.kex.starts_with("diffie-hellman-")));
}

BOOST_AUTO_TEST_CASE(small_rsa_host_keys_are_refused_on_both_sides) {
  const PrivateKey small = PrivateKey::generate("rsa", {.bits = 1024});
  for (const unsigned least : {1024U, 1025U}) {
    OpenHandler handler;
    const auto fds = stream_pair();
    TransportOptions strict;
    strict.min_rsa_bits = least;
    Transport server(fds[0]), client(fds[1], strict);
    server.add_server_key(small);
    Event ready;
    server.start_server(handler, ready);
    if (least == 1024)
      BOOST_CHECK_NO_THROW(client.start_client());
    else
      BOOST_CHECK_EXCEPTION(client.start_client(), ProtocolError, says(errc::kex_failed, "1024 bits"));
    client.close();
    server.close();
  }
  OpenHandler handler;
  const auto fds = stream_pair();
  const support::UniqueFd other(fds[1]);
  TransportOptions strict;
  strict.min_rsa_bits = 2048;
  Transport server(fds[0], strict);
  server.add_server_key(small);
  BOOST_CHECK_EXCEPTION(server.start_server(handler), ConfigError, says(errc::bad_config, "min_rsa_bits"));
}

BOOST_AUTO_TEST_SUITE_END()
