// amiko - tests of LevelEvent
#include <amiko/support/readiness.hpp>

#include <amiko/base/error.hpp>

#include <boost/test/unit_test.hpp>

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>

using namespace amiko;
using namespace amiko::support;

namespace {

bool readable(int fd) {
  pollfd p{fd, POLLIN, 0};
  return ::poll(&p, 1, 0) == 1 && (p.revents & POLLIN) != 0;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(readiness)

BOOST_AUTO_TEST_CASE(nothing_is_created_before_fd) {
  LevelEvent event;
  event.set();
  event.clear();
  BOOST_TEST(!event.created());
  BOOST_TEST(event.fd(false) >= 0);
  BOOST_TEST(event.created());
}

BOOST_AUTO_TEST_CASE(the_level_at_creation_is_the_one_given) {
  LevelEvent low;
  LevelEvent high;
  BOOST_TEST(!readable(low.fd(false)));
  BOOST_TEST(readable(high.fd(true)));
}

BOOST_AUTO_TEST_CASE(later_calls_give_the_same_descriptor_and_change_nothing) {
  LevelEvent event;
  const int fd = event.fd(false);
  BOOST_TEST(event.fd(true) == fd);
  BOOST_TEST(!readable(fd));
}

BOOST_AUTO_TEST_CASE(it_is_readable_exactly_while_set) {
  LevelEvent event;
  const int fd = event.fd(true);
  for (int i = 0; i < 3; ++i) {
    event.clear();
    BOOST_TEST(!readable(fd));
    event.clear();
    BOOST_TEST(!readable(fd));
    event.set();
    BOOST_TEST(readable(fd));
    event.set();
    BOOST_TEST(readable(fd));
  }
}

BOOST_AUTO_TEST_CASE(the_descriptor_neither_blocks_nor_is_inherited) {
  LevelEvent event;
  const int fd = event.fd(false);
  BOOST_TEST((::fcntl(fd, F_GETFL) & O_NONBLOCK) != 0);
  BOOST_TEST((::fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
}

BOOST_AUTO_TEST_CASE(the_descriptor_is_closed_with_the_object) {
  int fd = -1;
  {
    LevelEvent event;
    fd = event.fd(true);
  }
  BOOST_TEST(::fcntl(fd, F_GETFD) == -1);
}

BOOST_AUTO_TEST_CASE(out_of_descriptors_is_an_error) {
  rlimit before{};
  BOOST_REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
  const rlimit none{0, before.rlim_max};
  LevelEvent event;
  BOOST_REQUIRE(::setrlimit(RLIMIT_NOFILE, &none) == 0);
  bool thrown = false;
  try {
    event.fd(false);
  } catch (const Error& error) {
    thrown = error.code() == errc::resource_shortage;
  }
  ::setrlimit(RLIMIT_NOFILE, &before);
  BOOST_TEST(thrown);
  BOOST_TEST(!event.created());
  BOOST_TEST(!readable(event.fd(false)));
}

BOOST_AUTO_TEST_SUITE_END()
