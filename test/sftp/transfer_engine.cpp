// amiko - tests of copies with servers that answer in unusual, wrong and hostile ways
#include <amiko/sftp/sftp_client.hpp>

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <string>
#include <vector>

#include "common/temp_dir.hpp"
#include "played_tree.hpp"

using amiko::ByteView;
using amiko::sftp_errc;
using amiko::SftpOptions;
using amiko::TransferError;
using amiko::TransferOptions;
using amiko::TransferResult;
using amiko::test::ExtensionPairs;
using amiko::test::PlayedSession;
using amiko::test::PlayedTree;
using amiko::test::read_file;
using amiko::test::SftpPeer;
using amiko::test::TempDir;
using namespace amiko::test;
namespace fs = std::filesystem;
namespace sftp = amiko::sftp;
using Request = SftpPeer::Request;
using Strings = std::vector<std::string>;
using sftp::PacketType;

namespace {

std::string sample(std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i < size; ++i)
    bytes[i] = static_cast<char>(1 + (i * i + i / 251) % 255);
  return bytes;
}

// A client of the tree, which outlives it.
struct Session {
  explicit Session(PlayedTree& tree, const ExtensionPairs& extensions = {},
                   const SftpOptions& options = amiko::test::patient())
      : played([&tree](SftpPeer& peer) { tree.serve(peer); }, extensions, options) {}
  ~Session() { played.client.close(); }
  amiko::SftpClient& client() { return played.client; }
  PlayedSession played;
};

template <class Call>
TransferError failure_of(Call call) {
  try {
    call();
  } catch (const TransferError& e) {
    return e;
  }
  BOOST_FAIL("no TransferError");
  throw std::logic_error("unreachable");
}

std::size_t entries_in(const fs::path& directory) {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(directory), fs::directory_iterator()));
}

// Nothing is left of a get that failed.
template <class Tree>
TransferError failed_get(Tree& tree, const TransferOptions& options = {},
                         const SftpOptions& session_options = amiko::test::patient()) {
  TempDir temp;
  Session session(tree, {}, session_options);
  const TransferError e = failure_of([&] { session.client().get("file", temp / "file", options); });
  BOOST_TEST(entries_in(temp.path()) == 0U);
  BOOST_TEST(e.source() == "file");
  BOOST_TEST(e.target() == (temp / "file").string());
  return e;
}

