// amiko - tests of what a server's names, links and directories can do to the target of a copy: nothing
#include <amiko/sftp/sftp_client.hpp>

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <string>
#include <vector>

#include "common/temp_dir.hpp"
#include "played_tree.hpp"

using amiko::sftp_errc;
using amiko::SftpName;
using amiko::TransferError;
using amiko::TransferOptions;
using amiko::TransferResult;
using namespace amiko::test;
namespace fs = std::filesystem;
namespace sftp = amiko::sftp;
using Request = SftpPeer::Request;
using sftp::PacketType;
using namespace std::string_literals;

namespace {

struct Session {
  explicit Session(PlayedTree& tree) : played([&tree](SftpPeer& peer) { tree.serve(peer); }) {}
  ~Session() { played.client.close(); }
  PlayedSession played;
};

std::vector<std::string> names_in(const fs::path& directory) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(directory))
    names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

// Gets "top", whatever fails.
std::vector<TransferError> failures_of(PlayedTree& tree, const std::string& to,
                                       TransferOptions options = {}) {
  std::vector<TransferError> failures;
  options.recurse = true;
  options.error = [&](const TransferError& e) { failures.push_back(e); };
  Session session(tree);
  session.played.client.get("top", to, options);
  return failures;
}

using Names = std::vector<std::string>;

}  // namespace

BOOST_AUTO_TEST_SUITE(transfer_item)

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-79"))
BOOST_AUTO_TEST_CASE(names_that_lead_elsewhere_are_refused) {
  for (const std::string& name : {"../x"s, "/abs"s, ""s, "a/b"s, "x\0y"s, "/"s, "../../target2/x"s, "x/"s})
    for (const bool directory : {false, true})
      BOOST_TEST_CONTEXT(name << (directory ? " as directory" : " as file")) {
        PlayedTree tree;
        tree.files = {{"top/" + name, "evil"}, {"top/good", "fine"}};
        tree.directories["top"] = {directory ? listed_directory(name) : listed_file(name, 4),
                                   listed_file("good", 4)};
        tree.directories["top/" + name] = {listed_file("inner", 4)};
        TempDir temp;
        fs::create_directory(temp / "target");
        const auto failures = failures_of(tree, temp / "target");
        BOOST_REQUIRE(failures.size() == 1U);
        BOOST_TEST((failures[0].code() == sftp_errc::invalid_filename));
        BOOST_TEST(failures[0].source() == "top/" + name);
        BOOST_TEST((names_in(temp.path()) == Names{"target"}));
        BOOST_TEST((names_in(temp / "target") == Names{"top"}));
        BOOST_TEST((names_in(temp / "target/top") == Names{"good"}));
      }
}

BOOST_AUTO_TEST_CASE(dots_are_passed_over_and_long_names_are_errors) {
  PlayedTree tree;
  const std::string name(300, 'n');
  tree.files = {{"top/" + name, "long"}, {"top/good", "fine"}};
  tree.directories["top"] = {listed_directory("."), listed_directory(".."), listed_file(name, 4),
                             listed_file("good", 4)};
  TempDir temp;
  const auto failures = failures_of(tree, temp / "top");
  BOOST_REQUIRE(failures.size() == 1U);
  BOOST_TEST((failures[0].code() == boost::system::errc::filename_too_long));
  BOOST_TEST((names_in(temp / "top") == Names{"good"}));
}

