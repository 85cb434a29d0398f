// amiko - tests of directories: lists, makedirs, rmtree, patterns
#include <amiko/sftp/sftp_client.hpp>

#include <amiko/base/error.hpp>

#include <boost/test/unit_test.hpp>

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "../../libs/sftp/src/remote_glob.hpp"
#include "common/calls.hpp"
#include "sftp_peer.hpp"

using amiko::errc;
using amiko::sftp_errc;
using amiko::SftpAttributes;
using amiko::SftpClient;
using amiko::SftpDirectory;
using amiko::SftpError;
using amiko::SftpName;
using amiko::test::has_code;
using amiko::test::PlayedSession;
using amiko::test::SftpPeer;
namespace sftp = amiko::sftp;
using sftp::PacketType;
using Strings = std::vector<std::string>;

namespace {

constexpr std::uint32_t directory = 0040755, file = 0100644, symbolic_link = 0120777;

auto is(sftp_errc status) {
  return [status](const SftpError& e) { return e.status() == status; };
}

/// Serves a tree: paths and their permissions.  Handles are the paths of the directories.
struct PlayedTree {
  std::map<std::string, std::uint32_t> entries{};
  std::size_t names_at_once = 100;
  bool tells_types = true;
  std::set<std::string> stubborn{};  ///< cannot be removed or listed
  std::size_t most_at_once = 0;
  Strings removed{};
  std::map<std::string, std::vector<SftpName>> listed{};  ///< what open directories have left

  void operator()(SftpPeer& peer) {
    while (std::optional<SftpPeer::Request> first = peer.next_or_end()) {
      std::size_t together = 0;
      for (std::optional<SftpPeer::Request> one = std::move(first); one; one = peer.next_if_there()) {
        serve(peer, *one);
        ++together;
      }
      most_at_once = std::max(most_at_once, together);
    }
  }