bool is_read_at(const Request& r, std::uint64_t offset) {
  return r.type == PacketType::read && r.as<sftp::Read>().offset == offset;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(transfer_engine)

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-85"))
BOOST_AUTO_TEST_CASE(short_answers_are_made_up_for) {
  const std::string content = sample(100'000);
  PlayedTree tree{.files = {{"file", content}}};
  std::size_t n = 0;
  tree.hook = [&](SftpPeer& peer, const Request& r) {
    if (r.type != PacketType::read) return false;
    tree.read(peer, r, 1 + (n++ * 7919) % 3000);
    return true;
  };
  TempDir temp;
  Session session(tree);
  session.client().get("file", temp / "file", {.verify = true, .block_size = 5000});
  BOOST_TEST((read_file(temp / "file") == content));
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-85"))
BOOST_AUTO_TEST_CASE(answers_in_any_order) {
  const std::string content = sample(100'000);
  PlayedTree tree{.files = {{"file", content}}};
  std::vector<Request> kept;
  tree.hook = [&](SftpPeer& peer, const Request& r) {
    if (r.type != PacketType::read) return false;
    kept.push_back(r);
    if (kept.size() < 8 && r.as<sftp::Read>().offset < content.size()) return true;
    for (; !kept.empty(); kept.pop_back())
      tree.read(peer, kept.back());
    return true;
  };
  TempDir temp;
  Session session(tree);
  session.client().get("file", temp / "file", {.block_size = 5000, .max_requests = 8});
  BOOST_TEST((read_file(temp / "file") == content));
}

BOOST_AUTO_TEST_CASE(a_file_that_grows_while_it_is_read_is_read_to_its_end) {
  const std::string content = sample(300'000);
  PlayedTree tree{.files = {{"file", content}}, .claimed_sizes = {{"file", 1000}}};
  TempDir temp;
  Session session(tree);
  session.client().get("file", temp / "file", {.block_size = 5000});
  BOOST_TEST((read_file(temp / "file") == content));
}

BOOST_AUTO_TEST_CASE(a_file_that_shrinks_while_it_is_read_ends_where_it_ends) {
  const std::string content = sample(100'000);
  PlayedTree tree{.files = {{"file", content}}};
  tree.hook = [&](SftpPeer&, const Request& r) {
    if (is_read_at(r, 40'000)) tree.files["file"].resize(42'000);
    return false;
  };
  TempDir temp;
  Session session(tree);
  session.client().get("file", temp / "file", {.block_size = 5000, .max_requests = 4});
  BOOST_TEST((read_file(temp / "file") == content.substr(0, 42'000)));
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-85"))
BOOST_AUTO_TEST_CASE(an_end_that_comes_too_early_is_an_error) {
  PlayedTree tree{.files = {{"file", sample(100'000)}}};
  tree.hook = [&](SftpPeer& peer, const Request& r) {
    if (!is_read_at(r, 50'000)) return false;
    peer.status(r.id, sftp_errc::eof);
    return true;
  };
  const TransferError e = failed_get(tree, {.block_size = 5000});
  BOOST_TEST((e.code() == sftp_errc::failure));
}

BOOST_AUTO_TEST_CASE(a_huge_size_that_is_not_true_is_an_error) {
  PlayedTree tree{.files = {{"file", sample(100)}}, .claimed_sizes = {{"file", std::uint64_t{1} << 62}}};
  const TransferError e = failed_get(tree);
  BOOST_TEST((e.code() == sftp_errc::failure));
}

BOOST_AUTO_TEST_CASE(a_failing_read_is_told_with_its_offset) {
  PlayedTree tree{.files = {{"file", sample(100'000)}}};
  tree.hook = [&](SftpPeer& peer, const Request& r) {
    if (!is_read_at(r, 50'000)) return false;
    peer.status(r.id, sftp_errc::failure, "Input/output error");
    return true;
  };
  const TransferError e = failed_get(tree, {.block_size = 5000, .max_requests = 1});
  BOOST_TEST((e.code() == sftp_errc::failure));
  BOOST_REQUIRE(e.offset().has_value());
  BOOST_TEST(*e.offset() <= 50'000U);
  BOOST_TEST(std::string(e.what()).find("Input/output error") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(answers_that_make_no_sense_end_the_session) {
  const std::vector<std::function<void(SftpPeer&, const Request&)>> answers{
      [](SftpPeer& p, const Request& r) { p.answer(r.id, sftp::Data{.data = ByteView(sample(6000))}); },
      [](SftpPeer& p, const Request& r) { p.answer(r.id, sftp::Data{}); },
      [](SftpPeer& p, const Request& r) { p.answer(r.id, sftp::Handle{.handle = "h"}); },
      [](SftpPeer& p, const Request& r) { p.answer(r.id + 1000, sftp::Data{.data = "x"}); },
      [](SftpPeer& p, const Request& r) { p.ok(r.id), p.ok(r.id); },
      [](SftpPeer& p, const Request&) { p.send(sample(100)); },
      [](SftpPeer& p, const Request& r) {  // twice
        p.answer(r.id, sftp::Data{.data = ByteView(sample(5000))});
        p.answer(r.id, sftp::Data{.data = ByteView(sample(5000))});
      },
      [](SftpPeer& p, const Request&) { p.hang_up(); }};
  for (std::size_t i = 0; i < answers.size(); ++i)
    BOOST_TEST_CONTEXT("answer " << i) {
      PlayedTree tree{.files = {{"file", sample(100'000)}}};
      tree.hook = [&](SftpPeer& peer, const Request& r) {
        if (is_read_at(r, 50'000)) answers[i](peer, r);
        return is_read_at(r, 50'000);
      };
      TempDir temp;
      Session session(tree);
      const TransferError e = failure_of(
          [&] { session.client().get("file", temp / "file", {.block_size = 5000, .max_requests = 4}); });
      BOOST_TEST(entries_in(temp.path()) == 0U);
      BOOST_TEST(e.source() == "file");
      BOOST_TEST(!session.client().is_open());
    }
}

BOOST_AUTO_TEST_CASE(a_server_that_never_answers) {
  PlayedTree tree{.files = {{"file", sample(100'000)}}};
  tree.hook = [&](SftpPeer&, const Request& r) { return is_read_at(r, 50'000); };
  const TransferError e = failed_get(tree, {.block_size = 5000}, {.timeout = scaled(milliseconds(100))});
  BOOST_TEST((e.code() == amiko::errc::timed_out));
}

BOOST_AUTO_TEST_CASE(a_source_that_changes_behind_a_copy_is_found_by_verify) {
  PlayedTree tree{.files = {{"file", sample(100'000)}}};
  tree.hook = [&](SftpPeer&, const Request& r) {
    if (is_read_at(r, 0)) tree.files["file"][3] = static_cast<char>(tree.files["file"][3] + 1);
    return false;
  };
  const TransferError e = failed_get(tree, {.verify = true, .block_size = 5000});
  BOOST_TEST((e.code() == sftp_errc::file_corrupt));
}

// --- put

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-85"))
BOOST_AUTO_TEST_CASE(a_write_that_fails_is_told_with_its_offset) {
  TempDir temp;
  temp.write("file", sample(100'000));
  for (const bool atomic : {false, true}) {
    PlayedTree tree;
    tree.hook = [&](SftpPeer& peer, const Request& r) {
      if (r.type != PacketType::write || r.as<sftp::Write>().offset != 50'000) return false;
      peer.status(r.id, sftp_errc::no_space_on_filesystem, "disk full");
      return true;
    };
    {
      Session session(tree, {{"posix-rename@openssh.com", "1"}});
      const TransferError e = failure_of(
          [&] { session.client().put(temp / "file", "to", {.atomic = atomic, .block_size = 5000}); });
      BOOST_TEST((e.code() == sftp_errc::no_space_on_filesystem));
      BOOST_TEST((e.offset() == std::uint64_t{50'000}));
      BOOST_TEST(e.target() == "to");
      session.client().exists("x");  // what was sent before has been done by then
    }
    if (!atomic) continue;
    BOOST_TEST(tree.files.empty());
    BOOST_TEST(tree.removed.size() == 1U);
  }
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-85"))
BOOST_AUTO_TEST_CASE(a_close_that_fails_is_told) {
  TempDir temp;
  temp.write("file", sample(100'000));
  PlayedTree tree;
  tree.hook = [&](SftpPeer& peer, const Request& r) {
    if (r.type != PacketType::close) return false;
    peer.status(r.id, sftp_errc::quota_exceeded);
    return true;
  };
  Session session(tree);
  const TransferError e = failure_of([&] { session.client().put(temp / "file", "to"); });
  BOOST_TEST((e.code() == sftp_errc::quota_exceeded));
}

BOOST_AUTO_TEST_CASE(data_that_did_not_arrive_is_found_by_verify) {
  TempDir temp;
  temp.write("file", sample(100'000));
  for (const std::uint64_t lost : {std::uint64_t{50'000}, std::uint64_t{95'000}}) {
    PlayedTree tree;
    tree.hook = [&](SftpPeer& peer, const Request& r) {
      if (r.type != PacketType::write || r.as<sftp::Write>().offset != lost) return false;
      peer.ok(r.id);
      return true;
    };
    Session session(tree);
    const TransferError e =
        failure_of([&] { session.client().put(temp / "file", "to", {.verify = true, .block_size = 5000}); });
    BOOST_TEST((e.code() == sftp_errc::file_corrupt));
  }
}

BOOST_AUTO_TEST_CASE(atomic_needs_the_extension) {
  TempDir temp;
  temp.write("file", "x");
  PlayedTree tree;
  Session session(tree);
  try {
    session.client().put(temp / "file", "to", {.atomic = true});
    BOOST_FAIL("no error");
  } catch (const amiko::Error& e) {
    BOOST_TEST((e.code() == amiko::errc::unsupported));
  }
}

BOOST_AUTO_TEST_CASE(without_copy_data_it_goes_through_here) {
  const std::string content = sample(100'000);
  PlayedTree tree{.files = {{"file", content}}};
  {
    Session session(tree);
    const TransferResult result = session.client().copy("file", "to", {.verify = true, .block_size = 5000});
    BOOST_TEST(result.files == 1U);
    try {
      session.client().copy("file", "to", {.remote_only = true});
      BOOST_FAIL("no error");
    } catch (const amiko::Error& e) {
      BOOST_TEST((e.code() == amiko::errc::unsupported));
    }
  }
  BOOST_TEST((tree.files["to"] == content));
}

BOOST_AUTO_TEST_SUITE_END()
