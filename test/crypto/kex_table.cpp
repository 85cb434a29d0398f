// amiko - tests of the table of key exchange methods
#include <amiko/crypto/kex_table.hpp>

#include "support.hpp"

#include <boost/test/unit_test.hpp>

#include <initializer_list>
#include <set>
#include <utility>
#include <vector>

namespace amiko::crypto::test {

BOOST_AUTO_TEST_SUITE(kex_table_test)

BOOST_AUTO_TEST_CASE(order_of_preference) {
  const std::vector<std::string_view> expected{"mlkem768x25519-sha256",
                                               "sntrup761x25519-sha512",
                                               "sntrup761x25519-sha512@openssh.com",
                                               "mlkem1024nistp384-sha384",
                                               "mlkem768nistp256-sha256",
                                               "curve25519-sha256",
                                               "curve25519-sha256@libssh.org",
                                               "curve448-sha512",
                                               "ecdh-sha2-nistp256",
                                               "ecdh-sha2-nistp384",
                                               "ecdh-sha2-nistp521",
                                               "diffie-hellman-group-exchange-sha256",
                                               "diffie-hellman-group16-sha512",
                                               "diffie-hellman-group18-sha512",
                                               "diffie-hellman-group14-sha256"};
  std::vector<std::string_view> names;
  for (const KexInfo& info : kex_table())
    if (info.by_default) names.push_back(info.name);
  BOOST_TEST(names == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_names_say_what_is_in_the_entries) {
  std::set<std::string_view> names;
  for (const KexInfo& info : kex_table()) {
    const auto has = [&info](std::string_view part) {
      return info.name.find(part) != std::string_view::npos;
    };
    names.insert(info.name);
    for (const auto& [name, hash] :
         std::initializer_list<std::pair<std::string_view, std::string_view>>{{"sha1", "SHA-1"},
                                                                              {"sha224", "SHA-224"},
                                                                              {"sha256", "SHA-256"},
                                                                              {"sha384", "SHA-384"},
                                                                              {"sha512", "SHA-512"}})
      if (has(name)) BOOST_TEST(info.hash == hash, info.name);
    BOOST_TEST((info.shape == KexShape::gex) == has("group-exchange"), info.name);
    BOOST_TEST((info.shape == KexShape::dh) == (has("diffie-hellman-group") && !has("exchange")), info.name);
    BOOST_TEST((info.shape == KexShape::rsa) == info.name.starts_with("rsa"), info.name);
    BOOST_TEST((info.shape == KexShape::rsa) == (info.rsa_bits != 0), info.name);
    BOOST_TEST(info.legacy == has("sha1"), info.name);
    BOOST_TEST(!(info.legacy && info.by_default), info.name);
  }
  BOOST_TEST(names.size() == kex_table().size());
}

BOOST_AUTO_TEST_CASE(finds_by_whole_name) {
  for (const KexInfo& info : kex_table())
    BOOST_TEST(find_kex(info.name) == &info);
  BOOST_TEST(find_kex("curve25519") == nullptr);
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-65"))
BOOST_AUTO_TEST_CASE(both_ends_of_every_method_agree) {
  for (const KexInfo& info : kex_table()) {
    BOOST_TEST((info.make == nullptr) == (info.shape == KexShape::gex || info.shape == KexShape::rsa),
               info.name);
    if (info.make == nullptr) continue;
    const auto client = info.make();
    const auto [reply, secret] = info.make()->respond(client->offer(system_random()), system_random());
    BOOST_TEST((client->finish(reply) == secret), info.name);
    BOOST_TEST(!secret.empty(), info.name);
  }
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-55"))
BOOST_AUTO_TEST_CASE(every_run_has_fresh_values) {
  for (const KexInfo& info : kex_table()) {
    if (info.make == nullptr || info.shape == KexShape::dh) continue;
    const auto client = info.make();
    const Bytes first = client->offer(system_random()), second = client->offer(system_random());
    BOOST_TEST(hex(first) != hex(second), info.name);
    const auto one = info.make()->respond(second, system_random());
    const auto two = info.make()->respond(second, system_random());
    BOOST_TEST(hex(one.reply) != hex(two.reply), info.name);
    BOOST_TEST(!(one.secret == two.secret), info.name);
  }
}

BOOST_AUTO_TEST_CASE(the_same_random_numbers_give_the_same_run) {
  for (const KexInfo& info : kex_table()) {
    if (info.make == nullptr || info.shape == KexShape::dh) continue;
    ScriptedRandom one, two;
    const Bytes offer = info.make()->offer(one);
    BOOST_TEST(hex(offer) == hex(info.make()->offer(two)), info.name);
    const auto first = info.make()->respond(offer, one), second = info.make()->respond(offer, two);
    BOOST_TEST(hex(first.reply) == hex(second.reply), info.name);
    BOOST_TEST((first.secret == second.secret), info.name);
  }
}

BOOST_AUTO_TEST_CASE(finish_needs_an_offer) {
  for (const KexInfo& info : kex_table()) {
    if (info.make == nullptr) continue;
    BOOST_TEST(throws(errc::no_state, [&] { info.make()->finish(counting(32)); }), info.name);
  }
}

BOOST_AUTO_TEST_CASE(an_empty_value_is_refused) {
  for (const KexInfo& info : kex_table()) {
    if (info.make == nullptr) continue;
    const auto client = info.make();
    client->offer(system_random());
    BOOST_TEST(throws(errc::kex_failed, [&] { client->finish({}); }), info.name);
    BOOST_TEST(throws(errc::kex_failed, [&] { info.make()->respond({}, system_random()); }), info.name);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::crypto::test
