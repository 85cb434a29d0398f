// amiko - tests of which parts of a file are asked for
#include "../../libs/sftp/src/transfer_plan.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

using amiko::sftp::FileRange;
using amiko::sftp::ReadPlan;

namespace {

// Plays the server for a file of `size` bytes: answers come in random order and are short as it pleases.
std::vector<bool> played(ReadPlan& plan, std::uint64_t size, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<bool> got(size);
  std::vector<FileRange> under_way;
  while (!plan.complete()) {
    while (under_way.size() < 8 && plan.has_next())
      under_way.push_back(*plan.next());
    BOOST_REQUIRE(!under_way.empty());
    std::swap(under_way[random() % under_way.size()], under_way.back());
    const FileRange range = under_way.back();
    under_way.pop_back();
    if (range.offset >= size) {
      plan.ended(range);
      continue;
    }
    const auto most = static_cast<std::size_t>(std::min<std::uint64_t>(range.length, size - range.offset));
    const std::size_t length = 1 + random() % most;
    for (std::size_t i = 0; i < length; ++i) {
      BOOST_REQUIRE(!got[range.offset + i]);
      got[range.offset + i] = true;
    }
    plan.arrived(range, length);
  }
  BOOST_TEST(under_way.empty());
  return got;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(transfer_plan)

BOOST_AUTO_TEST_CASE(everything_comes_once_whatever_the_size_was_said_to_be) {
  for (unsigned seed = 0; seed < 200; ++seed)
    for (const std::uint64_t size : {0, 1, 99, 100, 101, 1000, 70'000})
      for (const std::uint64_t hint : {std::uint64_t{0}, size / 2, size, size + 1, size * 2 + 500}) {
        if (size == 70'000 && seed > 2) continue;
        ReadPlan plan = ReadPlan::to_end(0, hint, 100);
        const std::vector<bool> got = played(plan, size, seed);
        BOOST_TEST(std::all_of(got.begin(), got.end(), [](bool b) { return b; }));
        BOOST_TEST(plan.end() == size);
        BOOST_TEST(plan.contiguous() == size);
      }
}

BOOST_AUTO_TEST_CASE(a_part_and_no_more) {
  ReadPlan plan = ReadPlan::between(250, 1000, 100);
  std::uint64_t next = 250;
  while (const auto range = plan.next()) {
    BOOST_TEST(range->offset == next);
    next += range->length;
    plan.arrived(*range, range->length);
  }
  BOOST_TEST(next == 1000U);
  BOOST_TEST(plan.complete());
  BOOST_TEST(plan.end() == 1000U);
}

BOOST_AUTO_TEST_CASE(a_part_that_is_not_all_there) {
  ReadPlan plan = ReadPlan::between(0, 1000, 100);
  played(plan, 450, 1);
  BOOST_TEST(plan.end() == 450U);
}

BOOST_AUTO_TEST_CASE(nothing_to_read) {
  ReadPlan plan = ReadPlan::between(5, 5, 100);
  BOOST_TEST(plan.complete());
  BOOST_TEST(!plan.next());
}

BOOST_AUTO_TEST_CASE(one_small_question_beyond_the_end) {
  ReadPlan plan = ReadPlan::to_end(0, 50'000, 32768);
  BOOST_TEST(plan.next()->length == 32768U);
  BOOST_TEST(plan.next()->length == 50'000U - 32768U);
  const auto probe = plan.next();
  BOOST_TEST(probe->offset == 50'000U);
  BOOST_TEST(probe->length == 4096U);
  BOOST_TEST(!plan.has_next());
  BOOST_TEST(!plan.complete());
}

BOOST_AUTO_TEST_CASE(contiguous_is_where_the_first_gap_is) {
  ReadPlan plan = ReadPlan::to_end(0, 300, 100);
  const FileRange a = *plan.next(), b = *plan.next(), c = *plan.next();
  BOOST_TEST(plan.contiguous() == 0U);
  plan.arrived(b, 100);
  BOOST_TEST(plan.contiguous() == 0U);
  plan.arrived(a, 30);
  BOOST_TEST(plan.contiguous() == 30U);
  plan.arrived(*plan.next(), 70);
  BOOST_TEST(plan.contiguous() == 200U);
  plan.arrived(c, 100);
  BOOST_TEST(plan.contiguous() == 300U);
}

BOOST_AUTO_TEST_SUITE_END()
