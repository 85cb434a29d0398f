// amiko - tests of UniqueFd
#include <amiko/support/fd.hpp>

#include <boost/test/unit_test.hpp>

#include <cerrno>
#include <type_traits>
#include <utility>

#include <fcntl.h>

using namespace amiko::support;

static_assert(!std::is_copy_constructible_v<UniqueFd> && std::is_nothrow_move_constructible_v<UniqueFd>);

namespace {

int open_null() {
  return ::open("/dev/null", O_RDONLY | O_CLOEXEC);
}

bool is_open(int fd) {
  return ::fcntl(fd, F_GETFD) != -1;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(fd)

BOOST_AUTO_TEST_CASE(empty) {
  const UniqueFd none;
  BOOST_TEST(!none);
  BOOST_TEST(none.get() == -1);
}

BOOST_AUTO_TEST_CASE(closes_at_the_end) {
  const int fd = open_null();
  {
    const UniqueFd owner(fd);
    BOOST_TEST(static_cast<bool>(owner));
    BOOST_TEST(is_open(fd));
  }
  BOOST_TEST(!is_open(fd));
}

BOOST_AUTO_TEST_CASE(release_gives_it_away) {
  UniqueFd owner(open_null());
  UniqueFd other(owner.release());
  BOOST_TEST(!owner);
  BOOST_TEST(is_open(other.get()));
}

BOOST_AUTO_TEST_CASE(moving_hands_it_over_and_closes_what_was_there) {
  UniqueFd a(open_null());
  UniqueFd b(open_null());
  const int first = a.get();
  const int second = b.get();
  b = std::move(a);
  BOOST_TEST(b.get() == first);
  BOOST_TEST(!is_open(second));
  const UniqueFd c(std::move(b));
  BOOST_TEST(c.get() == first);
  BOOST_TEST(is_open(first));
}

BOOST_AUTO_TEST_CASE(moving_onto_itself_keeps_it) {
  UniqueFd a(open_null());
  UniqueFd& alias = a;
  a = std::move(alias);
  BOOST_TEST(is_open(a.get()));
}

BOOST_AUTO_TEST_CASE(reset_replaces_and_leaves_errno_alone) {
  UniqueFd a(open_null());
  const int first = a.get();
  const int second = open_null();
  errno = ENOENT;
  a.reset(second);
  BOOST_TEST(errno == ENOENT);
  BOOST_TEST(!is_open(first));
  BOOST_TEST(a.get() == second);
  a.reset();
  BOOST_TEST(!a);
}

BOOST_AUTO_TEST_SUITE_END()
