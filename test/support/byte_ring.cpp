// amiko - tests of ByteRing
#include <amiko/support/byte_ring.hpp>

#include <amiko/base/error.hpp>

#include <boost/test/unit_test.hpp>

#include <deque>
#include <random>

using namespace amiko;
using namespace amiko::support;

namespace {

// Bytes that differ from their neighbours, so that a misplaced piece shows.
Bytes numbered(std::size_t size, std::size_t start = 0) {
  Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i)
    bytes[i] = static_cast<std::uint8_t>((start + i) * 31 % 251);
  return bytes;
}

Bytes read_all(ByteRing& ring) {
  Bytes out(ring.size());
  BOOST_TEST(ring.read(out) == out.size());
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(byte_ring)

BOOST_AUTO_TEST_CASE(starts_empty) {
  ByteRing ring;
  std::uint8_t byte = 0;
  BOOST_TEST(ring.empty());
  BOOST_TEST(ring.size() == 0U);
  BOOST_TEST(ring.front().empty());
  BOOST_TEST(ring.read({&byte, 1}) == 0U);
  ring.clear();
  ring.write({});
  BOOST_TEST(ring.empty());
}

BOOST_AUTO_TEST_CASE(gives_back_what_was_written_in_order) {
  ByteRing ring;
  ring.write("hello ");
  ring.write("world");
  BOOST_TEST(ring.size() == 11U);
  BOOST_TEST((ring.front() == "hello world"));
  Bytes five(5);
  BOOST_TEST(ring.read(five) == 5U);
  BOOST_TEST((ByteView(five) == "hello"));
  BOOST_TEST((ByteView(read_all(ring)) == " world"));
  BOOST_TEST(ring.empty());
}

BOOST_AUTO_TEST_CASE(read_takes_no_more_than_there_is) {
  ByteRing ring;
  ring.write("abc");
  Bytes out(10, 0xee);
  BOOST_TEST(ring.read(out) == 3U);
  BOOST_TEST(out[3] == 0xee);
}

BOOST_AUTO_TEST_CASE(wraps_around_without_growing) {
  ByteRing ring;
  ring.write(numbered(4000));
  ring.consume(3000);
  ring.write(numbered(3096, 4000));  // exactly full: 4096, in two pieces
  BOOST_TEST(ring.size() == 4096U);
  BOOST_TEST(ring.front().size() == 1096U);
  BOOST_TEST((read_all(ring) == numbered(4096, 3000)));
}

BOOST_AUTO_TEST_CASE(grows_while_wrapped) {
  ByteRing ring;
  ring.write(numbered(4096));
  ring.consume(4000);
  ring.write(numbered(1000, 4096));
  ring.write(numbered(100000, 5096));
  BOOST_TEST(ring.size() == 101096U);
  BOOST_TEST((read_all(ring) == numbered(101096, 4000)));
}

BOOST_AUTO_TEST_CASE(front_and_consume_walk_through_everything) {
  ByteRing ring;
  ring.write(numbered(4096));
  ring.consume(2048);
  ring.write(numbered(1024, 4096));
  Bytes seen;
  while (!ring.empty()) {
    BOOST_REQUIRE(!ring.front().empty());
    append(seen, ring.front());
    ring.consume(ring.front().size());
  }
  BOOST_TEST((seen == numbered(3072, 2048)));
}

BOOST_AUTO_TEST_CASE(clear_drops_everything) {
  ByteRing ring;
  ring.write(numbered(1000000));
  ring.clear();
  BOOST_TEST(ring.empty());
  ring.write("again");
  BOOST_TEST((ring.front() == "again"));
}

BOOST_AUTO_TEST_CASE(works_on_after_its_memory_was_given_back) {
  ByteRing ring;
  for (int round = 0; round < 3; ++round) {
    ring.write(numbered(300 * 1024));
    BOOST_TEST((read_all(ring) == numbered(300 * 1024)));
    BOOST_TEST(ring.front().empty());
  }
}

// Growing step by step would copy all that has come so far, again and again.
BOOST_AUTO_TEST_CASE(the_next_burst_gets_its_memory_at_once) {
  ByteRing ring;
  ring.write(numbered(1'000'000));
  ring.clear();
  ring.write("a");
  const std::uint8_t* const begin = ring.front().data();
  for (int i = 0; i < 9; ++i)
    ring.write(numbered(100'000));
  BOOST_TEST(ring.front().data() == begin);
  BOOST_TEST(ring.front().size() == 900'001U);
}

BOOST_AUTO_TEST_CASE(the_limit_holds_and_a_refused_write_changes_nothing) {
  ByteRing ring(10);
  ring.write("12345678");
  BOOST_CHECK_EXCEPTION(ring.write("9ab"), Error,
                        [](const Error& e) { return e.code() == errc::resource_shortage; });
  BOOST_TEST((ring.front() == "12345678"));
  ring.write("9a");
  BOOST_TEST(ring.size() == 10U);
  BOOST_CHECK_THROW(ring.write("b"), Error);
  ring.consume(1);
  ring.write("b");
  BOOST_TEST((ByteView(read_all(ring)) == "23456789ab"));
}

BOOST_AUTO_TEST_CASE(agrees_with_a_deque_over_many_random_steps) {
  std::mt19937 random(20240501);
  ByteRing ring;
  std::deque<std::uint8_t> model;
  std::size_t written = 0;
  for (int step = 0; step < 3000; ++step) {
    const std::size_t n = random() % (step % 100 == 0 ? 40000U : 3000U);
    if (random() % 2 == 0) {
      const Bytes data = numbered(n, written);
      ring.write(data);
      model.insert(model.end(), data.begin(), data.end());
      written += n;
    } else {
      Bytes out(n);
      out.resize(ring.read(out));
      const std::size_t expected = std::min(n, model.size());
      BOOST_REQUIRE(out.size() == expected);
      BOOST_REQUIRE(std::equal(out.begin(), out.end(), model.begin()));
      model.erase(model.begin(), model.begin() + static_cast<std::ptrdiff_t>(expected));
    }
    BOOST_REQUIRE(ring.size() == model.size());
    const auto seventeens = std::ranges::count(model, std::uint8_t{17});
    BOOST_REQUIRE(ring.count(17) == static_cast<std::size_t>(seventeens));
  }
}

BOOST_AUTO_TEST_SUITE_END()
