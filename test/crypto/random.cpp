// amiko - tests of the system's random numbers
#include <amiko/crypto/random.hpp>

#include "support.hpp"

#include <boost/test/unit_test.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <set>
#include <thread>

namespace amiko::crypto::test {

namespace {

std::string draw(std::size_t size) {
  Bytes bytes(size);
  system_random().fill(bytes);
  return hex(bytes);
}

/// What a forked child draws.
std::string draw_in_child(std::size_t size) {
  int ends[2];
  BOOST_REQUIRE(::pipe(ends) == 0);
  const ::pid_t child = ::fork();
  if (child == 0) {
    Bytes bytes(size);
    system_random().fill(bytes);
    const bool written = ::write(ends[1], bytes.data(), size) == static_cast<::ssize_t>(size);
    ::_exit(written ? 0 : 1);
  }
  BOOST_REQUIRE(child > 0);
  Bytes bytes(size);
  BOOST_REQUIRE(::read(ends[0], bytes.data(), size) == static_cast<::ssize_t>(size));
  ::close(ends[0]);
  ::close(ends[1]);
  int status = 1;
  BOOST_REQUIRE(::waitpid(child, &status, 0) == child);
  BOOST_REQUIRE(status == 0);
  return hex(bytes);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(random_test)

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-55"))
BOOST_AUTO_TEST_CASE(no_two_draws_are_alike) {
  for (const std::size_t size : {16u, 17u, 24u, 25u, 64u}) {
    std::set<std::string> seen;
    for (int i = 0; i < 200; ++i)
      seen.insert(draw(size));
    BOOST_TEST(seen.size() == 200u);
  }
}

BOOST_AUTO_TEST_CASE(every_byte_is_filled) {
  for (std::size_t size = 1; size <= 64; ++size) {
    // A byte that is never written keeps its value in all 64 rounds.
    Bytes changed(size);
    for (int round = 0; round < 64; ++round) {
      Bytes bytes(size);
      system_random().fill(bytes);
      for (std::size_t i = 0; i < size; ++i)
        changed[i] = static_cast<std::uint8_t>(changed[i] | bytes[i]);
    }
    for (const std::uint8_t byte : changed)
      BOOST_TEST(byte != 0);
  }
}

BOOST_AUTO_TEST_CASE(drawing_nothing_is_allowed) {
  BOOST_TEST(draw(0).empty());
}

BOOST_AUTO_TEST_CASE(each_thread_has_its_own) {
  const Random* here = &system_random();
  const Random* there = nullptr;
  std::string drawn;
  std::thread([&] {
    there = &system_random();
    drawn = draw(16);
  }).join();
  BOOST_TEST(here == &system_random());
  BOOST_TEST(there != here);
  BOOST_TEST(drawn != draw(16));
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-55"))
BOOST_AUTO_TEST_CASE(a_forked_child_draws_other_numbers) {
  draw(1);  // so that there is something in advance that both could give out
  for (const std::size_t size : {16u, 64u}) {
    const std::string first = draw_in_child(size), second = draw_in_child(size);
    BOOST_TEST(first != second);
    BOOST_TEST(draw(size) != first);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::crypto::test
