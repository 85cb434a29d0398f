// amiko - tests of display widths
#include "../../libs/server/src/columns.hpp"

#include <boost/test/unit_test.hpp>

#include <initializer_list>
#include <string>

using amiko::cluster_boundary;
using amiko::columns_of;
using amiko::first_cluster;
using amiko::is_typeable;
using amiko::last_cluster;

BOOST_AUTO_TEST_SUITE(columns)

// Lines of EastAsianWidth.txt and DerivedGeneralCategory.txt, and the ends of ranges there.
BOOST_AUTO_TEST_CASE(widths) {
  const struct {
    char32_t code;
    unsigned width;
  } cases[] = {
      {0x00, 0},    {0x1f, 0},     {' ', 1},     {'~', 1},     {0x7f, 0},    {0x9f, 0},    {0xa0, 1},
      {0xad, 1},    {0xe9, 1},     {0x2ff, 1},   {0x300, 0},   {0x36f, 0},   {0x370, 1},   {0x5d0, 1},
      {0x5bf, 0},   {0x903, 1},    {0x93c, 0},   {0x10ff, 1},  {0x1100, 2},  {0x115f, 2},  {0x1160, 0},
      {0x11ff, 0},  {0x200b, 0},   {0x200d, 0},  {0x2010, 1},  {0x2030, 1},  {0x20ac, 1},  {0x231a, 2},
      {0x231c, 1},  {0x2500, 1},   {0x302a, 0},  {0x3000, 2},  {0x303f, 1},  {0x3041, 2},  {0x3099, 0},
      {0x4dff, 2},  {0x4e00, 2},   {0x9fff, 2},  {0xa000, 2},  {0xac00, 2},  {0xd7a3, 2},  {0xd7a4, 1},
      {0xf900, 2},  {0xfaff, 2},   {0xfb00, 1},  {0xfe0f, 0},  {0xfe30, 2},  {0xfeff, 0},  {0xff01, 2},
      {0xff60, 2},  {0xff61, 1},   {0xff76, 1},  {0xffe0, 2},  {0xfffd, 1},  {0x1f1e6, 1}, {0x1f300, 2},
      {0x1f600, 2}, {0x1f64f, 2},  {0x20000, 2}, {0x2fffd, 2}, {0x3fffd, 2}, {0xe0100, 0}, {0xe01ef, 0},
      {0xf0000, 1}, {0x10ffff, 1},
  };
  for (const auto& c : cases)
    BOOST_TEST(columns_of(c.code) == c.width, "U+" << std::hex << static_cast<unsigned>(c.code));
}

BOOST_AUTO_TEST_CASE(what_may_be_typed) {
  for (const char32_t c :
       std::initializer_list<char32_t>{0x20, 0x7e, 0xa0, 0x301, 0x200d, 0x4e00, 0x1f600, 0x202f, 0x206a})
    BOOST_TEST(is_typeable(c), static_cast<unsigned>(c));
  for (const char32_t c : std::initializer_list<char32_t>{0x00, 0x1b, 0x7f, 0x80, 0x9b, 0x2028, 0x2029,
                                                          0x202a, 0x202e, 0x2066, 0x2069})
    BOOST_TEST(!is_typeable(c), static_cast<unsigned>(c));
}

BOOST_AUTO_TEST_CASE(clusters) {
  const std::string text = "ae\u0301\u0302\u4e2d\u0301z";  // 1, 1 + 2 + 2, 3 + 2, 1 bytes
  BOOST_TEST(first_cluster(text).size == 1U);
  BOOST_TEST(first_cluster(text.substr(1)).size == 5U);
  BOOST_TEST(first_cluster(text.substr(1)).columns == 1U);
  BOOST_TEST(first_cluster(text.substr(6)).size == 5U);
  BOOST_TEST(first_cluster(text.substr(6)).columns == 2U);
  BOOST_TEST(last_cluster(text) == 11U);
  BOOST_TEST(last_cluster(text.substr(0, 11)) == 6U);
  BOOST_TEST(last_cluster(text.substr(0, 6)) == 1U);
  BOOST_TEST(last_cluster(text.substr(0, 1)) == 0U);
  BOOST_TEST(columns_of(std::string_view(text)) == 5U);
  const std::size_t boundaries[] = {0, 1, 1, 1, 1, 1, 6, 6, 6, 6, 6, 11, 12, 12};
  for (std::size_t i = 0; i < std::size(boundaries); ++i)
    BOOST_TEST(cluster_boundary(text, i) == boundaries[i], i);
}

BOOST_AUTO_TEST_SUITE_END()
