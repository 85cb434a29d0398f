// amiko - tests of how a remote command ended
#include <amiko/connection/exit_status.hpp>

#include <boost/test/unit_test.hpp>

using amiko::ExitStatus;

BOOST_AUTO_TEST_SUITE(exit_status_value)

BOOST_AUTO_TEST_CASE(in_words) {
  BOOST_TEST(ExitStatus{}.to_string() == "no exit status");
  BOOST_TEST(ExitStatus{.code = 0}.to_string() == "exit status 0");
  BOOST_TEST((ExitStatus{.signal = "TERM"}.to_string() == "signal TERM"));
  BOOST_TEST((ExitStatus{.signal = "SEGV", .core_dumped = true}.to_string() == "signal SEGV (core dumped)"));
  BOOST_TEST((ExitStatus{.signal = "KILL", .message = "no memory"}.to_string() == "signal KILL: no memory"));
}

BOOST_AUTO_TEST_CASE(ok_is_exit_status_0_and_nothing_else) {
  BOOST_TEST(ExitStatus{.code = 0}.ok());
  BOOST_TEST(!ExitStatus{.code = 1}.ok());
  BOOST_TEST(!ExitStatus{}.ok());
  BOOST_TEST(!(ExitStatus{.signal = "TERM"}.ok()));
}

BOOST_AUTO_TEST_SUITE_END()
