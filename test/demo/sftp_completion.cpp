// amiko - tests of what Tab does in amiko-sftp
#include "completion.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

#include "memory_tree.hpp"

using demo::Completion;
using demo::test::MemoryTree;
using Strings = std::vector<std::string>;

namespace {

struct Sides {
  MemoryTree remote{{"/home/", "/home/alpha.txt", "/home/alpine/", "/home/with space", "/home/qu\"ote",
                     "/home/.dot", "/home/st*r", "/home/new\nline", "/home/\xc3\xa9t\xc3\xa9",
                     "/home/\xc3\xa8ve", "/etc/", "/etc/passwd"}};
  MemoryTree local{{"./", "./local.txt", "/tmp/", "/tmp/there"}};

  Completion complete(const std::string& line) { return demo::complete(line, remote, "/home", local); }
  std::string insert(const std::string& line) { return complete(line).insert; }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(sftp_completion)

BOOST_AUTO_TEST_CASE(commands) {
  Sides s;
  BOOST_TEST(s.insert("symli") == "nk ");
  BOOST_TEST(s.insert("SYMLI") == "nk ");
  BOOST_TEST(s.insert("@-vers") == "ion ");
  BOOST_TEST(s.insert("lm") == "kdir ");
  BOOST_TEST(s.complete("l").choices.size() == 8U);
  BOOST_TEST(s.insert("l").empty());
  BOOST_TEST(s.insert("rep") == "ut ");
  BOOST_TEST(s.insert("nothing").empty());
  BOOST_TEST(s.complete("").choices.size() > 30U);
  BOOST_TEST(s.complete("!ec").choices.empty());
}

BOOST_AUTO_TEST_CASE(remote_paths) {
  Sides s;
  BOOST_TEST(s.insert("ls alpi") == "ne/");
  BOOST_TEST(s.insert("ls alpha") == ".txt ");
  BOOST_TEST(s.insert("ls a") == "lp");
  BOOST_TEST(s.complete("ls alp").choices == Strings({"alpha.txt", "alpine"}),
             boost::test_tools::per_element());
  BOOST_TEST(s.insert("get /etc/p") == "asswd ");
  BOOST_TEST(s.insert("get /et") == "c/");
  BOOST_TEST(s.insert("cd ../etc/x").empty());
  BOOST_TEST(s.insert("get -p alpha") == ".txt ");
  BOOST_TEST(s.insert("rename x alpi") == "ne/");
  BOOST_TEST(s.insert("ls .d") == "ot ");
}

BOOST_AUTO_TEST_CASE(local_paths) {
  Sides s;
  BOOST_TEST(s.insert("put lo") == "cal.txt ");
  BOOST_TEST(s.insert("put /tmp/th") == "ere ");
  BOOST_TEST(s.insert("get alpha.txt lo") == "cal.txt ");
  BOOST_TEST(s.insert("put local.txt alpi") == "ne/");
  BOOST_TEST(s.insert("lls lo") == "cal.txt ");
}

BOOST_AUTO_TEST_CASE(numbers_and_what_takes_nothing) {
  Sides s;
  BOOST_TEST(s.insert("chmod a").empty());
  BOOST_TEST(s.insert("chmod 644 alpha") == ".txt ");
  BOOST_TEST(s.insert("pwd a").empty());
  BOOST_TEST(s.insert("get a b a").empty());
  BOOST_TEST(s.insert("nonsense a").empty());
}

BOOST_AUTO_TEST_CASE(what_is_special_is_quoted) {
  Sides s;
  BOOST_TEST(s.insert("ls w") == "ith\\ space ");
  BOOST_TEST(s.insert("ls \"w") == "ith space\" ");
  BOOST_TEST(s.insert("ls 'with s") == "pace' ");
  BOOST_TEST(s.insert("ls with\\ s") == "pace ");
  BOOST_TEST(s.insert("ls q") == "u\\\"ote ");
  BOOST_TEST(s.insert("ls \"q") == "u\\\"ote\" ");
  BOOST_TEST(s.insert("ls 'q") == "u\"ote' ");
  BOOST_TEST(s.insert("ls s") == "t\\*r ");
}

BOOST_AUTO_TEST_CASE(what_cannot_be_typed_is_not_inserted) {
  Sides s;
  BOOST_TEST(s.insert("ls n").empty());
  BOOST_TEST(s.insert("ls \xc3\xa9") == "t\xc3\xa9 ");
  BOOST_TEST(s.insert("ls \xc3").empty());  // half a character
}

BOOST_AUTO_TEST_CASE(what_cannot_be_listed_has_no_names) {
  Sides s;
  s.remote.forbidden = {"/etc/"};
  const Completion completion = s.complete("ls /etc/");
  BOOST_TEST(completion.insert.empty());
  BOOST_TEST(completion.choices.empty());
  BOOST_TEST(s.insert("ls /none/x").empty());
}

BOOST_AUTO_TEST_SUITE_END()