 private:
  void serve(SftpPeer& peer, const SftpPeer::Request& request) {
    switch (request.type) {
      case PacketType::stat:
        return stat(peer, request.id, request.as<sftp::Stat>().path);
      case PacketType::lstat:
        return stat(peer, request.id, request.as<sftp::Lstat>().path);
      case PacketType::opendir:
        return opendir(peer, request.id, std::string(request.as<sftp::Opendir>().path));
      case PacketType::readdir:
        return readdir(peer, request.id, request.as<sftp::Readdir>().handle.str());
      case PacketType::mkdir:
        return mkdir(peer, request.id, std::string(request.as<sftp::Mkdir>().path));
      case PacketType::remove:
        return remove(peer, request.id, std::string(request.as<sftp::Remove>().path), false);
      case PacketType::rmdir:
        return remove(peer, request.id, std::string(request.as<sftp::Rmdir>().path), true);
      default:
        return peer.ok(request.id);
    }
  }
  void stat(SftpPeer& peer, std::uint32_t id, std::string_view path) {
    const auto found = entries.find(std::string(path));
    if (found == entries.end()) return peer.status(id, sftp_errc::no_such_file);
    peer.answer(id, sftp::Attrs{.attributes = {.permissions = found->second}});
  }
  void opendir(SftpPeer& peer, std::uint32_t id, const std::string& path) {
    const auto found = entries.find(path);
    if (found == entries.end() || found->second == file) return peer.status(id, sftp_errc::no_such_file);
    if (stubborn.count(path)) return peer.status(id, sftp_errc::permission_denied);
    std::vector<SftpName>& names = listed[path];
    names = {{.filename = "."}, {.filename = ".."}};
    const std::string prefix = path == "." ? "" : path == "/" ? "/" : path + "/";
    for (const auto& [name, mode] : entries)
      if (name.starts_with(prefix) && name.size() > prefix.size() && name != "." &&
          name.find('/', prefix.size()) == std::string::npos)
        names.push_back({.filename = name.substr(prefix.size()),
                         .attributes = tells_types ? SftpAttributes{.permissions = mode} : SftpAttributes{}});
    peer.answer(id, sftp::Handle{.handle = path});
  }
  void readdir(SftpPeer& peer, std::uint32_t id, const std::string& handle) {
    std::vector<SftpName>& names = listed[handle];
    if (names.empty()) return peer.status(id, sftp_errc::eof);
    const auto end = names.begin() + static_cast<std::ptrdiff_t>(std::min(names_at_once, names.size()));
    peer.names(id, {names.begin(), end});
    names.erase(names.begin(), end);
  }
  void mkdir(SftpPeer& peer, std::uint32_t id, std::string path) {
    if (path.ends_with('/')) path.pop_back();
    const std::size_t slash = path.rfind('/');
    const std::string parent = path.substr(0, std::min(slash, path.size()));
    const bool above = parent.empty() || slash == std::string::npos ||
                       (entries.count(parent) && entries[parent] == directory);
    if (!above) return peer.status(id, sftp_errc::no_such_file);
    if (!entries.emplace(path, directory).second) return peer.status(id, sftp_errc::failure);
    peer.ok(id);
  }
  void remove(SftpPeer& peer, std::uint32_t id, const std::string& path, bool is_directory) {
    const auto found = entries.find(path);
    if (found == entries.end()) return peer.status(id, sftp_errc::no_such_file);
    const auto next = entries.upper_bound(path + "/");
    const bool full = next != entries.end() && next->first.starts_with(path + "/");
    if (stubborn.count(path)) return peer.status(id, sftp_errc::permission_denied);
    if (is_directory != (found->second == directory) || full) return peer.status(id, sftp_errc::failure);
    entries.erase(found);
    removed.push_back(path);
    peer.ok(id);
  }
};

PlayedTree sample_tree() {
  return {.entries = {{".", directory},
                      {"top", directory},
                      {"top/a.txt", file},
                      {"top/b.txt", file},
                      {"top/.hidden", file},
                      {"top/link", symbolic_link},
                      {"top/sub", directory},
                      {"top/sub/c.txt", file},
                      {"top/sub/deep", directory},
                      {"top/sub/deep/d.txt", file},
                      {"top/.dots", directory},
                      {"top/.dots/e.txt", file},
                      {"other", file}}};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sftp_client_directories)

BOOST_AUTO_TEST_CASE(a_directory_is_listed_whatever_comes_at_once) {
  for (const std::size_t at_once : {1u, 2u, 3u, 1000u}) {
    PlayedTree tree{.entries = {{"d", directory}}, .names_at_once = at_once};
    for (int i = 0; i < 50; ++i)
      tree.entries.emplace("d/" + std::to_string(i), file);
    PlayedSession session(std::ref(tree));
    BOOST_TEST(session.client.readdir("d").size() == 50u);
    const Strings names = session.client.listdir("d");
    BOOST_TEST(names.size() == 50u);
    BOOST_TEST(std::is_sorted(names.begin(), names.end()));
    session.finish();
  }
}

BOOST_AUTO_TEST_CASE(a_list_can_be_gone_through_with_for) {
  PlayedTree tree = sample_tree();
  PlayedSession session(std::ref(tree));
  Strings names;
  for (const SftpName& name : session.client.scandir("top"))
    names.push_back(name.filename);
  const Strings expected{".dots", ".hidden", "a.txt", "b.txt", "link", "sub"};
  BOOST_TEST(names == expected, boost::test_tools::per_element());
  session.finish();
}

BOOST_AUTO_TEST_CASE(a_large_directory_has_several_requests_under_way) {
  PlayedTree tree{.entries = {{"d", directory}}, .names_at_once = 10};
  for (int i = 0; i < 500; ++i)
    tree.entries.emplace("d/" + std::to_string(i), file);
  PlayedSession session(std::ref(tree));
  BOOST_TEST(session.client.readdir("d").size() == 500u);
  session.finish();
  BOOST_TEST(tree.most_at_once > 1u);
}

BOOST_AUTO_TEST_CASE(an_error_in_the_list_is_thrown_and_the_handle_closed) {
  bool closed = false;
  PlayedSession session([&closed](SftpPeer& peer) {
    peer.answer(peer.next().id, sftp::Handle{.handle = "h"});
    const auto first = peer.next(), second = peer.next();
    peer.status(first.id, sftp_errc::permission_denied);
    peer.status(second.id, sftp_errc::permission_denied);
    const auto close = peer.next();
    closed = close.type == PacketType::close;
    peer.ok(close.id);
    peer.expect_end();
  });
  SftpDirectory list = session.client.scandir("d");
  BOOST_CHECK_EXCEPTION(list.next(), SftpError, is(sftp_errc::permission_denied));
  BOOST_TEST(!list.next().has_value());
  session.finish();
  BOOST_TEST(closed);
}

BOOST_AUTO_TEST_CASE(an_empty_list_of_names_is_the_end) {
  PlayedSession session([](SftpPeer& peer) {
    peer.answer(peer.next().id, sftp::Handle{.handle = "h"});
    while (const auto request = peer.next_or_end()) {
      if (request->type == PacketType::readdir)
        peer.names(request->id, {});
      else
        peer.ok(request->id);
    }
  });
  BOOST_TEST(session.client.readdir("d").empty());
  session.finish();
}

BOOST_AUTO_TEST_CASE(missing_directories_are_made) {
  PlayedTree tree{.entries = {{"a", directory}, {"f", file}}};
  PlayedSession session(std::ref(tree));
  SftpClient& client = session.client;
  client.makedirs("a/b/c/d");
  BOOST_TEST(client.isdir("a/b/c/d"));
  client.makedirs("a/b/c/d");
  BOOST_CHECK_EXCEPTION(client.makedirs("a/b/c/d", {}, false), SftpError, is(sftp_errc::file_already_exists));
  client.makedirs("new");
  client.makedirs("/x/y/");
  BOOST_CHECK_THROW(client.makedirs("f"), SftpError);
  BOOST_CHECK_THROW(client.makedirs("f/g"), SftpError);
  session.finish();
  BOOST_TEST(tree.entries.count("new") == 1u);
}

BOOST_AUTO_TEST_CASE(a_tree_is_removed_and_links_are_not_followed) {
  for (const bool tells_types : {true, false}) {
    PlayedTree tree = sample_tree();
    tree.tells_types = tells_types;
    PlayedSession session(std::ref(tree));
    session.client.rmtree("top");
    session.finish();
    BOOST_TEST(tree.entries.size() == 2u);
    BOOST_TEST(tree.removed.back() == "top");
  }
}

BOOST_AUTO_TEST_CASE(the_files_of_a_directory_are_removed_together) {
  PlayedTree tree{.entries = {{"d", directory}}};
  for (int i = 0; i < 300; ++i)
    tree.entries.emplace("d/" + std::to_string(i), file);
  PlayedSession session(std::ref(tree));
  session.client.rmtree("d");
  session.finish();
  BOOST_TEST(tree.entries.empty());
  BOOST_TEST(tree.most_at_once > 4u);
}

BOOST_AUTO_TEST_CASE(errors_of_rmtree_are_thrown_or_told) {
  PlayedTree tree = sample_tree();
  tree.stubborn = {"top/sub/c.txt"};
  PlayedSession session(std::ref(tree));
  Strings told;
  session.client.rmtree("top", [&told](const SftpError& e) { told.push_back(e.path()); });
  const Strings expected{"top/sub/c.txt", "top/sub", "top"};
  BOOST_TEST(told == expected, boost::test_tools::per_element());
  BOOST_CHECK_EXCEPTION(session.client.rmtree("top"), SftpError, is(sftp_errc::permission_denied));
  BOOST_CHECK_EXCEPTION(session.client.rmtree("other"), SftpError, is(sftp_errc::not_a_directory));
  BOOST_CHECK_EXCEPTION(session.client.rmtree("nothing"), SftpError, is(sftp_errc::no_such_file));
  session.finish();
  BOOST_TEST(tree.entries.count("top/sub/c.txt") == 1u);
  BOOST_TEST(tree.entries.count("top/a.txt") == 0u);
}

BOOST_AUTO_TEST_CASE(names_that_no_directory_can_hold_are_not_removed) {
  Strings removed;
  PlayedSession session([&removed](SftpPeer& peer) {
    bool listed = false;
    while (const auto request = peer.next_or_end()) {
      if (request->type == PacketType::lstat)
        peer.answer(request->id, sftp::Attrs{.attributes = {.permissions = directory}});
      else if (request->type == PacketType::opendir)
        peer.answer(request->id, sftp::Handle{.handle = "h"});
      else if (request->type == PacketType::readdir && !std::exchange(listed, true))
        peer.names(request->id, {{.filename = "../x", .attributes = {.permissions = file}},
                                 {.filename = "", .attributes = {.permissions = file}},
                                 {.filename = "/etc/passwd", .attributes = {.permissions = file}}});
      else if (request->type == PacketType::readdir)
        peer.status(request->id, sftp_errc::eof);
      else {
        if (request->type == PacketType::remove) removed.emplace_back(request->as<sftp::Remove>().path);
        peer.ok(request->id);
      }
    }
  });
  int told = 0;
  session.client.rmtree("d",
                        [&told](const SftpError& e) { told += e.status() == sftp_errc::invalid_filename; });
  session.finish();
  BOOST_TEST(told == 3);
  BOOST_TEST(removed.empty());
}

BOOST_AUTO_TEST_CASE(a_pattern_has_parts) {
  const sftp::GlobPattern pattern("/a/*.txt//**/b\\*c/[x]/");
  BOOST_TEST(pattern.absolute);
  BOOST_TEST(pattern.directories_only);
  BOOST_REQUIRE(pattern.parts.size() == 5u);
  using Kind = sftp::GlobPart::Kind;
  BOOST_TEST((pattern.parts[0].kind == Kind::literal));
  BOOST_TEST((pattern.parts[1].kind == Kind::wildcard));
  BOOST_TEST((pattern.parts[2].kind == Kind::any_directories));
  BOOST_TEST((pattern.parts[3].kind == Kind::literal));
  BOOST_TEST(pattern.parts[3].text == "b*c");
  BOOST_TEST((pattern.parts[4].kind == Kind::wildcard));
}

BOOST_AUTO_TEST_CASE(wildcards_match_as_in_a_shell) {
  BOOST_TEST(sftp::matches("*", "abc"));
  BOOST_TEST(!sftp::matches("*", ".abc"));
  BOOST_TEST(sftp::matches(".*", ".abc"));
  BOOST_TEST(!sftp::matches("?abc", ".abc"));
  BOOST_TEST(sftp::matches("[a-c]?[!d]", "bxe"));
  BOOST_TEST(!sftp::matches("[a-c]?[!d]", "bxd"));
  BOOST_TEST(sftp::matches("a\\*b*", "a*bc"));
  BOOST_TEST(!sftp::matches("a\\*b*", "axbc"));
  BOOST_TEST(sftp::matches("*\n*", "a\nb"));
  BOOST_TEST(sftp::matches("a*", "a\xff\xfe"));
}

BOOST_AUTO_TEST_CASE(patterns_find_paths) {
  const std::vector<std::pair<std::string, Strings>> cases{
      {"top/*.txt", {"top/a.txt", "top/b.txt"}},
      {"top/?.txt", {"top/a.txt", "top/b.txt"}},
      {"top/[ac].txt", {"top/a.txt"}},
      {"top/*/*.txt", {"top/sub/c.txt"}},
      {"*/sub/*.txt", {"top/sub/c.txt"}},
      {"top/*/", {"top/sub"}},
      {"top/.*", {"top/.dots", "top/.hidden"}},
      {"top/.d*/*", {"top/.dots/e.txt"}},
      {"**/*.txt", {"top/a.txt", "top/b.txt", "top/sub/c.txt", "top/sub/deep/d.txt"}},
      {"top/**/deep/*", {"top/sub/deep/d.txt"}},
      {"top/sub/**", {"top/sub/c.txt", "top/sub/deep", "top/sub/deep/d.txt"}},
      {"top/**/", {"top/sub", "top/sub/deep"}},
      {"other", {"other"}},
      {"oth\\er", {"other"}},
  };
  PlayedTree tree = sample_tree();
  PlayedSession session(std::ref(tree));
  for (const auto& [pattern, expected] : cases) {
    BOOST_TEST_CONTEXT(pattern) {
      BOOST_TEST(session.client.glob(pattern) == expected, boost::test_tools::per_element());
    }
  }
  BOOST_CHECK_EXCEPTION(session.client.glob("top/*.cpp"), SftpError, is(sftp_errc::no_such_file));
  BOOST_CHECK_EXCEPTION(session.client.glob("nothing"), SftpError, is(sftp_errc::no_such_file));
  BOOST_CHECK_EXCEPTION(session.client.glob(""), amiko::Error, has_code(errc::invalid_argument));
  const Strings both{"other", "top/a.txt", "top/b.txt"};
  BOOST_TEST(session.client.glob(Strings{"oth*", "top/*.txt"}) == both, boost::test_tools::per_element());
  session.finish();
}

BOOST_AUTO_TEST_SUITE_END()
