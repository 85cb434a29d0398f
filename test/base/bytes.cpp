// amiko - tests of byte strings and views
#include <amiko/base/bytes.hpp>

#include <boost/test/unit_test.hpp>

#include <array>
#include <cstddef>
#include <list>
#include <span>
#include <string>
#include <type_traits>

using namespace amiko;

namespace {

Bytes bytes_of(ByteView view) {
  return view.bytes();
}

const Bytes abc{'a', 'b', 'c'};

static_assert(std::is_trivially_copyable_v<ByteView>);
static_assert(!std::is_convertible_v<std::list<char>, ByteView>, "not contiguous");
static_assert(!std::is_convertible_v<std::vector<int>, ByteView>, "not bytes");
static_assert(!std::is_convertible_v<std::wstring, ByteView>, "not bytes");
static_assert(std::is_convertible_v<const Bytes&, ByteView>);
static_assert(std::is_convertible_v<std::span<const std::byte>, ByteView>);

}  // namespace

BOOST_AUTO_TEST_SUITE(bytes)

BOOST_AUTO_TEST_CASE(views_of_text) {
  const char* pointer = "abc";
  BOOST_TEST((bytes_of("abc") == abc));
  BOOST_TEST((bytes_of(pointer) == abc));
  BOOST_TEST((bytes_of(std::string("abc")) == abc));
  BOOST_TEST((bytes_of(std::string_view("abcd").substr(0, 3)) == abc));
  BOOST_TEST(ByteView("").empty());
}

BOOST_AUTO_TEST_CASE(a_string_s_nul_characters_count_a_literal_s_end_it) {
  BOOST_TEST(ByteView(std::string("a\0b", 3)).size() == 3U);
  BOOST_TEST(ByteView(std::string_view("a\0b", 3)).size() == 3U);
  BOOST_TEST(ByteView("a\0b").size() == 1U);
}

BOOST_AUTO_TEST_CASE(views_of_arrays_and_spans) {
  const std::array<std::uint8_t, 3> array{'a', 'b', 'c'};
  const std::uint8_t raw[] = {'a', 'b', 'c'};
  const std::array<std::byte, 3> standard{std::byte{'a'}, std::byte{'b'}, std::byte{'c'}};
  Bytes writable = abc;
  BOOST_TEST((bytes_of(array) == abc));
  BOOST_TEST((bytes_of(ByteView(raw, 3)) == abc));
  BOOST_TEST((bytes_of(standard) == abc));
  BOOST_TEST((bytes_of(std::span(array)) == abc));
  BOOST_TEST((bytes_of(MutableBytes(writable)) == abc));
  BOOST_TEST((bytes_of(abc) == abc));
  BOOST_TEST(ByteView(abc).data() == abc.data());
}

BOOST_AUTO_TEST_CASE(an_empty_view_points_nowhere) {
  const ByteView none;
  BOOST_TEST(none.empty());
  BOOST_TEST(none.size() == 0U);
  BOOST_TEST(none.data() == nullptr);
  BOOST_TEST(none.text().empty());
  BOOST_TEST(none.bytes().empty());
  BOOST_TEST((none.begin() == none.end()));
}

BOOST_AUTO_TEST_CASE(pieces) {
  const ByteView view = "abcdef";
  BOOST_TEST(view.first(2).text() == "ab");
  BOOST_TEST(view.last(2).text() == "ef");
  BOOST_TEST(view.from(4).text() == "ef");
  BOOST_TEST(view.from(6).empty());
  BOOST_TEST(view.slice(1, 3).text() == "bcd");
  BOOST_TEST(view[5] == 'f');
  BOOST_TEST(view.str() == "abcdef");
}

BOOST_AUTO_TEST_CASE(equality_is_that_of_the_bytes) {
  BOOST_TEST((ByteView("abc") == ByteView(abc)));
  BOOST_TEST((ByteView("abc") == abc));
  BOOST_TEST(!(ByteView("abc") == ByteView("abd")));
  BOOST_TEST(!(ByteView("abc") == ByteView("ab")));
  BOOST_TEST((ByteView() == ByteView("")));
}

BOOST_AUTO_TEST_CASE(it_is_a_range) {
  unsigned sum = 0;
  for (const std::uint8_t byte : ByteView("\x01\x02\xff"))
    sum += byte;
  BOOST_TEST(sum == 0x102U);
  static_assert(std::ranges::contiguous_range<ByteView> && std::ranges::borrowed_range<ByteView>);
}

BOOST_AUTO_TEST_CASE(append_adds_at_the_end) {
  Bytes to;
  append(to, {});
  append(to, "ab");
  append(to, Bytes{'c'});
  BOOST_TEST((to == abc));
}

BOOST_AUTO_TEST_SUITE_END()
