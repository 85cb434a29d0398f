// amiko - tests of the reader of test vectors
#include "support.hpp"

#include <boost/test/unit_test.hpp>

#include <stdexcept>

namespace amiko::crypto::test {

namespace {

const std::string good =
    "# source: a document\n"
    "# and what else there is to say\n"
    "Name = some text\n"
    "Key = 00fF\n"
    "Empty =\n"
    "\n"
    "# source: another one\n"
    "Number = 17\n"
    "Large = 0xffffffff\n";

template <class Call>
bool fails(const std::string& what, Call call) {
  try {
    call();
  } catch (const std::runtime_error& error) {
    return std::string(error.what()).find(what) != std::string::npos;
  }
  return false;
}

bool refused(const std::string& content, const std::string& what) {
  return fails(what, [&] { amiko::test::parse_test_vectors(content, "file"); });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(test_vectors_test)

BOOST_AUTO_TEST_CASE(records) {
  const auto vectors = amiko::test::parse_test_vectors(good, "file");
  BOOST_REQUIRE_EQUAL(vectors.size(), 2U);
  BOOST_TEST(vectors[0].text("Name") == "some text");
  BOOST_TEST(hex(vectors[0].bytes("Key")) == "00ff");
  BOOST_TEST(vectors[0].has("Empty"));
  BOOST_TEST(vectors[0].bytes("Empty").empty());
  BOOST_TEST(!vectors[0].has("Number"));
  BOOST_TEST(vectors[1].number("Number") == 17U);
  BOOST_TEST(vectors[1].number("Large") == 0xffffffffU);
}

BOOST_AUTO_TEST_CASE(malformed_files_are_refused) {
  BOOST_TEST(refused("", "file: does not begin by saying its source"));
  BOOST_TEST(refused(good.substr(2), "its source"));
  BOOST_TEST(refused(good.substr(0, good.size() - 1), "file: ends in the middle of a line"));
  BOOST_TEST(refused("# source: a document\n\n", "file: no records"));
  BOOST_TEST(refused(good + "Number = 18\n", "file:10: Number once more"));
  for (const char* line : {"word", "Two words = 1", " = 1", "Name= 1", "=", "\r"})
    BOOST_TEST(refused(good + line + "\n", "file:10: neither"), line);
  for (const char* line : {"Name =1", "Name = ", "Name =  1", "Name = 1 "})
    BOOST_TEST(refused(good + line + "\n", "file:10: other spaces"), line);
}

BOOST_AUTO_TEST_CASE(other_values_are_refused) {
  const auto vectors = amiko::test::parse_test_vectors(good + "Odd = 123\nSign = -1\nMark = 0x\n", "file");
  BOOST_TEST(fails("file:3: no Number", [&] { vectors[0].number("Number"); }));
  BOOST_TEST(fails("file:3: no Number", [&] { vectors[0].text("Number"); }));
  BOOST_TEST(fails("file:3: Name is not in hex", [&] { vectors[0].bytes("Name"); }));
  BOOST_TEST(fails("file:3: Empty is no number", [&] { vectors[0].number("Empty"); }));
  for (const char* name : {"Odd", "Sign", "Mark"})
    BOOST_TEST(fails("is not in hex", [&] { vectors[1].bytes(name); }), name);
  for (const char* name : {"Sign", "Mark"})
    BOOST_TEST(fails("is no number", [&] { vectors[1].number(name); }), name);
}

BOOST_AUTO_TEST_CASE(files_that_are_not_there_are_refused) {
  BOOST_TEST(fails("test/data/crypto/nothing.txt: cannot be read", [] { test_vectors("nothing"); }));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::crypto::test
