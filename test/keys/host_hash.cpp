// amiko - tests of hashed host names
#include <amiko/keys/host_hash.hpp>

#include <amiko/base/error.hpp>

#include <boost/test/unit_test.hpp>

#include <string>

using std::string_literals::operator""s;
using amiko::HostHash;

BOOST_AUTO_TEST_SUITE(host_hash)

// The example of sshd(8), SSH_KNOWN_HOSTS FILE FORMAT, and a line that many people's files have.
BOOST_AUTO_TEST_CASE(published_examples) {
  const auto from_manual = HostHash::parse("|1|JfKTdBh7rNbXkVAQCRp4OQoPfmI=|USECr3SWf1JUPsms5AqfD5QfxkM=");
  BOOST_REQUIRE(from_manual);
  BOOST_TEST(from_manual->matches("closenet"));
  BOOST_TEST(!from_manual->matches("closenet."));
  BOOST_TEST(!from_manual->matches("Closenet"));
  BOOST_TEST(!from_manual->matches(""));
  const auto from_web = HostHash::parse("|1|KnbIIJIPrL/1p7ofUV74sK+j/Gc=|wrjOFnPgoF0afgH0PeRtRqSdgvc=");
  BOOST_REQUIRE(from_web);
  BOOST_TEST(from_web->matches("github.com"));
  BOOST_TEST(!from_web->matches("[github.com]:22"));
}

// RFC 2202 section 3, test case 1: key of twenty 0x0b, data "Hi There", digest
// b617318655057264e28bc0b6fb378c8ef146be00.
BOOST_AUTO_TEST_CASE(hmac_vector) {
  const amiko::Bytes salt(20, 0x0b);
  BOOST_TEST(HostHash::of("Hi There", salt).str() ==
             "|1|CwsLCwsLCwsLCwsLCwsLCwsLCws=|thcxhlUFcmTii8C2+zeMjvFGvgA=");
}

BOOST_AUTO_TEST_CASE(round_trip) {
  const auto first = HostHash::of("[example.org]:2222");
  const auto parsed = HostHash::parse(first.str());
  BOOST_REQUIRE(parsed);
  BOOST_TEST(parsed->matches("[example.org]:2222"));
  BOOST_TEST(parsed->str() == first.str());
  BOOST_TEST(HostHash::of("[example.org]:2222").str() != first.str());  // a new salt each time
}

BOOST_AUTO_TEST_CASE(broken_forms) {
  const auto salt = "JfKTdBh7rNbXkVAQCRp4OQoPfmI="s;
  const auto hash = "USECr3SWf1JUPsms5AqfD5QfxkM="s;
  BOOST_TEST(HostHash::parse("|1|" + salt + "|" + hash).has_value());
  for (const auto& text :
       {""s, "|"s, "|1|"s, "|1||"s, "|1|" + salt, "|1|" + salt + "|", "|2|" + salt + "|" + hash,
        "|1|" + salt + "|" + hash + "|", "|1|" + salt + "|" + hash + ",name", "|1|" + salt + "|USECr3SW",
        "|1|USECr3SW|" + hash, "|1|" + salt + "|!SECr3SWf1JUPsms5AqfD5QfxkM=",
        "|1|" + salt + "|" + hash.substr(0, 27), " |1|" + salt + "|" + hash})
    BOOST_TEST(!HostHash::parse(text).has_value(), text);
}

BOOST_AUTO_TEST_CASE(wrong_salt_size) {
  for (const std::size_t size : {0U, 19U, 21U})
    BOOST_CHECK_EXCEPTION(HostHash::of("name", amiko::Bytes(size)), amiko::Error,
                          [](const amiko::Error& e) { return e.code() == amiko::errc::invalid_argument; });
}

BOOST_AUTO_TEST_SUITE_END()
