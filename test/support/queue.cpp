// amiko - tests of BoundedQueue
#include <amiko/support/queue.hpp>

#include <boost/test/unit_test.hpp>
#include <boost/thread/thread.hpp>

#include <chrono>
#include <memory>
#include <thread>
#include <vector>

using namespace amiko;
using namespace amiko::support;

namespace {

const Deadline now(Deadline::Clock::time_point{});

}  // namespace

BOOST_AUTO_TEST_SUITE(queue)

BOOST_AUTO_TEST_CASE(first_in_first_out) {
  BoundedQueue<int> queue(3);
  BOOST_TEST(queue.try_push(1));
  BOOST_TEST(queue.try_push(2));
  BOOST_TEST(queue.size() == 2U);
  BOOST_TEST(queue.pop(forever).value() == 1);
  BOOST_TEST(queue.pop(forever).value() == 2);
  BOOST_TEST(queue.size() == 0U);
}

BOOST_AUTO_TEST_CASE(push_is_refused_when_full_and_possible_again_after_pop) {
  BoundedQueue<int> queue(2);
  BOOST_TEST(queue.try_push(1));
  BOOST_TEST(queue.try_push(2));
  BOOST_TEST(!queue.try_push(3));
  BOOST_TEST(queue.pop(forever).value() == 1);
  BOOST_TEST(queue.try_push(4));
  BOOST_TEST(queue.pop(forever).value() == 2);
  BOOST_TEST(queue.pop(forever).value() == 4);
}

BOOST_AUTO_TEST_CASE(pop_gives_up_at_the_deadline) {
  BoundedQueue<int> queue(1);
  BOOST_TEST(!queue.pop(now));
  BOOST_TEST(!queue.pop(Deadline::after(std::chrono::milliseconds(1))));
  BOOST_TEST(queue.try_push(1));
  BOOST_TEST(queue.pop(now).value() == 1);
}

BOOST_AUTO_TEST_CASE(a_closed_queue_hands_out_what_it_has) {
  BoundedQueue<int> queue(2);
  BOOST_TEST(queue.try_push(1));
  BOOST_TEST(!queue.closed());
  queue.close();
  BOOST_TEST(queue.closed());
  BOOST_TEST(!queue.try_push(2));
  BOOST_TEST(queue.pop(forever).value() == 1);
  BOOST_TEST(!queue.pop(forever));
}

BOOST_AUTO_TEST_CASE(close_ends_every_pop_that_waits) {
  BoundedQueue<int> queue(1);
  int none[3] = {};
  std::vector<std::thread> threads;
  for (int& result : none)
    threads.emplace_back([&] { result = queue.pop(forever) ? -1 : 1; });
  queue.close();
  for (std::thread& thread : threads)
    thread.join();
  for (const int result : none)
    BOOST_TEST(result == 1);
}

BOOST_AUTO_TEST_CASE(items_may_be_move_only) {
  BoundedQueue<std::unique_ptr<int>> queue(1);
  BOOST_TEST(queue.try_push(std::make_unique<int>(7)));
  BOOST_TEST(!queue.try_push(std::make_unique<int>(8)));
  BOOST_TEST(*queue.pop(forever).value() == 7);
}

BOOST_AUTO_TEST_CASE(every_item_arrives_once_with_many_threads) {
  constexpr int items = 2000;
  BoundedQueue<int> queue(16);
  std::vector<long> sums(3);
  std::vector<std::thread> readers;
  for (long& sum : sums)
    readers.emplace_back([&queue, &sum] {
      while (const auto item = queue.pop(forever))
        sum += *item;
    });
  std::vector<std::thread> writers;
  for (int w = 0; w < 2; ++w)
    writers.emplace_back([&queue] {
      for (int i = 1; i <= items; ++i)
        while (!queue.try_push(i))
          std::this_thread::yield();
    });
  for (std::thread& thread : writers)
    thread.join();
  queue.close();
  for (std::thread& thread : readers)
    thread.join();
  BOOST_TEST(sums[0] + sums[1] + sums[2] == 2L * items * (items + 1) / 2);
}

BOOST_AUTO_TEST_CASE(interruption_ends_a_pop_and_loses_nothing) {
  BoundedQueue<int> queue(1);
  bool interrupted = false;
  boost::thread thread([&] {
    try {
      (void)queue.pop(forever);
    } catch (const boost::thread_interrupted&) {
      interrupted = true;
    }
  });
  thread.interrupt();
  thread.join();
  BOOST_TEST(interrupted);
  BOOST_TEST(queue.try_push(5));
  BOOST_TEST(queue.pop(forever).value() == 5);
}

BOOST_AUTO_TEST_SUITE_END()
