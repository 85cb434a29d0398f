// amiko - tests of exceptions and failures
#include <amiko/base/error.hpp>

#include <boost/test/unit_test.hpp>

#include <exception>
#include <set>
#include <string>
#include <typeindex>

using namespace amiko;

namespace {

std::type_index type_thrown_for(errc code) {
  try {
    throw_error(code, "text");
  } catch (const Error& error) {
    BOOST_TEST((error.code() == code));
    return typeid(error);
  }
}

template <class Type>
bool throws(errc code) {
  return type_thrown_for(code) == std::type_index(typeid(Type));
}

// What arrives when `failure` is thrown.
template <class Type>
Type thrown(Failure failure) {
  try {
    throw_failure(std::move(failure));
  } catch (const Type& error) {
    return error;
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(errors)

BOOST_AUTO_TEST_CASE(the_message_has_every_part_in_order) {
  const Failure failure{.code = errc::host_key_changed,
                        .text = "ssh-ed25519 SHA256:abc",
                        .phase = Phase::host_key,
                        .peer = "example.org:22",
                        .hint = "ask the administrator"};
  BOOST_TEST(failure.message() ==
             "example.org:22: host key check: the host key has changed: ssh-ed25519 SHA256:abc (ask the "
             "administrator)");
}

BOOST_AUTO_TEST_CASE(the_message_leaves_out_what_is_not_known) {
  BOOST_TEST(Failure{.code = errc::closed}.message() == error_code(errc::closed).message());
  BOOST_TEST((Failure{.code = errc::closed, .phase = Phase::session}.message()) ==
             error_code(errc::closed).message());
  BOOST_TEST((Failure{.code = errc::timed_out, .peer = "h:22"}.message()) == "h:22: timed out");
  BOOST_TEST((Failure{.code = errc::timed_out, .text = "after 3 s"}.message()) == "timed out: after 3 s");
}

BOOST_AUTO_TEST_CASE(a_failure_is_true_when_there_is_one) {
  BOOST_TEST(!Failure{});
  BOOST_TEST(static_cast<bool>(Failure{.code = errc::closed}));
}

BOOST_AUTO_TEST_CASE(an_error_gives_back_its_failure) {
  const Error error(Failure{.code = errc::kex_failed,
                            .text = "bad group",
                            .phase = Phase::kex,
                            .peer = "h:22",
                            .hint = "try another"});
  BOOST_TEST((error.code() == errc::kex_failed));
  BOOST_TEST((error.phase() == Phase::kex));
  BOOST_TEST(error.peer() == "h:22");
  BOOST_TEST(error.hint() == "try another");
  BOOST_TEST(error.failure().text == "bad group");
  BOOST_TEST(error.what() == error.failure().message());
}

BOOST_AUTO_TEST_CASE(an_error_survives_being_copied) {
  const Error* original = new Error(errc::closed, "by hand");
  const Error copy(*original);
  const std::string what = original->what();
  delete original;
  BOOST_TEST(copy.what() == what);
}

BOOST_AUTO_TEST_CASE(errors_are_standard_exceptions) {
  BOOST_CHECK_THROW(throw_error(errc::closed, ""), std::exception);
  BOOST_CHECK_THROW(throw_error(errc::closed, ""), boost::system::system_error);
}

BOOST_AUTO_TEST_CASE(each_code_is_thrown_as_its_type) {
  BOOST_TEST(throws<TimeoutError>(errc::timed_out));
  for (const errc code :
       {errc::name_not_found, errc::connection_refused, errc::unreachable, errc::connect_failed,
        errc::proxy_failed, errc::address_in_use, errc::listen_failed})
    BOOST_TEST(throws<ConnectError>(code));
  for (const errc code : {errc::closed, errc::connection_lost, errc::disconnected, errc::peer_unresponsive,
                          errc::login_timeout})
    BOOST_TEST(throws<Disconnected>(code));
  for (const errc code : {errc::not_ssh, errc::old_protocol, errc::malformed_packet, errc::packet_too_large,
                          errc::corrupted_packet, errc::protocol_error, errc::compression_failed,
                          errc::kex_failed, errc::service_unavailable})
    BOOST_TEST(throws<ProtocolError>(code));
  BOOST_TEST(throws<NegotiationError>(errc::no_common_algorithm));
  for (const errc code :
       {errc::bad_host_signature, errc::host_key_unknown, errc::host_key_changed, errc::host_key_revoked})
    BOOST_TEST(throws<HostKeyError>(code));
  for (const errc code :
       {errc::auth_failed, errc::no_more_auth_methods, errc::password_expired, errc::too_many_attempts})
    BOOST_TEST(throws<AuthError>(code));
  for (const errc code : {errc::file_not_found, errc::file_unreadable, errc::file_unwritable,
                          errc::unknown_format, errc::malformed_key, errc::unsupported_key,
                          errc::passphrase_needed, errc::wrong_passphrase, errc::bad_signature})
    BOOST_TEST(throws<KeyError>(code));
  BOOST_TEST(throws<ChannelOpenError>(errc::channel_refused));
  for (const errc code : {errc::request_refused, errc::channel_closed})
    BOOST_TEST(throws<ChannelError>(code));
  BOOST_TEST(throws<ConfigError>(errc::bad_config));
  for (const errc code :
       {errc::no_state, errc::invalid_argument, errc::unsupported, errc::would_block, errc::cancelled,
        errc::output_limit, errc::process_failed, errc::resource_shortage, errc::internal_error})
    BOOST_TEST(throws<Error>(code));
}

BOOST_AUTO_TEST_CASE(a_code_of_another_category_is_a_plain_error) {
  const error_code code(static_cast<int>(errc::timed_out), boost::system::generic_category());
  const Error error = thrown<Error>(Failure{.code = code, .text = "write"});
  BOOST_TEST((error.code() == code));
  BOOST_CHECK_THROW(throw_failure(Failure{.code = code}), Error);
  try {
    throw_failure(Failure{.code = code});
  } catch (const TimeoutError&) {
    BOOST_ERROR("a number of another category was taken for errc::timed_out");
  } catch (const Error&) {
  }
}

BOOST_AUTO_TEST_CASE(details_arrive) {
  const auto gone = thrown<Disconnected>(
      Failure{.code = errc::disconnected,
              .detail = DisconnectDetail{DisconnectReason::too_many_connections, "full"}});
  BOOST_REQUIRE(gone.detail() != nullptr);
  BOOST_TEST((gone.detail()->reason == DisconnectReason::too_many_connections));
  BOOST_TEST(gone.detail()->text == "full");

  const auto negotiation = thrown<NegotiationError>(
      Failure{.code = errc::no_common_algorithm, .detail = NegotiationDetail{"cipher", {"a"}, {"b", "c"}}});
  BOOST_TEST(negotiation.detail().kind == "cipher");
  BOOST_TEST(negotiation.detail().theirs.size() == 2U);

  HostKeyDetail key;
  key.host = "h";
  const auto host_key = thrown<HostKeyError>(Failure{.code = errc::host_key_unknown, .detail = key});
  BOOST_TEST(host_key.detail().host == "h");

  AuthDetail refusal;
  refusal.partial_success = true;
  const auto auth = thrown<AuthError>(Failure{.code = errc::auth_failed, .detail = refusal});
  BOOST_TEST(auth.detail().partial_success);

  const auto open = thrown<ChannelOpenError>(
      Failure{.code = errc::channel_refused,
              .detail = OpenFailureDetail{OpenFailureReason::connect_failed, "refused"}});
  BOOST_TEST((open.detail().reason == OpenFailureReason::connect_failed));

  const auto config =
      thrown<ConfigError>(Failure{.code = errc::bad_config, .detail = ConfigDetail{.file = "f", .line = 7}});
  BOOST_TEST(config.detail().line == 7U);
}

BOOST_AUTO_TEST_CASE(details_that_were_not_given_are_empty) {
  BOOST_TEST(thrown<Disconnected>(Failure{.code = errc::closed}).detail() == nullptr);
  BOOST_TEST(thrown<NegotiationError>(Failure{.code = errc::no_common_algorithm}).detail().kind.empty());
  BOOST_TEST(thrown<HostKeyError>(Failure{.code = errc::bad_host_signature}).detail().host.empty());
  BOOST_TEST(!thrown<AuthError>(Failure{.code = errc::auth_failed}).detail().partial_success);
  BOOST_TEST(thrown<ChannelOpenError>(Failure{.code = errc::channel_refused}).detail().text.empty());
  BOOST_TEST(thrown<ConfigError>(Failure{.code = errc::bad_config}).detail().line == 0U);
}

BOOST_AUTO_TEST_CASE(phases_have_names) {
  std::set<std::string_view> names;
  for (const Phase phase :
       {Phase::resolve, Phase::connect, Phase::version, Phase::kex, Phase::host_key, Phase::authentication})
    BOOST_TEST((!name_of(phase).empty() && names.insert(name_of(phase)).second));
  BOOST_TEST(name_of(Phase::none).empty());
  BOOST_TEST(name_of(Phase::session).empty());
}

BOOST_AUTO_TEST_SUITE_END()
