// amiko - tests of events
#include <amiko/connection/event.hpp>

#include <boost/test/unit_test.hpp>
#include <boost/thread/thread.hpp>

#include <atomic>

#include "common/calls.hpp"

using amiko::Event;
using amiko::test::Call;
using amiko::test::must;
using amiko::test::settle;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(event)

BOOST_AUTO_TEST_CASE(copies_share_the_flag) {
  Event event;
  const Event copy = event;
  BOOST_TEST(!copy.is_set());
  BOOST_TEST(!copy.wait(0s));
  BOOST_TEST(!copy.wait(5ms));
  event.set();
  BOOST_TEST(copy.is_set());
  BOOST_TEST(copy.wait());
  BOOST_TEST(copy.wait(0s));
  event.set();
  event.clear();
  BOOST_TEST(!copy.is_set());
}

BOOST_AUTO_TEST_CASE(it_wakes_all_that_wait) {
  Event event;
  Call first([&] { must(event.wait()); });
  Call second([copy = event] { must(copy.wait(60s)); });
  settle();
  event.set();
  BOOST_TEST(!first.failure());
  BOOST_TEST(!second.failure());
}

BOOST_AUTO_TEST_CASE(waiting_can_be_interrupted) {
  const Event event;
  std::atomic<bool> interrupted = false;
  boost::thread thread([&] {
    try {
      event.wait();
    } catch (const boost::thread_interrupted&) {
      interrupted = true;
    }
  });
  settle();
  thread.interrupt();
  thread.join();
  BOOST_TEST(interrupted.load());
}

BOOST_AUTO_TEST_SUITE_END()
