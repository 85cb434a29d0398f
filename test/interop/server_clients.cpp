// amiko - programs and libraries of others as clients of our server
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "interop/client.hpp"
#include "interop/server_checks.hpp"

namespace amiko::test {

namespace {

namespace data = boost::unit_test::data;

constexpr std::size_t mib = 1 << 20;

// Some answer questions wherever they may, and some use a password.
void without_questions(ServerOptions& options) {
  options.interactive = nullptr;
  options.interactive_response = nullptr;
}

void without_passwords(ServerOptions& options) {
  options.password = nullptr;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(server_clients)

BOOST_DATA_TEST_CASE(login, data::make(client_names()), name) {
  ForeignClient* client = find_client(name);
  if (!client) return;
  const TestServer by_key_or_password(without_questions), by_questions(without_passwords);
  check_logins(*client, by_key_or_password.target());
  check_interactive_login(*client, by_questions.target());
}

BOOST_DATA_TEST_CASE(commands, data::make(client_names()), name) {
  ForeignClient* client = find_client(name);
  if (!client) return;
  const TestServer server([](ServerOptions& options) { options.accept_env = {"LC_*"}; });
  check_commands(*client, server.target());
}

BOOST_DATA_TEST_CASE(much_data_there_and_back, data::make(client_names()), name) {
  ForeignClient* client = find_client(name);
  if (!client) return;
  const TestServer server;
  check_echo(*client, server.target(), 64 * mib);
}

BOOST_DATA_TEST_CASE(terminal, data::make(client_names()), name) {
  ForeignClient* client = find_client(name);
  if (!client) return;
  const TestServer server;
  check_terminal(*client, server.target());
}

BOOST_DATA_TEST_CASE(rekey_by_the_server, data::make(client_names()), name) {
  ForeignClient* client = find_client(name);
  if (!client) return;
  const TestServer server([](ServerOptions& options) { options.transport.rekey_bytes = mib; });
  check_echo(*client, server.target(), 8 * mib);
  BOOST_TEST(server.key_exchanges() >= 4U);  // what is under way when one is asked for counts to none
}

BOOST_DATA_TEST_CASE(rekey_by_the_client, data::make(client_names()), name) {
  ForeignClient* client = find_client(name);
  if (!client) return;
  if (!client->abilities().rekey) {
    BOOST_TEST_MESSAGE(name << " cannot be told to re-key");
    return;
  }
  const TestServer server;
  check_echo(*client, server.target(), 8 * mib, {.rekey_bytes = mib});
  BOOST_TEST(server.key_exchanges() >= 3U);
}

BOOST_DATA_TEST_CASE(rekey_by_both_and_compression, data::make(client_names()), name) {
  ForeignClient* client = find_client(name);
  if (!client) return;
  const TestServer server([](ServerOptions& options) {
    options.transport.rekey_bytes = 3 * mib / 2;
    options.transport.algorithms.compression = "yes";
  });
  check_echo(*client, server.target(), 8 * mib, {.compression = true, .rekey_bytes = mib});
  BOOST_TEST(server.key_exchanges() >= 3U);
}

BOOST_DATA_TEST_CASE(one_way, data::make(client_names()), name) {
  ForeignClient* client = find_client(name);
  if (!client) return;
  const TestServer server;
  const std::string sent = much_data(200'000);
  ClientResult result = client->run(server.target(), {.command = "zero 16", .compression = true});
  BOOST_TEST((result.out == std::string(16 * mib, '\0')));
  BOOST_TEST(result.status == 0, result.err);
  result = client->run(server.target(), {.command = "sink", .input = sent});
  BOOST_TEST(result.out == "200000\n", result.err);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::test
