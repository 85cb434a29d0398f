// amiko - tests of DSA
#include "key_data.hpp"

using namespace amiko;
using namespace amiko::test;

namespace {

// The five numbers of the golden key, in the order of openssh-key-v1, and what is around them.
struct Section {
  Bytes before;
  std::vector<Bytes> numbers;
  std::string comment;

  static Section golden() {
    const OpensshBody body = OpensshBody::of(key_text("dsa"));
    wire::Reader in(body.section);
    Section s;
    s.before = in.raw(8).bytes();
    in.string();
    for (int i = 0; i < 5; ++i)
      s.numbers.push_back(in.mpint().bytes());
    s.comment = in.text();
    return s;
  }
  Bytes blob() const {
    Fields fields;
    fields.string("ssh-dss");
    for (std::size_t i = 0; i < 4; ++i)
      fields.mpint(numbers[i]);
    return fields.bytes;
  }
  std::string text() const {
    Fields section;
    section.raw(before).string("ssh-dss");
    for (const Bytes& number : numbers)
      section.mpint(number);
    section.string(comment);
    for (std::uint8_t i = 1; section.bytes.size() % 8 != 0; ++i)
      section.raw(Bytes{i});
    OpensshBody body = OpensshBody::of(key_text("dsa"));
    body.section = section.bytes;
    return body.text();
  }
};

enum Number { p, q, g, y, x };

void refused_with(Number which, const Bytes& value, std::string_view why) {
  Section bad = Section::golden();
  bad.numbers[which] = value;
  if (which == x)
    check_refused(errc::malformed_key, why, [&] { PrivateKey::parse(bad.text()); });
  else
    check_refused(errc::malformed_key, why, [&] { PublicKey::from_blob(bad.blob()); });
}

Bytes changed(Number which) {
  Bytes value = Section::golden().numbers[which];
  value.back() ^= 2;
  return value;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(dsa)

BOOST_AUTO_TEST_CASE(it_is_legacy_and_signs_where_it_is_named) {
  const PrivateKey key = PrivateKey::load(key_file("dsa"));
  BOOST_TEST(key.public_key().type() == "ssh-dss");
  BOOST_TEST(key.public_key().bits() == 1024U);
  BOOST_TEST(key.public_key().signature_algorithms().empty());
  BOOST_TEST(key.public_key().signature_algorithms(true) == std::vector<std::string>{"ssh-dss"},
             boost::test_tools::per_element());
  for (int i = 0; i < 20; ++i) {
    const std::string data = "message " + std::to_string(i);
    const Bytes made = key.sign("ssh-dss", data);
    BOOST_TEST(signature_content(made).size() == 40U);
    BOOST_TEST(key.public_key().verify("ssh-dss", data, made));
    BOOST_TEST(!key.public_key().verify("ssh-dss", data + " ", made));
  }
}

BOOST_AUTO_TEST_CASE(signatures_of_other_sizes_and_numbers_are_false) {
  const PrivateKey key = PrivateKey::load(key_file("dsa"));
  const Bytes good = signature_content(key.sign("ssh-dss", "data"));
  for (std::size_t size = 0; size < good.size(); ++size)
    BOOST_TEST(!key.public_key().verify("ssh-dss", "data", signature("ssh-dss", ByteView(good).first(size))));
  const Bytes order = Section::golden().numbers[q];
  const Bytes r(good.begin(), good.begin() + 20), s(good.begin() + 20, good.end());
  for (const Bytes& bad : {Bytes(20, 0), order, Bytes(20, 0xff)}) {
    BOOST_TEST(!key.public_key().verify("ssh-dss", "data", signature("ssh-dss", joined({bad, s}))));
    BOOST_TEST(!key.public_key().verify("ssh-dss", "data", signature("ssh-dss", joined({r, bad}))));
  }
  BOOST_TEST(!key.public_key().verify("ssh-dss", "data", signature("ssh-dss", joined({good, {0}}))));
  BOOST_TEST(!key.public_key().verify("ssh-dss", "data",
                                      signature("ssh-dss", Fields().mpint(r).mpint(s))));  // ECDSA's form
}

BOOST_AUTO_TEST_CASE(sizes_have_bounds) {
  Bytes modulus = Section::golden().numbers[p];
  modulus.resize(127);
  refused_with(p, modulus, "a DSA modulus of 1016 bits is outside 1024 to 3072");
  refused_with(p, Bytes(384, 0xff), "does not divide");
  refused_with(p, Bytes(385, 0xff), "outside 1024 to 3072");
  refused_with(q, Bytes(19, 0xff), "a DSA subgroup of 152 bits where 160 are needed");
  refused_with(q, Bytes(32, 0xff), "a DSA subgroup of 256 bits");
  refused_with(q, {}, "a DSA subgroup of 0 bits");
}

BOOST_AUTO_TEST_CASE(numbers_must_belong_together) {
  const Section golden = Section::golden();
  BOOST_TEST((PrivateKey::parse(golden.text()).public_key() == PublicKey::load(key_file("dsa.pub"))));
  BOOST_TEST((PublicKey::from_blob(golden.blob()) == PublicKey::load(key_file("dsa.pub"))));
  refused_with(p, changed(p), "the DSA subgroup does not divide the group");
  refused_with(q, changed(q), "the DSA subgroup does not divide the group");
  Bytes minus_one = golden.numbers[p];
  minus_one.back() ^= 1;
  for (const Bytes& bad : {Bytes(), Bytes{1}, Bytes{2}, minus_one, golden.numbers[p], changed(g)})
    refused_with(g, bad, "the DSA generator is not in the subgroup");
  for (const Bytes& bad : {Bytes(), Bytes{1}, Bytes{2}, minus_one, golden.numbers[p], changed(y)})
    refused_with(y, bad, "the DSA public number is not in the subgroup");
  for (const Bytes& bad : {Bytes(), golden.numbers[q], Bytes(20, 0xff)})
    refused_with(x, bad, "the DSA private number is out of range");
  refused_with(x, changed(x), "does not belong to the private half");
  refused_with(x, Bytes{1}, "");
}

BOOST_AUTO_TEST_CASE(made_with_1024_bits_only) {
  const PrivateKey key = PrivateKey::generate("dsa");
  BOOST_TEST(key.public_key().bits() == 1024U);
  BOOST_TEST(key.public_key().verify("ssh-dss", "data", key.sign("ssh-dss", "data")));
  BOOST_TEST((PrivateKey::parse(key.to_openssh().view()).public_key() == key.public_key()));
  check_refused(errc::unsupported_key, "1024 bits only",
                [] { PrivateKey::generate("ssh-dss", {.bits = 2048}); });
}

BOOST_AUTO_TEST_SUITE_END()
