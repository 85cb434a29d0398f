// amiko - tests of Secret
#include <amiko/base/secret.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <memory>
#include <new>
#include <ostream>
#include <string>
#include <type_traits>
#include <utility>

using namespace amiko;

namespace {

template <class T>
concept Printable = requires(std::ostream& out, const T& value) {
  out << value;
};

static_assert(!Printable<Secret>, "it must not slip into a log");
static_assert(!std::is_convertible_v<Secret, std::string> &&
              !std::is_convertible_v<Secret, std::string_view>);
static_assert(!std::is_convertible_v<std::string, Secret>, "making one is deliberate");
static_assert(std::is_nothrow_move_constructible_v<Secret> && std::is_nothrow_move_assignable_v<Secret>);

bool all_zero(ByteView bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t byte) { return byte == 0; });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(secrets)

BOOST_AUTO_TEST_CASE(it_holds_a_copy) {
  std::string text = "correct horse";
  const Secret secret(text);
  text = "something else";
  BOOST_TEST(secret.view().text() == "correct horse");
  BOOST_TEST(secret.size() == 13U);
  BOOST_TEST(!secret.empty());
  BOOST_TEST(Secret().empty());
  BOOST_TEST(Secret("").empty());
}

BOOST_AUTO_TEST_CASE(comparison) {
  BOOST_TEST((Secret("abc") == Secret("abc")));
  BOOST_TEST(!(Secret("abc") == Secret("abd")));
  BOOST_TEST(!(Secret("abc") == Secret("xbc")));
  BOOST_TEST(!(Secret("abc") == Secret("ab")));
  BOOST_TEST(!(Secret("abc") == Secret()));
  BOOST_TEST((Secret() == Secret("")));
  BOOST_TEST(!(Secret(Bytes{0}) == Secret()));
  BOOST_TEST(!(Secret(Bytes{0x80}) == Secret(Bytes{0x00})));
}

BOOST_AUTO_TEST_CASE(copies_are_independent) {
  Secret a("abc");
  const Secret b(a);
  Secret c("something longer");
  c = a;
  a.clear();
  BOOST_TEST(a.empty());
  BOOST_TEST(b.view().text() == "abc");
  BOOST_TEST(c.view().text() == "abc");
}

BOOST_AUTO_TEST_CASE(moving_empties_the_source) {
  Secret a("abc");
  Secret b(std::move(a));
  BOOST_TEST(b.view().text() == "abc");
  BOOST_TEST(a.empty());
  Secret c("old");
  c = std::move(b);
  BOOST_TEST(c.view().text() == "abc");
  BOOST_TEST(b.empty());
}

BOOST_AUTO_TEST_CASE(assignment_to_itself_keeps_it) {
  Secret a("abc");
  Secret& alias = a;
  a = alias;
  BOOST_TEST(a.view().text() == "abc");
  a = std::move(alias);
  BOOST_TEST(a.view().text() == "abc");
}

BOOST_AUTO_TEST_CASE(wipe_overwrites) {
  Bytes bytes(100, 0xaa);
  wipe(bytes.data(), 99);
  BOOST_TEST(all_zero(ByteView(bytes).first(99)));
  BOOST_TEST(bytes[99] == 0xaa);
  wipe(nullptr, 0);
}

BOOST_AUTO_TEST_CASE(clear_overwrites_before_it_lets_go) {
  Secret secret("0123456789abcdef");
  const ByteView bytes = secret.view();  // clear() keeps the memory, so the view stays good
  secret.clear();
  BOOST_TEST(secret.empty());
  BOOST_TEST(all_zero(bytes));
}

BOOST_AUTO_TEST_SUITE_END()
