// amiko - tests of the lists of algorithms
#include <amiko/base/error.hpp>
#include <amiko/keys/algorithm_table.hpp>
#include <amiko/protocol/algorithms.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>

namespace amiko::protocol {
namespace {

using Names = std::vector<std::string>;

AlgorithmSet with_ciphers(const char* list) {
  AlgorithmSet set = AlgorithmSet::defaults();
  set.edit(AlgorithmKind::cipher, list);
  return set;
}

Names edited(const char* list, const char* spec) {
  AlgorithmSet set = with_ciphers(list);
  set.edit(AlgorithmKind::cipher, spec);
  return set.names(AlgorithmKind::cipher);
}

bool says(const Error& e, std::string_view part) {
  return std::string_view(e.what()).find(part) != std::string_view::npos;
}

constexpr AlgorithmKind kinds[] = {AlgorithmKind::kex,      AlgorithmKind::host_key,
                                   AlgorithmKind::user_key, AlgorithmKind::cipher,
                                   AlgorithmKind::mac,      AlgorithmKind::compression};

bool contains(const Names& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(algorithms)

BOOST_AUTO_TEST_CASE(defaults_are_the_tables_by_default_entries_in_order) {
  const AlgorithmSet set = AlgorithmSet::defaults();
  Names kex, host_keys, user_keys;
  for (const auto& info : crypto::kex_table())
    if (info.by_default) kex.emplace_back(info.name);
  for (const auto& info : signature_table())
    if (info.by_default) user_keys.emplace_back(info.name);
  for (const auto& info : signature_table())
    if (info.by_default && info.for_hosts) host_keys.emplace_back(info.name);
  BOOST_TEST(set.names(AlgorithmKind::kex) == kex);
  BOOST_TEST(set.names(AlgorithmKind::host_key) == host_keys);
  BOOST_TEST(set.names(AlgorithmKind::user_key) == user_keys);
  BOOST_TEST(set.ciphers.size() > 2u);
  BOOST_TEST(set.macs.size() > 1u);
}

BOOST_AUTO_TEST_CASE(no_legacy_algorithm_is_offered_by_default) {
  const AlgorithmSet set = AlgorithmSet::defaults();
  BOOST_TEST(std::ranges::none_of(set.kex, &crypto::KexInfo::legacy));
  BOOST_TEST(std::ranges::none_of(set.ciphers, &crypto::CipherInfo::legacy));
  BOOST_TEST(std::ranges::none_of(set.macs, &crypto::MacInfo::legacy));
  for (const std::string& name : set.host_keys)
    BOOST_TEST(!find_signature(name)->legacy);
}

BOOST_AUTO_TEST_CASE(defaults_are_among_all_names) {
  const AlgorithmSet set = AlgorithmSet::defaults();
  for (const AlgorithmKind kind : kinds) {
    const Names all = all_names(kind);
    BOOST_TEST(!set.names(kind).empty());
    for (const std::string& name : set.names(kind))
      BOOST_TEST((std::ranges::find(all, name) != all.end()), name);
  }
}

BOOST_AUTO_TEST_CASE(a_plain_list_replaces) {
  BOOST_TEST(edited("aes128-ctr", "aes256-ctr,aes192-ctr") == (Names{"aes256-ctr", "aes192-ctr"}));
}

BOOST_AUTO_TEST_CASE(plus_appends_what_is_not_there) {
  BOOST_TEST(edited("aes128-ctr,aes192-ctr", "+aes256-ctr,aes128-ctr") ==
             (Names{"aes128-ctr", "aes192-ctr", "aes256-ctr"}));
}

BOOST_AUTO_TEST_CASE(caret_puts_in_front) {
  BOOST_TEST(edited("aes128-ctr,aes192-ctr", "^aes256-ctr,aes192-ctr") ==
             (Names{"aes256-ctr", "aes192-ctr", "aes128-ctr"}));
}

BOOST_AUTO_TEST_CASE(minus_removes_by_pattern) {
  const char* all = "aes128-ctr,aes192-ctr,aes256-ctr,chacha20-poly1305@openssh.com";
  BOOST_TEST(edited(all, "-aes*") == (Names{"chacha20-poly1305@openssh.com"}));
  BOOST_TEST(edited(all, "-aes1?*ctr") == (Names{"aes256-ctr", "chacha20-poly1305@openssh.com"}));
  BOOST_TEST(edited(all, "-*@openssh.com,aes1*8*ctr*") == (Names{"aes192-ctr", "aes256-ctr"}));
  BOOST_TEST(edited(all, "-aes192-ctr") ==
             (Names{"aes128-ctr", "aes256-ctr", "chacha20-poly1305@openssh.com"}));
}

BOOST_AUTO_TEST_CASE(minus_ignores_what_nobody_knows) {
  BOOST_TEST(edited("aes128-ctr", "-arcfour*,aes128,es128-ctr,aes128-ct?r") == (Names{"aes128-ctr"}));
}

BOOST_AUTO_TEST_CASE(duplicates_are_dropped) {
  BOOST_TEST(edited("aes128-ctr", "aes256-ctr,aes192-ctr,aes256-ctr") == (Names{"aes256-ctr", "aes192-ctr"}));
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-56"))
BOOST_AUTO_TEST_CASE(an_unknown_name_is_told_with_the_known_ones) {
  for (const char* spec : {"aes128-ctr,rot13", "+rot13", "^rot13"}) {
    AlgorithmSet set = AlgorithmSet::defaults();
    BOOST_CHECK_EXCEPTION(set.edit(AlgorithmKind::cipher, spec), ConfigError, [](const Error& e) {
      return e.code() == errc::bad_config && says(e, "Ciphers") && says(e, "\"rot13\"") &&
             says(e, "aes256-ctr");
    });
  }
  AlgorithmSet set = AlgorithmSet::defaults();
  BOOST_CHECK_THROW(set.edit(AlgorithmKind::cipher, "rot*"), ConfigError);
  BOOST_CHECK_THROW(set.edit(AlgorithmKind::host_key, "+ssh-none"), ConfigError);
}

BOOST_AUTO_TEST_CASE(the_nearest_name_is_told) {
  const auto told = [](AlgorithmKind kind, const char* spec, std::string_view name) {
    AlgorithmSet set = AlgorithmSet::defaults();
    BOOST_CHECK_EXCEPTION(set.edit(kind, spec), ConfigError,
                          [&](const Error& e) { return says(e, "did you mean " + std::string(name) + "?"); });
  };
  told(AlgorithmKind::cipher, "aes256-crt", "aes256-ctr");
  told(AlgorithmKind::cipher, "+chacha20-poly1305", "chacha20-poly1305@openssh.com");
  told(AlgorithmKind::host_key, "rsa-sha-256", "rsa-sha2-256");
  told(AlgorithmKind::user_key, "^ed25519", "ssh-ed25519");
  told(AlgorithmKind::mac, "HMAC-sha2-256", "hmac-sha2-256");
  AlgorithmSet set = AlgorithmSet::defaults();
  for (const std::string& far : {std::string("x"), std::string("zzzzzzzzzzzz"), std::string(5000, 'a')})
    BOOST_CHECK_EXCEPTION(set.edit(AlgorithmKind::cipher, far), ConfigError,
                          [](const Error& e) { return !says(e, "did you mean"); });
}

BOOST_AUTO_TEST_CASE(wildcards_stand_for_all_that_there_are) {
  BOOST_TEST(edited("aes128-ctr", "aes*-ctr") == (Names{"aes128-ctr", "aes192-ctr", "aes256-ctr"}));
  BOOST_TEST(edited("aes128-ctr", "+aes*-ctr").front() == "aes128-ctr");
  BOOST_TEST(edited("aes128-ctr", "+aes*-ctr").size() == 3u);
  BOOST_TEST(edited("aes128-ctr", "^aes25?-ctr") == (Names{"aes256-ctr", "aes128-ctr"}));
  BOOST_TEST(edited("aes128-ctr", "*") == all_names(AlgorithmKind::cipher));
  AlgorithmSet set = AlgorithmSet::defaults();
  set.edit(AlgorithmKind::user_key, "ssh-rsa*");
  BOOST_TEST(contains(set.user_keys, "ssh-rsa"));  // legacy ones too: they were named
  BOOST_TEST(contains(set.user_keys, "ssh-rsa-sha256@ssh.com"));
  BOOST_TEST(!contains(set.user_keys, "rsa-sha2-256"));
}

BOOST_AUTO_TEST_CASE(default_stands_for_the_list_as_it_was) {
  const Names defaults = AlgorithmSet::defaults().names(AlgorithmKind::mac);
  const auto macs = [](const char* spec) {
    AlgorithmSet set = AlgorithmSet::defaults();
    set.edit(AlgorithmKind::mac, spec);
    return set.names(AlgorithmKind::mac);
  };
  BOOST_TEST(macs("default") == defaults);
  BOOST_TEST(macs("+default") == defaults);
  Names with_front{defaults.back()};
  for (const std::string& name : defaults)
    if (name != defaults.back()) with_front.push_back(name);
  BOOST_TEST(macs((defaults.back() + ",default").c_str()) == with_front);
  AlgorithmSet set = AlgorithmSet::defaults();
  BOOST_CHECK_THROW(set.edit(AlgorithmKind::mac, "-default"), ConfigError);
}

BOOST_AUTO_TEST_CASE(profiles) {
  const AlgorithmSet modern = AlgorithmSet::of(AlgorithmProfile::modern);
  const AlgorithmSet legacy = AlgorithmSet::of(AlgorithmProfile::legacy);
  const AlgorithmSet fips = AlgorithmSet::of(AlgorithmProfile::fips);
  for (const AlgorithmKind kind : kinds) {
    BOOST_TEST(modern.names(kind) == AlgorithmSet::defaults().names(kind));
    const Names all = legacy.names(kind), few = modern.names(kind);
    if (kind != AlgorithmKind::host_key) BOOST_TEST(all.size() == all_names(kind).size());
    BOOST_TEST((Names(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(few.size())) == few));
    BOOST_TEST(!fips.names(kind).empty());
    for (const std::string& name : fips.names(kind)) {
      BOOST_TEST(contains(few, name), name);
      for (const char* other : {"25519", "448", "chacha", "umac", "md5", "sha1", "sntrup", "secp256k1"})
        BOOST_TEST(name.find(other) == name.npos, name);
    }
  }
  BOOST_TEST(legacy.host_keys.back() == "ssh-dss");
  BOOST_TEST(contains(fips.host_keys, "ecdsa-sha2-nistp256"));
  BOOST_TEST(contains(fips.host_keys, "rsa-sha2-512"));
  BOOST_TEST(contains(fips.names(AlgorithmKind::kex), "diffie-hellman-group14-sha256"));
  BOOST_TEST(contains(fips.names(AlgorithmKind::cipher), "aes256-gcm@openssh.com"));
  BOOST_TEST(contains(fips.names(AlgorithmKind::mac), "hmac-sha2-256-etm@openssh.com"));
}

BOOST_AUTO_TEST_CASE(a_server_offers_no_curve_of_nist_by_itself) {
  const auto nist = [](const AlgorithmSet& set) {
    return std::ranges::count_if(set.kex,
                                 [](const auto& info) { return info.name.find("nistp") != info.name.npos; });
  };
  const AlgorithmSet client = AlgorithmSet::defaults(Role::client);
  AlgorithmSet server = AlgorithmSet::defaults(Role::server);
  BOOST_TEST(nist(client) == 5);
  BOOST_TEST(nist(server) == 0);
  BOOST_TEST(server.kex.size() == client.kex.size() - 5);
  server.edit(AlgorithmKind::kex, "+ecdh-sha2-nistp256");
  BOOST_TEST(nist(server) == 1);
  BOOST_TEST(nist(AlgorithmSet::of(AlgorithmProfile::fips, Role::server)) == 5);
}

BOOST_AUTO_TEST_CASE(unknown_names_are_sorted_out) {
  const auto kept = [](const char* spec, Names expected_unknown) {
    Names unknown;
    const std::string text = without_unknown(AlgorithmKind::cipher, spec, unknown);
    BOOST_TEST(unknown == expected_unknown, spec);
    return text;
  };
  BOOST_TEST(kept("aes128-ctr,rot13,aes256-ctr", {"rot13"}) == "aes128-ctr,aes256-ctr");
  BOOST_TEST(kept("+rot13,aes128-ctr", {"rot13"}) == "+aes128-ctr");
  BOOST_TEST(kept("^rot*,a??128-ctr,default", {"rot*"}) == "^a??128-ctr,default");
  BOOST_TEST(kept("-rot13,x", {"rot13", "x"}) == "");
  Names unknown;
  BOOST_CHECK_THROW(without_unknown(AlgorithmKind::cipher, "a,,b", unknown), ConfigError);
}

BOOST_AUTO_TEST_CASE(a_failed_edit_changes_nothing) {
  AlgorithmSet set = AlgorithmSet::defaults();
  BOOST_CHECK_THROW(set.edit(AlgorithmKind::mac, "hmac-sha2-256,rot13"), ConfigError);
  BOOST_TEST(set.names(AlgorithmKind::mac) == AlgorithmSet::defaults().names(AlgorithmKind::mac));
}

BOOST_AUTO_TEST_CASE(malformed_lists) {
  for (const char* spec :
       {"", "+", "-", "^", ",", "aes128-ctr,", ",aes128-ctr", "aes128-ctr,,aes256-ctr",
        "aes128-ctr, aes256-ctr", " aes128-ctr", "aes128-ctr\n", "+ aes128-ctr", "aes\xc3\xa4"}) {
    AlgorithmSet set = AlgorithmSet::defaults();
    BOOST_CHECK_THROW(set.edit(AlgorithmKind::cipher, spec), ConfigError);
  }
}

BOOST_AUTO_TEST_CASE(nothing_left_is_an_error) {
  for (const AlgorithmKind kind : kinds) {
    AlgorithmSet set = AlgorithmSet::defaults();
    BOOST_CHECK_EXCEPTION(set.edit(kind, "-*"), ConfigError,
                          [&](const Error& e) { return says(e, option_of(kind)); });
    BOOST_TEST(!set.names(kind).empty());
  }
}

BOOST_AUTO_TEST_CASE(every_kind_can_be_edited) {
  for (const AlgorithmKind kind : kinds) {
    AlgorithmSet set = AlgorithmSet::defaults();
    const Names all = all_names(kind);
    set.edit(kind, all.back());
    BOOST_TEST(set.names(kind) == Names{all.back()});
    set.edit(kind, "^" + all.front());
    BOOST_TEST(set.names(kind).front() == all.front());
  }
}

BOOST_AUTO_TEST_CASE(legacy_algorithms_can_be_named) {
  AlgorithmSet set = AlgorithmSet::defaults();
  set.edit(AlgorithmKind::host_key, "+ssh-rsa");
  BOOST_TEST(set.host_keys.back() == "ssh-rsa");
}

BOOST_AUTO_TEST_CASE(entries_of_the_users_own_are_kept) {
  AlgorithmSet set = AlgorithmSet::defaults();
  crypto::MacInfo own = set.macs.front();
  own.name = "hmac-own@example.org";
  set.macs.push_back(own);
  set.edit(AlgorithmKind::mac, "^hmac-own@example.org");
  BOOST_TEST(set.macs.front().name == "hmac-own@example.org");
  set.edit(AlgorithmKind::mac, "hmac-own@example.org,hmac-sha2-512");
  BOOST_TEST(set.names(AlgorithmKind::mac) == (Names{"hmac-own@example.org", "hmac-sha2-512"}));
}

BOOST_AUTO_TEST_CASE(compression_on_and_off) {
  AlgorithmSet set = AlgorithmSet::defaults();
  set.set_compression(true);
  BOOST_TEST(set.names(AlgorithmKind::compression) == (Names{"zlib@openssh.com", "none"}));
  set.set_compression(false);
  BOOST_TEST(set.names(AlgorithmKind::compression) == (Names{"none"}));
  set.set_compression(true);
  BOOST_TEST(set.compressions.front().compresses);
}

BOOST_AUTO_TEST_CASE(names_of_kinds) {
  BOOST_TEST(name_of(AlgorithmKind::kex) == "key exchange");
  BOOST_TEST(name_of(AlgorithmKind::mac) == "MAC");
  BOOST_TEST(option_of(AlgorithmKind::kex) == "KexAlgorithms");
  BOOST_TEST(option_of(AlgorithmKind::host_key) == "HostKeyAlgorithms");
  BOOST_TEST(option_of(AlgorithmKind::mac) == "MACs");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::protocol
