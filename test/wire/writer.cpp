// amiko - tests of writing RFC 4251 data types
#include <amiko/wire/writer.hpp>

#include <amiko/base/error.hpp>
#include <amiko/wire/reader.hpp>

#include <boost/test/unit_test.hpp>

using namespace amiko;
using namespace amiko::wire;

namespace {

template <class Write>
Bytes written(Write write) {
  Bytes out;
  Writer writer(out);
  write(writer);
  return out;
}

Bytes mpint(const Bytes& magnitude) {
  return written([&](Writer& w) { w.mpint(magnitude); });
}

Bytes names(const std::vector<std::string>& list) {
  return written([&](Writer& w) { w.name_list(list); });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(writing)

BOOST_AUTO_TEST_CASE(numbers_are_big_endian) {
  BOOST_TEST((written([](Writer& w) { w.byte(0xfe); }) == Bytes{0xfe}));
  BOOST_TEST((written([](Writer& w) { w.uint32(699921578); }) == Bytes{0x29, 0xb7, 0xf4, 0xaa}));
  BOOST_TEST((written([](Writer& w) { w.uint64(0x0102030405060708); }) == Bytes{1, 2, 3, 4, 5, 6, 7, 8}));
  BOOST_TEST((written([](Writer& w) { w.uint32(0xffffffff); }) == Bytes(4, 0xff)));
}

BOOST_AUTO_TEST_CASE(booleans_are_0_and_1) {
  BOOST_TEST((written([](Writer& w) {
                w.boolean(true);
                w.boolean(false);
              }) == Bytes{1, 0}));
}

BOOST_AUTO_TEST_CASE(strings_and_raw_bytes) {
  BOOST_TEST((written([](Writer& w) { w.string("testing"); }) ==
              Bytes{0, 0, 0, 7, 't', 'e', 's', 't', 'i', 'n', 'g'}));
  BOOST_TEST((written([](Writer& w) { w.string({}); }) == Bytes{0, 0, 0, 0}));
  BOOST_TEST((written([](Writer& w) { w.raw("ab"); }) == Bytes{'a', 'b'}));
}

BOOST_AUTO_TEST_CASE(a_string_that_the_length_cannot_express_is_refused) {
  if constexpr (sizeof(std::size_t) > 4) {
    Bytes out;
    const std::uint8_t byte = 0;
    const ByteView too_long(&byte, std::size_t{1} << 32);  // refused by its size, not read
    BOOST_CHECK_EXCEPTION(Writer(out).string(too_long), Error,
                          [](const Error& error) { return error.code() == errc::invalid_argument; });
    BOOST_TEST(out.empty());
  }
}

// The examples of RFC 4251 section 5
BOOST_AUTO_TEST_CASE(mpints_of_the_rfc) {
  BOOST_TEST((mpint({}) == Bytes{0, 0, 0, 0}));
  BOOST_TEST((mpint({0x09, 0xa3, 0x78, 0xf9, 0xb2, 0xe3, 0x32, 0xa7}) ==
              Bytes{0, 0, 0, 8, 0x09, 0xa3, 0x78, 0xf9, 0xb2, 0xe3, 0x32, 0xa7}));
  BOOST_TEST((mpint({0x80}) == Bytes{0, 0, 0, 2, 0x00, 0x80}));
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-65"))
BOOST_AUTO_TEST_CASE(mpints_are_written_in_their_shortest_form) {
  BOOST_TEST((mpint({0}) == Bytes{0, 0, 0, 0}));
  BOOST_TEST((mpint({0, 0, 0}) == Bytes{0, 0, 0, 0}));
  BOOST_TEST((mpint({0, 0, 0x7f}) == Bytes{0, 0, 0, 1, 0x7f}));
  BOOST_TEST((mpint({0, 0, 0xff, 0}) == Bytes{0, 0, 0, 3, 0, 0xff, 0}));
}

BOOST_AUTO_TEST_CASE(the_reader_accepts_every_mpint_that_is_written) {
  for (unsigned high = 0; high < 256; ++high) {
    Bytes magnitude{static_cast<std::uint8_t>(high), 0x12};
    const Bytes wire = mpint(magnitude);
    Reader reader(wire);
    if (high == 0) magnitude.erase(magnitude.begin());
    BOOST_TEST((reader.mpint() == magnitude));
    BOOST_TEST(reader.at_end());
  }
}

// The examples of RFC 4251 section 5
BOOST_AUTO_TEST_CASE(name_lists_of_the_rfc) {
  BOOST_TEST((names({}) == Bytes{0, 0, 0, 0}));
  BOOST_TEST((names({"zlib"}) == Bytes{0, 0, 0, 4, 'z', 'l', 'i', 'b'}));
  BOOST_TEST((names({"zlib", "none"}) == Bytes{0, 0, 0, 9, 'z', 'l', 'i', 'b', ',', 'n', 'o', 'n', 'e'}));
}

BOOST_AUTO_TEST_CASE(a_string_can_be_filled_in_piece_by_piece) {
  const Bytes out = written([](Writer& w) {
    w.byte(9);
    const std::size_t outer = w.begin_string();
    w.raw("ab");
    const std::size_t inner = w.begin_string();
    w.raw("c");
    w.end_string(inner);
    w.end_string(outer);
    w.byte(8);
  });
  BOOST_TEST((out == Bytes{9, 0, 0, 0, 7, 'a', 'b', 0, 0, 0, 1, 'c', 8}));
}

BOOST_AUTO_TEST_CASE(writing_appends) {
  Bytes out{1};
  Writer(out).byte(2);
  Writer(out).uint32(3);
  BOOST_TEST((out == Bytes{1, 2, 0, 0, 0, 3}));
}

BOOST_AUTO_TEST_SUITE_END()
