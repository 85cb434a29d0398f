// amiko - tests of the table of requests that are under way
#include "../../libs/sftp/src/pending_requests.hpp"

#include <amiko/base/error.hpp>

#include <boost/test/unit_test.hpp>

#include <set>
#include <vector>

#include "common/calls.hpp"

using amiko::errc;
using amiko::sftp::PacketType;
using amiko::sftp::PendingRequests;
using amiko::test::has_code;

BOOST_AUTO_TEST_SUITE(pending_requests)

BOOST_AUTO_TEST_CASE(a_request_is_found_by_its_id_until_it_is_removed) {
  PendingRequests table;
  const auto a = table.add({.type = PacketType::stat, .tag = 1});
  const auto b = table.add({.type = PacketType::read, .tag = 2});
  BOOST_TEST(table.find(a)->tag == 1u);
  BOOST_TEST(table.find(b)->tag == 2u);
  table.remove(a);
  BOOST_TEST(table.find(a) == nullptr);
  BOOST_TEST(table.size() == 1u);
  BOOST_TEST(table.find(4711) == nullptr);
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-46"))
BOOST_AUTO_TEST_CASE(an_id_is_not_used_again_soon) {
  PendingRequests table;
  std::set<std::uint32_t> seen;
  for (int i = 0; i < 1000; ++i) {
    const auto id = table.add({});
    BOOST_REQUIRE(seen.insert(id).second);
    table.remove(id);
  }
  for (const auto id : seen)
    BOOST_TEST(table.find(id) == nullptr);
}

BOOST_AUTO_TEST_CASE(an_abandoned_request_stays_without_an_owner) {
  PendingRequests table;
  const auto* owner = reinterpret_cast<amiko::sftp::Requests*>(&table);
  std::uint8_t buffer[4];
  const auto id = table.add({.owner = const_cast<amiko::sftp::Requests*>(owner), .sink = buffer});
  table.abandon(*owner);
  BOOST_REQUIRE(table.find(id) != nullptr);
  BOOST_TEST(table.find(id)->owner == nullptr);
  BOOST_TEST(table.find(id)->sink.empty());
}

BOOST_AUTO_TEST_CASE(large_sinks_are_counted) {
  PendingRequests table;
  const auto* owner = reinterpret_cast<amiko::sftp::Requests*>(&table);
  std::vector<std::uint8_t> buffer(PendingRequests::large_sink);
  const amiko::MutableBytes large(buffer), small(buffer.data(), buffer.size() - 1);
  const auto first = table.add({.owner = const_cast<amiko::sftp::Requests*>(owner), .sink = large});
  table.add({.owner = const_cast<amiko::sftp::Requests*>(owner), .sink = large});
  table.add({.owner = const_cast<amiko::sftp::Requests*>(owner), .sink = small});
  BOOST_TEST(table.large_sinks() == 2u);
  table.remove(first);
  BOOST_TEST(table.large_sinks() == 1u);
  table.abandon(*owner);
  BOOST_TEST(table.large_sinks() == 0u);
}

BOOST_AUTO_TEST_CASE(the_table_has_a_bound) {
  PendingRequests table;
  for (int i = 0; i < 65536; ++i)
    table.add({});
  BOOST_CHECK_EXCEPTION(table.add({}), amiko::Error, has_code(errc::resource_shortage));
  table.remove(17);
  BOOST_TEST((table.add({}) & 0xffff) == 17u);
}

BOOST_AUTO_TEST_SUITE_END()
