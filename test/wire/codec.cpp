// amiko - tests of the codec that walks a message's fields
#include <amiko/wire/codec.hpp>

#include <amiko/base/error.hpp>

#include <boost/test/unit_test.hpp>

#include "message_checks.hpp"

using namespace amiko;
using namespace amiko::wire;

namespace {

// One field of every kind.
struct Everything {
  static constexpr auto number = MessageNumber::debug;
  std::uint8_t byte = 0;
  bool boolean = false;
  std::uint32_t uint32 = 0;
  std::uint64_t uint64 = 0;
  std::string_view text{};
  std::string owned_text{};
  ByteView view{};
  Bytes owned{};
  NameList names{};
  Mpint mpint{};
  Fixed<3> fixed{};
  Rest rest{};
  template <class A>
  void fields(A& a) {
    a(byte, boolean, uint32, uint64, text, owned_text, view, owned, names, mpint, fixed, rest);
  }
};

// clang-format off
const Bytes everything{
    4,                                      // number
    0xab,                                   // byte
    1,                                      // boolean
    1, 2, 3, 4,                             // uint32
    1, 2, 3, 4, 5, 6, 7, 8,                 // uint64
    0, 0, 0, 2, 'h', 'i',                   // text
    0, 0, 0, 1, 'x',                        // owned text
    0, 0, 0, 2, 0x00, 0xff,                 // view
    0, 0, 0, 0,                             // owned
    0, 0, 0, 3, 'a', ',', 'b',              // names
    0, 0, 0, 2, 0x00, 0x80,                 // mpint
    7, 8, 9,                                // fixed
    'r', 'e', 's', 't'};
// clang-format on

}  // namespace

BOOST_AUTO_TEST_SUITE(codec)

BOOST_AUTO_TEST_CASE(every_kind_of_field) {
  const auto m = test::check_message_with_rest<Everything>(everything, 4);
  BOOST_TEST(m.byte == 0xab);
  BOOST_TEST(m.boolean);
  BOOST_TEST(m.uint32 == 0x01020304U);
  BOOST_TEST(m.uint64 == 0x0102030405060708U);
  BOOST_TEST(m.text == "hi");
  BOOST_TEST(m.owned_text == "x");
  BOOST_TEST((m.view == Bytes{0, 0xff}));
  BOOST_TEST(m.owned.empty());
  BOOST_TEST((m.names == NameList{"a", "b"}));
  BOOST_TEST((m.mpint.magnitude == Bytes{0x80}));
  BOOST_TEST((m.fixed.bytes[0] == 7 && m.fixed.bytes[2] == 9));
  BOOST_TEST((m.rest.bytes == "rest"));
}

BOOST_AUTO_TEST_CASE(encode_appends) {
  Bytes out{1, 2};
  Everything message;
  encode(out, message);
  BOOST_TEST((ByteView(out).first(3) == Bytes{1, 2, 4}));
  BOOST_TEST((ByteView(out).from(2) == encoded(message)));
}

BOOST_AUTO_TEST_CASE(a_wrong_number_is_named_in_the_error) {
  Bytes wire = everything;
  wire[0] = 3;
  BOOST_CHECK_EXCEPTION((void)decode<Everything>(wire), ProtocolError, [](const Error& error) {
    return std::string_view(error.what()).find("message 3 where DEBUG was expected") !=
           std::string_view::npos;
  });
}

BOOST_AUTO_TEST_SUITE_END()
