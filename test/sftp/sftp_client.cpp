// amiko - tests of what a client asks and makes of the answers
#include <amiko/sftp/sftp_client.hpp>

#include <amiko/base/error.hpp>

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "common/calls.hpp"
#include "sftp_peer.hpp"

using amiko::Bytes;
using amiko::ByteView;
using amiko::errc;
using amiko::FileTime;
using amiko::sftp_errc;
using amiko::SftpAttributes;
using amiko::SftpClient;
using amiko::SftpError;
using amiko::SftpLimits;
using amiko::test::has_code;
using amiko::test::PlayedServer;
using amiko::test::PlayedSession;
using amiko::test::says;
using amiko::test::SftpPeer;
namespace sftp = amiko::sftp;
namespace extension = amiko::sftp::extension;
using sftp::PacketType;

namespace {

auto is(sftp_errc status, const std::string& path) {
  return [status, path](const SftpError& e) { return e.status() == status && e.path() == path; };
}

/// The fields of an extended request, and its name checked.
template <class Body>
Body body_of(const sftp::Extended& request, std::string_view name) {
  amiko::test::must(request.name == name, "the extension's name");
  return sftp::decode<Body>(request.body.bytes);
}

const amiko::test::ExtensionPairs openssh{{"posix-rename@openssh.com", "1"}, {"hardlink@openssh.com", "1"}};

}  // namespace

BOOST_AUTO_TEST_SUITE(sftp_client)

