// amiko - tests of RSA
#include <amiko/keys/algorithm_table.hpp>

#include "key_data.hpp"

using namespace amiko;
using namespace amiko::test;

namespace {

const Bytes e65537 = {1, 0, 1};

PublicKey public_key(const Fields& e, const Fields& n) {
  return PublicKey::from_blob(Fields().string("ssh-rsa").raw(e).raw(n));
}

PublicKey public_key(const Bytes& e, const Bytes& n) {
  return public_key(Fields().mpint(e), Fields().mpint(n));
}

// An odd number of so many bits.
Bytes odd_number(std::size_t bits) {
  Bytes number((bits + 7) / 8, 0xff);
  if (!number.empty()) number.front() = static_cast<std::uint8_t>(0xff >> (number.size() * 8 - bits));
  return number;
}

// The six numbers of the golden key, in the order of openssh-key-v1, and what is around them.
struct Section {
  Bytes before;
  std::vector<Bytes> numbers;
  std::string comment;

  static Section golden() {
    const OpensshBody body = OpensshBody::of(key_text("rsa"));
    wire::Reader in(body.section);
    Section s;
    s.before = in.raw(8).bytes();
    in.string();
    for (int i = 0; i < 6; ++i)
      s.numbers.push_back(in.mpint().bytes());
    s.comment = in.text();
    return s;
  }
  std::string text() const {
    Fields section;
    section.raw(before).string("ssh-rsa");
    for (const Bytes& number : numbers)
      section.mpint(number);
    section.string(comment);
    for (std::uint8_t i = 1; section.bytes.size() % 8 != 0; ++i)
      section.raw(Bytes{i});
    OpensshBody body = OpensshBody::of(key_text("rsa"));
    body.section = section.bytes;
    return body.text();
  }
};

enum Number { n, e, d, iqmp, p, q };

const std::vector<std::string> all_names = {"rsa-sha2-512",
                                            "rsa-sha2-256",
                                            "ssh-rsa-sha512@ssh.com",
                                            "ssh-rsa-sha384@ssh.com",
                                            "ssh-rsa-sha256@ssh.com",
                                            "ssh-rsa-sha224@ssh.com",
                                            "ssh-rsa"};

}  // namespace

BOOST_AUTO_TEST_SUITE(rsa)

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-30"))
BOOST_AUTO_TEST_CASE(sizes_have_bounds) {
  for (const std::size_t bits : Sizes{1024, 2048, 3072, 16384})
    BOOST_TEST(public_key(e65537, odd_number(bits)).bits() == bits);
  for (const std::size_t bits : Sizes{0, 1, 512, 1023, 16385, 1000000})
    check_refused(errc::malformed_key, "outside 1024 to 16384",
                  [&] { public_key(e65537, odd_number(bits)); });
}