BOOST_AUTO_TEST_CASE(the_longest_names_are_no_problem) {
  PlayedTree tree;
  const std::string name(255, 'n');
  tree.files = {{"top/" + name, "long"}};
  tree.directories["top"] = {listed_file(name, 4)};
  TempDir temp;
  BOOST_TEST(failures_of(tree, temp / "top").empty());
  BOOST_TEST((names_in(temp / "top") == Names{name}));
  BOOST_TEST(failures_of(tree, temp / "again", {.resume = true}).empty());
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-79"))
BOOST_AUTO_TEST_CASE(a_link_is_no_way_out) {
  PlayedTree tree;
  TempDir temp;
  fs::create_directory(temp / "outside");
  tree.links["top/a"] = temp / "outside";
  tree.files = {{"top/a/evil", "evil"}};
  tree.directories["top"] = {listed_link("a"), listed_directory("a")};
  tree.directories["top/a"] = {listed_file("evil", 4)};
  const auto failures = failures_of(tree, temp / "top", {.follow_symlinks = false});
  BOOST_TEST(failures.size() == 1U);
  BOOST_TEST(names_in(temp / "outside").empty());
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-79"))
BOOST_AUTO_TEST_CASE(the_same_name_twice) {
  PlayedTree tree;
  tree.files = {{"top/x", "file"}, {"top/x/y", "inner"}};
  tree.directories["top"] = {listed_file("x", 4), listed_file("x", 4), listed_directory("x")};
  tree.directories["top/x"] = {listed_file("y", 5)};
  TempDir temp;
  const auto failures = failures_of(tree, temp / "top");
  BOOST_TEST(failures.size() >= 1U);  // a file and a directory cannot both be there
  BOOST_TEST((names_in(temp / "top") == Names{"x"}));
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-79"))
BOOST_AUTO_TEST_CASE(directories_without_end_have_one) {
  PlayedTree tree;
  std::string path = "top";
  tree.directories["top"] = {};
  tree.hook = [&](SftpPeer& peer, const Request& r) {
    if (r.type == PacketType::opendir) {
      tree.directories[std::string(r.as<sftp::Opendir>().path)] = {listed_directory("d")};
    }
    (void)peer;
    return false;
  };
  TempDir temp;
  const auto failures = failures_of(tree, temp / "top");
  BOOST_TEST(failures.size() == 1U);
  std::error_code ec;
  fs::remove_all(temp / "top", ec);
}

BOOST_AUTO_TEST_CASE(a_link_without_text_is_refused) {
  for (const std::string& text : {""s, "a\0b"s}) {
    PlayedTree tree;
    tree.links["top/a"] = text;
    tree.directories["top"] = {listed_link("a")};
    TempDir temp;
    const auto failures = failures_of(tree, temp / "top", {.follow_symlinks = false});
    BOOST_REQUIRE(failures.size() == 1U);
    BOOST_TEST((failures[0].code() == sftp_errc::invalid_filename));
    BOOST_TEST(names_in(temp / "top").empty());
  }
}

BOOST_AUTO_TEST_CASE(a_list_that_breaks_off_is_an_error) {
  PlayedTree tree;
  tree.files = {{"top/x", "file"}};
  tree.directories["top"] = {listed_file("x", 4)};
  unsigned lists = 0;
  tree.hook = [&](SftpPeer& peer, const Request& r) {
    if (r.type != PacketType::readdir || ++lists == 1) return false;
    peer.status(r.id, sftp_errc::failure, "Input/output error");
    return true;
  };
  TempDir temp;
  const auto failures = failures_of(tree, temp / "top");
  BOOST_REQUIRE(failures.size() == 1U);
  BOOST_TEST(failures[0].source() == "top");
  BOOST_TEST((names_in(temp / "top") == Names{"x"}));
}

BOOST_AUTO_TEST_CASE(a_directory_of_very_many_names_is_listed_as_it_is_needed) {
  PlayedTree tree;
  tree.directories["top"] = {};
  tree.files["top/x"] = "";
  unsigned lists = 0, files = 0, most_ahead = 0;
  tree.hook = [&](SftpPeer& peer, const Request& r) {
    if (r.type == PacketType::open) {
      ++files;
      peer.answer(r.id, sftp::Handle{.handle = "top/x"});
      return true;
    }
    if (r.type != PacketType::readdir) return false;
    most_ahead = std::max(most_ahead, lists * 100 - std::min(files, lists * 100));
    if (lists == 100) return peer.status(r.id, sftp_errc::eof), true;
    std::vector<SftpName> names;
    for (unsigned i = 0; i < 100; ++i)
      names.push_back(listed_file(std::to_string(lists * 100 + i), 0));
    ++lists;
    return peer.names(r.id, names), true;
  };
  TempDir temp;
  BOOST_TEST(failures_of(tree, temp / "top").empty());
  BOOST_TEST(names_in(temp / "top").size() == 10'000U);
  BOOST_TEST(most_ahead < 2000U);
}

BOOST_AUTO_TEST_SUITE_END()