BOOST_AUTO_TEST_CASE(a_server_without_limits_gets_the_sizes_that_all_must_take) {
  PlayedSession session([](SftpPeer& peer) {
    peer.answer(peer.next().id, sftp::Handle{.handle = "h"});
    for (std::size_t i = 0; i < 3; ++i) {
      const auto request = peer.next();
      amiko::test::must(request.as<sftp::Write>().data.size() <= 32768, "no more than 32768 bytes");
      peer.ok(request.id);
    }
    peer.ok(peer.next().id);
  });
  BOOST_TEST(session.client.version() == 3u);
  BOOST_TEST(session.client.limits().max_write == 0u);
  session.client.write_file("f", std::string(80'000, 'x'));
  session.finish();
}

BOOST_AUTO_TEST_CASE(limits_are_asked_for_and_kept) {
  PlayedServer server([](SftpPeer& peer) {
    peer.greet({{std::string(extension::limits), "1"}});
    const auto request = peer.next();
    amiko::test::must(request.as<sftp::Extended>().name == extension::limits, "limits are asked for");
    const Bytes limits = sftp::encoded_body(sftp::LimitsBody{{1000, 600, 500, 7}});
    peer.answer(request.id, sftp::ExtendedReply{.body = {limits}});
    peer.answer(peer.next().id, sftp::Handle{.handle = "h"});
    for (std::size_t i = 0; i < 3; ++i) {
      const auto write = peer.next();
      amiko::test::must(write.as<sftp::Write>().data.size() <= 500, "no more than it takes");
      peer.ok(write.id);
    }
    peer.ok(peer.next().id);
  });
  SftpClient client(server.stream(), amiko::test::patient());
  BOOST_TEST(client.limits().max_packet == 1000u);
  BOOST_TEST(client.limits().max_read == 600u);
  BOOST_TEST(client.limits().max_write == 500u);
  BOOST_TEST(client.limits().max_handles == 7u);
  client.write_file("f", std::string(1400, 'x'));
  client.close();
  server.finish();
}

BOOST_AUTO_TEST_CASE(limits_that_are_announced_and_refused_are_none) {
  PlayedServer server([](SftpPeer& peer) {
    peer.greet({{std::string(extension::limits), "1"}});
    peer.status(peer.next().id, sftp_errc::op_unsupported);
    peer.expect_end();
  });
  SftpClient client(server.stream(), amiko::test::patient());
  BOOST_TEST(client.limits().max_read == 0u);
  BOOST_TEST(client.supports(extension::limits));
  BOOST_TEST(!client.supports("something"));
  client.close();
  server.finish();
}

BOOST_AUTO_TEST_CASE(an_error_has_status_path_and_the_servers_words) {
  PlayedSession session([](SftpPeer& peer) {
    peer.status(peer.next().id, sftp_errc::permission_denied, "not you\x1b[0m");
    peer.status(peer.next().id, static_cast<sftp_errc>(99), "what now");
    peer.expect_end();
  });
  try {
    session.client.stat("some/path");
    BOOST_ERROR("no exception");
  } catch (const SftpError& e) {
    BOOST_TEST((e.status() == sftp_errc::permission_denied));
    BOOST_TEST(e.path() == "some/path");
    BOOST_TEST(std::string(e.what()).find("some/path") != std::string::npos);
    BOOST_TEST(std::string(e.what()).find("not you\\033[0m") != std::string::npos);
  }
  BOOST_CHECK_EXCEPTION(session.client.stat("x"), SftpError, is(static_cast<sftp_errc>(99), "x"));
  BOOST_TEST(session.client.is_open());
  session.finish();
}

BOOST_AUTO_TEST_CASE(missing_files_are_no_error_where_that_is_asked) {
  PlayedSession session([](SftpPeer& peer) {
    for (int i = 0; i < 4; ++i)
      peer.status(peer.next().id, sftp_errc::no_such_file);
    peer.status(peer.next().id, sftp_errc::permission_denied);
    peer.answer(peer.next().id, sftp::Attrs{.attributes = {.permissions = 0100644}});
    peer.answer(peer.next().id, sftp::Attrs{.attributes = {.permissions = 0040755}});
    peer.answer(peer.next().id, sftp::Attrs{.attributes = {.permissions = 0120777}});
    peer.expect_end();
  });
  SftpClient& client = session.client;
  BOOST_TEST(!client.exists("f"));
  BOOST_TEST(!client.lexists("f"));
  BOOST_TEST(!client.isdir("f"));
  BOOST_TEST(!client.stat_if_exists("f").has_value());
  BOOST_CHECK_EXCEPTION(client.exists("f"), SftpError, is(sftp_errc::permission_denied, "f"));
  BOOST_TEST(client.isfile("f"));
  BOOST_TEST(client.isdir("f"));
  BOOST_TEST(client.islink("f"));
  session.finish();
}

BOOST_AUTO_TEST_CASE(what_the_server_does_not_tell_is_an_error) {
  PlayedSession session([](SftpPeer& peer) {
    for (int i = 0; i < 2; ++i)
      peer.answer(peer.next().id, sftp::Attrs{});
    peer.expect_end();
  });
  BOOST_CHECK_EXCEPTION(session.client.getsize("f"), SftpError, is(sftp_errc::op_unsupported, "f"));
  BOOST_CHECK_EXCEPTION(session.client.getmtime("f"), SftpError, is(sftp_errc::op_unsupported, "f"));
  session.finish();
}

BOOST_AUTO_TEST_CASE(attributes_are_set_on_files_or_on_links) {
  std::vector<SftpAttributes> set;
  PlayedSession session(
      [&set](SftpPeer& peer) {
        for (int i = 0; i < 4; ++i) {
          const auto request = peer.next();
          set.push_back(request.as<sftp::Setstat>().attributes);
          peer.ok(request.id);
        }
        const auto request = peer.next();
        set.push_back(
            body_of<sftp::PathAttributes>(request.as<sftp::Extended>(), extension::lsetstat).attributes);
        peer.ok(request.id);
        peer.expect_end();
      },
      {{std::string(extension::lsetstat), "1"}});
  session.client.chmod("f", 0600);
  session.client.chown("f", 1, 2);
  session.client.utime("f", FileTime{3}, FileTime{4});
  session.client.truncate("f", 5);
  session.client.chown("f", 6, 7, false);
  session.finish();
  BOOST_REQUIRE(set.size() == 5u);
  BOOST_TEST((set[0] == SftpAttributes{.permissions = 0600}));
  BOOST_TEST((set[1] == SftpAttributes{.uid = 1, .gid = 2}));
  BOOST_TEST((set[2] == SftpAttributes{.atime = FileTime{3}, .mtime = FileTime{4}}));
  BOOST_TEST((set[3] == SftpAttributes{.size = 5}));
  BOOST_TEST((set[4] == SftpAttributes{.uid = 6, .gid = 7}));
}

BOOST_AUTO_TEST_CASE(an_extension_that_was_not_announced_is_not_tried) {
  PlayedSession session([](SftpPeer& peer) { peer.expect_end(); });
  SftpClient& client = session.client;
  BOOST_CHECK_EXCEPTION(client.posix_rename("a", "b"), amiko::Error,
                        says(errc::unsupported, "posix-rename@openssh.com"));
  BOOST_CHECK_EXCEPTION(client.link("a", "b"), amiko::Error, has_code(errc::unsupported));
  BOOST_CHECK_EXCEPTION(client.statvfs("a"), amiko::Error, has_code(errc::unsupported));
  BOOST_CHECK_EXCEPTION(client.chmod("a", 0, false), amiko::Error, has_code(errc::unsupported));
  BOOST_CHECK_EXCEPTION(client.expand_path("~"), amiko::Error, has_code(errc::unsupported));
  BOOST_CHECK_EXCEPTION(client.home_directory("u"), amiko::Error, has_code(errc::unsupported));
  BOOST_CHECK_EXCEPTION(client.user_names({1}), amiko::Error, has_code(errc::unsupported));
  BOOST_TEST(!client.supports_remote_copy());
  session.finish();
}

BOOST_AUTO_TEST_CASE(the_order_of_symlink_is_the_servers) {
  struct Case {
    std::string version;
    amiko::test::ExtensionPairs extensions;
    bool target_first;
  };
  const std::vector<Case> cases{{"", {}, false},
                                {"", openssh, true},
                                {"SSH-2.0-OpenSSH_9.2", {}, true},
                                {"SSH-2.0-paramiko_2.12", {}, true},
                                {"SSH-2.0-AsyncSSH_2.10", openssh, false},
                                {"SSH-2.0-mod_sftp", {}, false}};
  for (const Case& one : cases) {
    std::string first, second;
    auto options = amiko::test::patient();
    options.server_version = one.version;
    PlayedSession session(
        [&](SftpPeer& peer) {
          const auto request = peer.next();
          const auto message = request.as<sftp::Symlink>();
          first = message.first, second = message.second;
          peer.ok(request.id);
          peer.expect_end();
        },
        one.extensions, options);
    session.client.symlink("target", "link");
    session.finish();
    BOOST_TEST(first == (one.target_first ? "target" : "link"), one.version);
    BOOST_TEST(second == (one.target_first ? "link" : "target"), one.version);
  }
}

BOOST_AUTO_TEST_CASE(relative_paths_count_from_the_directory_that_was_changed_to) {
  std::vector<std::string> asked;
  PlayedSession session([&asked](SftpPeer& peer) {
    while (const auto request = peer.next_or_end()) {
      if (request->type == PacketType::realpath) {
        const std::string path(request->as<sftp::Realpath>().path);
        peer.name(request->id, path == "." ? "/home/me" : "/home/me/d");
      } else {
        asked.emplace_back(request->as<sftp::Stat>().path);
        const bool file = asked.back().ends_with("file");
        peer.answer(request->id, sftp::Attrs{.attributes = {.permissions = file ? 0100644u : 0040755u}});
      }
    }
  });
  SftpClient& client = session.client;
  client.stat("a");
  BOOST_TEST(client.getcwd() == "/home/me");
  client.chdir("d");
  BOOST_TEST(client.getcwd() == "/home/me/d");
  client.stat("a");
  client.stat("/a");
  client.stat("");
  session.finish();
  const std::vector<std::string> expected{"a", "/home/me/d", "/home/me/d/a", "/a", ""};
  BOOST_TEST(asked == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_file_is_no_directory_to_change_to) {
  PlayedSession session([](SftpPeer& peer) {
    peer.name(peer.next().id, "/f");
    peer.answer(peer.next().id, sftp::Attrs{.attributes = {.permissions = 0100644}});
    peer.name(peer.next().id, "/");
    peer.expect_end();
  });
  BOOST_CHECK_EXCEPTION(session.client.chdir("f"), SftpError, is(sftp_errc::not_a_directory, "f"));
  BOOST_TEST(session.client.getcwd() == "/");
  session.finish();
}

BOOST_AUTO_TEST_CASE(a_zero_byte_in_a_path_is_not_sent) {
  PlayedSession session([](SftpPeer& peer) { peer.expect_end(); });
  const std::string bad("a\0b", 3);
  BOOST_CHECK_EXCEPTION(session.client.remove(bad), amiko::Error, has_code(errc::invalid_argument));
  BOOST_CHECK_EXCEPTION(session.client.symlink(bad, "x"), amiko::Error, has_code(errc::invalid_argument));
  session.finish();
}

BOOST_AUTO_TEST_CASE(names_of_users_come_in_the_order_of_their_numbers) {
  PlayedSession session(
      [](SftpPeer& peer) {
        for (int i = 0; i < 2; ++i) {
          const auto request = peer.next();
          const auto asked =
              body_of<sftp::IdLists>(request.as<sftp::Extended>(), extension::users_groups_by_id);
          amiko::wire::Reader ids(asked.users);
          Bytes names;
          amiko::wire::Writer writer(names);
          while (!ids.at_end()) {
            const std::uint32_t id = ids.uint32();
            writer.string(id == 7 ? std::string() : "user" + std::to_string(id));
          }
          const Bytes reply = sftp::encoded_body(sftp::IdLists{.users = names});
          peer.answer(request.id, sftp::ExtendedReply{.body = {reply}});
        }
        peer.expect_end();
      },
      {{std::string(extension::users_groups_by_id), "1"}});
  std::vector<std::uint32_t> ids;
  for (std::uint32_t id = 0; id < 600; ++id)
    ids.push_back(id);
  const auto names = session.client.user_names(ids);
  BOOST_REQUIRE(names.size() == 600u);
  BOOST_TEST(names[0] == "user0");
  BOOST_TEST(names[7].empty());
  BOOST_TEST(names[599] == "user599");
  BOOST_TEST(session.client.user_names({}).empty());
  session.finish();
}

BOOST_AUTO_TEST_CASE(an_answer_that_makes_no_sense_to_the_caller_ends_the_session) {
  PlayedSession session([](SftpPeer& peer) {
    peer.names(peer.next().id, {});
    peer.expect_end();
  });
  BOOST_CHECK_EXCEPTION(session.client.realpath("f"), amiko::ProtocolError,
                        says(errc::protocol_error, "0 names"));
  BOOST_TEST(!session.client.is_open());
  BOOST_CHECK_EXCEPTION(session.client.stat("f"), amiko::ProtocolError, has_code(errc::protocol_error));
  session.finish();
}

BOOST_AUTO_TEST_CASE(a_server_that_never_answers_is_a_timeout) {
  PlayedSession session([](SftpPeer& peer) {
    while (peer.next_or_end()) {
    }
  });
  session.client.settimeout(std::chrono::milliseconds(20));
  BOOST_TEST((session.client.gettimeout() == amiko::Timeout(std::chrono::milliseconds(20))));
  BOOST_CHECK_EXCEPTION(session.client.stat("f"), amiko::TimeoutError, has_code(errc::timed_out));
  BOOST_CHECK_EXCEPTION(session.client.open("f"), amiko::TimeoutError, has_code(errc::timed_out));
  BOOST_TEST(session.client.is_open());
  session.finish();
}

BOOST_AUTO_TEST_CASE(close_in_another_thread_ends_a_call) {
  std::atomic<bool> asked{false};
  PlayedSession session([&asked](SftpPeer& peer) {
    peer.next();
    asked = true;
    peer.expect_end();
  });
  std::thread closer([&] {
    amiko::test::eventually([&] { return asked.load(); });
    session.client.close();
  });
  BOOST_CHECK_EXCEPTION(session.client.stat("f"), amiko::Disconnected, has_code(errc::closed));
  closer.join();
  session.finish();
}

BOOST_AUTO_TEST_CASE(a_moved_from_client_has_no_state) {
  PlayedSession session([](SftpPeer& peer) { peer.expect_end(); });
  SftpClient moved = std::move(session.client);
  BOOST_TEST(moved.is_open());
  BOOST_TEST(!session.client.is_open());
  BOOST_CHECK_EXCEPTION(session.client.stat("f"), amiko::Error, has_code(errc::no_state));
  moved.close();
  session.server.finish();
}

BOOST_AUTO_TEST_SUITE_END()
