// amiko - tests of the server's side of authentication: keyboard-interactive
#include <boost/test/unit_test.hpp>

#include "login.hpp"

namespace amiko::protocol {
namespace {

using namespace test_login;

const Bytes no_answers{61, 0, 0, 0, 0};

Bytes answers_of(const Answers& answers) {
  return wire::encode_info_response(answers);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(auth_server_interactive)

BOOST_AUTO_TEST_CASE(questions_and_answers) {
  Login login;
  login.decider.steps = {
      InteractiveQuery{.name = "Two factors",
                       .instruction = "Look at your device",
                       .prompts = {{.text = "Password: ", .echo = false}, {.text = "Code: ", .echo = true}}},
      InteractiveQuery{.instruction = "Almost there"}, Decision::accept};
  const auto first = login.get<AuthClient::InfoRequest>(login.dialogue());
  BOOST_TEST(first.name == "Two factors");
  BOOST_TEST(first.instruction == "Look at your device");
  BOOST_REQUIRE(first.prompts.size() == 2u);
  BOOST_TEST(first.prompts[0].text == "Password: ");
  BOOST_TEST(!first.prompts[0].echo);
  BOOST_TEST(first.prompts[1].text == "Code: ");
  BOOST_TEST(first.prompts[1].echo);
  const auto second =
      login.get<AuthClient::InfoRequest>(login.client.info_response({right_password, Secret()}));
  BOOST_TEST(second.prompts.empty());
  BOOST_TEST(!login.last.failed);
  login.succeeds(login.client.info_response({}));
  BOOST_TEST(login.server.identity().methods == Names{"keyboard-interactive"},
             boost::test_tools::per_element());
  const Names expected{"allowed_methods ron", "interactive ron pam", "answers ron <hunter2><>",
                       "answers ron"};
  BOOST_TEST(login.decider.asked == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_decision_may_come_without_questions) {
  Login refused;
  refused.fails(refused.dialogue());
  Login accepted;
  accepted.decider.steps = {Decision::accept};
  accepted.succeeds(accepted.dialogue());
}

BOOST_AUTO_TEST_CASE(wrong_answers_are_a_failure) {
  Login login;
  login.decider.steps = {question(), Decision::reject};
  login.get<AuthClient::InfoRequest>(login.dialogue());
  login.fails(login.client.info_response({Secret("wrong")}));
}

BOOST_AUTO_TEST_CASE(a_dialogue_is_one_step_of_several) {
  Login login(with_rules("keyboard-interactive,password"));
  login.decider.steps = {question(), Decision::accept};
  login.get<AuthClient::InfoRequest>(login.dialogue());
  login.is_partial(login.client.info_response({Secret("123456")}), {"password"});
  login.succeeds(login.right());
}

BOOST_AUTO_TEST_CASE(answers_that_nobody_asked_for_break_the_protocol) {
  Login at_first;
  at_first.decider.steps = {Decision::accept};
  at_first.breaks(no_answers);
  BOOST_TEST(at_first.decider.asked.empty());

  Login after_the_end;
  after_the_end.decider.steps = {question(), Decision::reject, Decision::accept};
  after_the_end.get<AuthClient::InfoRequest>(after_the_end.dialogue());
  after_the_end.fails(after_the_end.client.info_response({Secret("wrong")}));
  after_the_end.breaks(answers_of({Secret("right")}));
  BOOST_TEST(after_the_end.decider.times("answers") == 1u);
}

BOOST_AUTO_TEST_CASE(as_many_answers_as_prompts) {
  for (const std::size_t count : {0u, 1u, 3u, 256u}) {
    Login login;
    login.decider.steps = {InteractiveQuery{.prompts = {{"a"}, {"b"}}}, Decision::accept};
    login.get<AuthClient::InfoRequest>(login.dialogue());
    const AuthServer::Reply reply = login.raw(answers_of(Answers(count, right_password)));
    BOOST_TEST(reply.failed);
    BOOST_TEST(methods_in(reply).size() == 3u);
    BOOST_TEST(login.decider.times("answers") == 0u);
    login.breaks(answers_of(Answers(2, right_password)));  // the dialogue was over
  }
}

BOOST_AUTO_TEST_CASE(cut_or_padded_messages_are_malformed) {
  const Bytes answers = answers_of({right_password});
  const auto broken = [](ByteView message) {
    Login login;
    login.decider.steps = {question(), Decision::accept};
    login.get<AuthClient::InfoRequest>(login.dialogue());
    login.breaks(message, errc::malformed_packet);
    BOOST_TEST(login.decider.times("answers") == 0u);
  };
  for (std::size_t n = 1; n < answers.size(); ++n)
    broken(ByteView(answers).first(n));
  Bytes longer = answers;
  longer.push_back(0);
  broken(longer);
  broken(Bytes{61, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0});
  broken(Bytes{61, 0, 0, 1, 1});

  Login source;
  const Bytes request = source.dialogue();
  for (std::size_t n = 1; n < request.size(); ++n) {
    Login login;
    login.decider.steps = {Decision::accept};
    login.breaks(ByteView(request).first(n), errc::malformed_packet);
    BOOST_TEST(login.decider.times("interactive") == 0u);
  }
}

BOOST_AUTO_TEST_CASE(a_new_request_cuts_the_dialogue_short_and_counts) {
  Login login(with_tries(3));
  login.decider.steps = {question(), question()};
  login.get<AuthClient::InfoRequest>(login.dialogue());
  BOOST_TEST(!login.last.failed);
  login.get<AuthClient::InfoRequest>(login.dialogue());
  BOOST_TEST(login.last.failed);
  login.get<AuthClient::Failure>(login.none());  // this "none" is free, what it cut short is not
  BOOST_TEST(login.last.failed);
  login.ends(login.wrong());
}

BOOST_AUTO_TEST_CASE(a_dialogue_that_was_cut_short_takes_no_answers) {
  Login login;
  login.decider.steps = {question(), Decision::accept};
  login.get<AuthClient::InfoRequest>(login.dialogue());
  login.fails(login.wrong());
  login.breaks(answers_of({right_password}));
  BOOST_TEST(login.decider.times("answers") == 0u);
}

BOOST_AUTO_TEST_CASE(another_name_takes_over_no_dialogue) {
  Login login(with_tries(4));
  login.decider.steps = {question(), Decision::accept};
  login.get<AuthClient::InfoRequest>(login.dialogue("ron"));
  login.fails(login.wrong("hermione"));  // two: the change, which cut the dialogue short, and the password
  login.fails(login.wrong("hermione"));
  login.breaks(answers_of({right_password}));
  BOOST_TEST(login.decider.times("answers") == 0u);
}

BOOST_AUTO_TEST_CASE(a_right_password_may_cut_a_dialogue_short) {
  Login login;
  login.decider.steps = {question()};
  login.get<AuthClient::InfoRequest>(login.dialogue());
  login.succeeds(login.right());
}

// CVE-2015-5600.
BOOST_AUTO_TEST_CASE(dialogues_begun_again_and_again_reach_the_limit) {
  Login login;
  const auto begin = [&] {
    login.decider.steps = {question()};
    return login.client.keyboard_interactive("ron", "pam,pam,pam,pam,pam,pam,pam,pam");
  };
  for (int i = 0; i < 6; ++i)
    login.get<AuthClient::InfoRequest>(begin());
  login.ends(begin());
  BOOST_TEST(login.decider.times("interactive") == 6u);
}

BOOST_AUTO_TEST_CASE(rounds_are_limited) {
  Login login;
  login.decider.steps.assign(40, InteractiveQuery{});
  login.get<AuthClient::InfoRequest>(login.dialogue());
  for (int i = 1; i < 32; ++i)
    login.get<AuthClient::InfoRequest>(login.client.info_response({}));
  login.fails(login.client.info_response({}));
  login.breaks(no_answers);

  Login long_enough;
  long_enough.decider.steps.assign(32, InteractiveQuery{});
  long_enough.decider.steps.push_back(Decision::accept);
  long_enough.get<AuthClient::InfoRequest>(long_enough.dialogue());
  for (int i = 1; i < 32; ++i)
    long_enough.get<AuthClient::InfoRequest>(long_enough.client.info_response({}));
  long_enough.succeeds(long_enough.client.info_response({}));
}

BOOST_AUTO_TEST_CASE(a_query_has_a_limit_too) {
  Login most;
  most.decider.steps = {InteractiveQuery{.prompts = std::vector<Prompt>(256)}, Decision::accept};
  most.get<AuthClient::InfoRequest>(most.dialogue());
  most.succeeds(most.client.info_response(Answers(256)));

  Login too_many;
  too_many.decider.steps = {InteractiveQuery{.prompts = std::vector<Prompt>(257)}};
  BOOST_CHECK_EXCEPTION(too_many.raw(too_many.dialogue()), Error, test::has_code(errc::invalid_argument));
  too_many.is_over();
}

BOOST_AUTO_TEST_CASE(an_exception_in_the_dialogue_ends_it) {
  Login login;
  login.decider.steps = {question(), Decision::accept};
  login.get<AuthClient::InfoRequest>(login.dialogue());
  login.decider.breaks_at = "answers";
  BOOST_CHECK_THROW(login.raw(login.client.info_response({right_password})), Broken);
  login.is_over();
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::protocol