BOOST_AUTO_TEST_CASE(numbers_that_cannot_be_right_are_refused) {
  const Bytes modulus = odd_number(2048);
  Bytes even = modulus;
  even.back() = 0xfe;
  check_refused(errc::malformed_key, "the RSA modulus is even", [&] { public_key(e65537, even); });
  for (const Bytes& bad : {Bytes(), Bytes{1}, Bytes{2}, hex("010000000000000000"), modulus})
    check_refused(errc::malformed_key, "public exponent is out of range", [&] { public_key(bad, modulus); });
  check_refused(errc::malformed_key, "negative mpint",
                [&] { public_key(Fields().string(hex("ff")), Fields().mpint(modulus)); });
  check_refused(errc::malformed_key, "negative mpint",
                [&] { public_key(Fields().mpint(e65537), Fields().string(modulus)); });
  check_refused(errc::malformed_key, "leading zeros",
                [&] { public_key(Fields().string(hex("000101")), Fields().mpint(modulus)); });
  check_refused(errc::malformed_key, "bytes too many",
                [&] { public_key(Fields().mpint(e65537), Fields().mpint(modulus).raw(Bytes{0})); });
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-54"))
BOOST_AUTO_TEST_CASE(private_numbers_must_belong_together) {
  const Section golden = Section::golden();
  BOOST_TEST((PrivateKey::parse(golden.text()).public_key() == PublicKey::load(key_file("rsa.pub"))));
  const auto refused_with = [&](Number which, const Bytes& value, std::string_view why) {
    Section bad = golden;
    bad.numbers[which] = value;
    check_refused(errc::malformed_key, why, [&] { PrivateKey::parse(bad.text()); });
  };
  const auto changed = [&](Number which) {
    Bytes value = golden.numbers[which];
    value.back() ^= 2;
    return value;
  };
  for (const Number which : {n, p, q})
    refused_with(which, changed(which), "not the product of the two primes");
  for (const Bytes& bad : {Bytes(), Bytes{1}, golden.numbers[n]})
    refused_with(p, bad, "not the product of the two primes");
  for (const Bytes& bad : {Bytes(), Bytes{1}, changed(d)})
    refused_with(d, bad, "does not belong to the private half");
  refused_with(d, golden.numbers[n], "private exponent is out of range");
  refused_with(e, Bytes{3}, "does not belong to the private half");
  for (const Bytes& bad : {Bytes(), Bytes{1}, changed(iqmp), golden.numbers[p]})
    refused_with(iqmp, bad, "coefficient does not belong to the primes");
}

BOOST_AUTO_TEST_CASE(a_square_modulus_is_refused) {
  Section bad = Section::golden();
  bad.numbers[q] = bad.numbers[p];
  check_refused(errc::malformed_key, "not the product of the two primes",
                [&] { PrivateKey::parse(bad.text()); });
}

BOOST_AUTO_TEST_CASE(each_hash_verifies_under_its_own_name_only) {
  const PrivateKey key = PrivateKey::load(key_file("rsa"));
  const std::vector<std::string> names = key.public_key().signature_algorithms(true);
  BOOST_TEST(names == all_names, boost::test_tools::per_element());
  for (const std::string& made : names) {
    const Bytes wire_form = key.sign(made, "data");
    for (const std::string& asked : names) {
      BOOST_TEST(key.public_key().verify(asked, "data", wire_form) == (asked == made));
      // The same number under another name: the padding names the hash, and nothing else.
      const Bytes renamed = signature(asked, signature_content(wire_form));
      BOOST_TEST(key.public_key().verify(asked, "data", renamed) ==
                 (find_signature(asked)->hash == find_signature(made)->hash));
    }
  }
}

BOOST_AUTO_TEST_CASE(sha1_comes_last_and_off_by_default) {
  const PrivateKey key = PrivateKey::load(key_file("rsa"));
  const std::vector<std::string> by_default = {"rsa-sha2-512", "rsa-sha2-256"};
  BOOST_TEST(key.algorithms() == all_names, boost::test_tools::per_element());
  BOOST_TEST(key.public_key().signature_algorithms() == by_default, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(dropped_leading_zeros_are_put_back) {
  const PrivateKey key = PrivateKey::load(key_file("rsa"));
  // One signature in 256 begins with a zero; which one does is fixed, as padding and key are.
  for (int i = 0; i < 10000; ++i) {
    const std::string data = std::to_string(i);
    Bytes content = signature_content(key.sign("rsa-sha2-256", data));
    BOOST_REQUIRE(content.size() == 256U);
    if (content.front() != 0) continue;
    content.erase(content.begin());
    BOOST_TEST(key.public_key().verify("rsa-sha2-256", data, signature("rsa-sha2-256", content)));
    content.erase(content.begin());
    BOOST_TEST(!key.public_key().verify("rsa-sha2-256", data, signature("rsa-sha2-256", content)));
    return;
  }
  BOOST_ERROR("no signature with a leading zero");
}

BOOST_AUTO_TEST_CASE(longer_signatures_are_false) {
  const PrivateKey key = PrivateKey::load(key_file("rsa"));
  const Bytes content = signature_content(key.sign("rsa-sha2-256", "data"));
  BOOST_TEST(key.public_key().verify("rsa-sha2-256", "data", signature("rsa-sha2-256", content)));
  const Bytes longer = joined({{0}, content});
  BOOST_TEST(!key.public_key().verify("rsa-sha2-256", "data", signature("rsa-sha2-256", longer)));
}

BOOST_AUTO_TEST_CASE(generated_keys_have_the_size_that_was_asked_for) {
  const PrivateKey key = PrivateKey::generate("rsa", {.bits = 1024});
  BOOST_TEST(key.public_key().bits() == 1024U);
  BOOST_TEST(key.public_key().type() == "ssh-rsa");
  for (const unsigned bits : {1U, 512U, 1023U, 16385U})
    check_refused(errc::unsupported_key, "outside 1024 to 16384",
                  [&] { PrivateKey::generate("rsa", {.bits = bits}); });
}

BOOST_AUTO_TEST_SUITE_END()
