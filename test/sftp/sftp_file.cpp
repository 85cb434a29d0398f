// amiko - tests of open files: reading ahead, writing behind, positions, errors
#include <amiko/sftp/sftp_file.hpp>

#include <amiko/base/error.hpp>

#include <boost/test/unit_test.hpp>

#include <functional>
#include <string>
#include <vector>

#include "common/calls.hpp"
#include "sftp_peer.hpp"

using amiko::ByteView;
using amiko::errc;
using amiko::SeekFrom;
using amiko::sftp_errc;
using amiko::SftpError;
using amiko::SftpFile;
using amiko::test::has_code;
using amiko::test::PlayedFile;
using amiko::test::PlayedSession;
using amiko::test::SftpPeer;
namespace sftp = amiko::sftp;

namespace {

std::string sample(std::size_t size) {
  std::string data(size, '\0');
  for (std::size_t i = 0; i < size; ++i)
    data[i] = static_cast<char>((i * 2654435761u) >> 13);
  return data;
}

auto is(sftp_errc status) {
  return [status](const SftpError& e) { return e.status() == status; };
}

std::string read_in_pieces(SftpFile& file, std::size_t piece) {
  std::string all;
  for (std::string part = file.read(piece); !part.empty(); part = file.read(piece))
    all += part;
  return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sftp_file)

BOOST_AUTO_TEST_CASE(a_file_comes_back_whatever_the_pieces_are) {
  for (const std::size_t size : {0u, 1u, 32767u, 32768u, 32769u, 1000000u})
    for (const std::size_t piece : {1000u, 32768u, 100000u}) {
      PlayedFile served{.content = sample(size)};
      PlayedSession session(std::ref(served));
      SftpFile file = session.client.open("f");
      BOOST_TEST((read_in_pieces(file, piece) == served.content), size << " bytes by " << piece);
      file.close();
      session.finish();
      BOOST_TEST(served.closes == 1u);
    }
}

BOOST_AUTO_TEST_CASE(reading_in_sequence_has_more_and_more_under_way) {
  PlayedFile served{.content = sample(20'000'000)};
  PlayedSession session(std::ref(served));
  SftpFile file = session.client.open("f");
  BOOST_TEST((file.read_all() == served.content));
  session.finish();
  BOOST_TEST(served.most_at_once > 8u);
}

BOOST_AUTO_TEST_CASE(a_single_read_asks_for_little_more_than_is_wanted) {
  PlayedFile served{.content = sample(1'000'000)};
  PlayedSession session(std::ref(served));
  SftpFile file = session.client.open("f");
  std::string part(10, '\0');
  for (const std::uint64_t offset : {500'000u, 100u, 900'000u})
    BOOST_TEST(file.pread({reinterpret_cast<std::uint8_t*>(part.data()), part.size()}, offset) == 10u);
  session.finish();
  BOOST_TEST(served.reads == 3u);
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-85"))
BOOST_AUTO_TEST_CASE(a_server_that_gives_less_than_asked_is_asked_again) {
  for (const std::size_t most : {1u, 100u, 5000u, 32767u}) {
    PlayedFile served{.content = sample(most * 40 + 7), .most_per_read = most};
    PlayedSession session(std::ref(served));
    SftpFile file = session.client.open("f");
    BOOST_TEST((file.read_all() == served.content), "at most " << most);
    session.finish();
  }
}

// Each jump lets the kernel make up such a file from its beginning again.
BOOST_AUTO_TEST_CASE(a_file_that_comes_in_small_parts_is_read_from_front_to_back) {
  for (const std::size_t most : {1000u, 4080u, 4096u}) {
    PlayedFile served{.content = sample(most * 2000), .most_per_read = most};
    PlayedSession session(std::ref(served));
    BOOST_TEST((session.client.read_file("f") == served.content));
    session.finish();
    // At the end of the file some are under way in vain.
    BOOST_TEST(served.jumps < 600u, served.jumps << " jumps in " << served.reads << " reads of " << most);
  }
}

BOOST_AUTO_TEST_CASE(a_position_behind_a_short_answer_is_not_the_end) {
  PlayedFile served{.content = sample(100'000), .most_per_read = 5000};
  PlayedSession session(std::ref(served));
  SftpFile file = session.client.open("f");
  std::string part(30'000, '.');
  const amiko::MutableBytes buffer(reinterpret_cast<std::uint8_t*>(part.data()), part.size());
  BOOST_TEST(file.read(buffer) > 0u);
  file.seek(9000);
  BOOST_TEST(file.read(1000) == served.content.substr(9000, 1000));
  BOOST_TEST(file.pread(buffer, 12'000) == part.size());
  BOOST_TEST((part == served.content.substr(12'000, part.size())));
  session.finish();
}

BOOST_AUTO_TEST_CASE(answers_out_of_order_are_put_into_order) {
  PlayedFile served{.content = sample(3'000'000), .reversed = true};
  PlayedSession session(std::ref(served));
  SftpFile file = session.client.open("f");
  BOOST_TEST((file.read_all() == served.content));
  session.finish();
}

BOOST_AUTO_TEST_CASE(an_error_in_the_middle_comes_after_the_data_before_it) {
  PlayedFile served{.content = sample(1'000'000), .fails_from = 500'000};
  PlayedSession session(std::ref(served));
  SftpFile file = session.client.open("f");
  std::string all;
  BOOST_CHECK_EXCEPTION(
      for (std::string part = file.read(10'000); !part.empty(); part = file.read(10'000)) all += part,
      SftpError, is(sftp_errc::failure));
  BOOST_TEST(all.size() > 460'000u);
  BOOST_TEST((all == served.content.substr(0, all.size())));
  session.finish();
}

BOOST_AUTO_TEST_CASE(a_file_that_grows_can_be_read_on) {
  PlayedFile served{.content = "first"};
  PlayedSession session(std::ref(served));
  SftpFile reader = session.client.open("f");
  SftpFile writer = session.client.open("f", "r+");
  BOOST_TEST(reader.read_all() == "first");
  writer.pwrite(", second", 5);
  writer.flush();
  BOOST_TEST(reader.read_all() == ", second");
  session.finish();
}

BOOST_AUTO_TEST_CASE(data_of_no_bytes_is_no_end) {
  PlayedSession session([](SftpPeer& peer) {
    peer.answer(peer.next().id, sftp::Handle{.handle = "h"});
    peer.answer(peer.next().id, sftp::Data{});
    while (peer.next_or_end()) {
    }
  });
  SftpFile file = session.client.open("f");
  BOOST_CHECK_EXCEPTION(file.read(10), amiko::ProtocolError, has_code(errc::protocol_error));
  BOOST_TEST(!session.client.is_open());
  session.finish();
}

BOOST_AUTO_TEST_CASE(lines_end_at_newlines) {
  PlayedFile served{.content = "one\n\n" + std::string(70'000, 'x') + "\nlast"};
  PlayedSession session(std::ref(served));
  SftpFile file = session.client.open("f");
  BOOST_TEST(file.readline().value() == "one\n");
  BOOST_TEST(file.readline().value() == "\n");
  BOOST_TEST(file.tell() == 5u);
  BOOST_TEST(file.readline().value().size() == 70'001u);
  BOOST_TEST(file.readline().value() == "last");
  BOOST_TEST(!file.readline().has_value());
  session.finish();
}

BOOST_AUTO_TEST_CASE(positions_move_as_in_local_files) {
  PlayedFile served{.content = sample(100'000)};
  PlayedSession session(std::ref(served));
  SftpFile file = session.client.open("f");
  BOOST_TEST(file.read(10) == served.content.substr(0, 10));
  BOOST_TEST(file.tell() == 10u);
  BOOST_TEST(file.seek(-5, SeekFrom::current) == 5u);
  BOOST_TEST(file.read(5) == served.content.substr(5, 5));
  BOOST_TEST(file.seek(-7, SeekFrom::end) == 99'993u);
  BOOST_TEST(file.read_all() == served.content.substr(99'993));
  BOOST_TEST(file.seek(200'000) == 200'000u);
  BOOST_TEST(file.read(1).empty());
  BOOST_CHECK_EXCEPTION(file.seek(-1), amiko::Error, has_code(errc::invalid_argument));
  BOOST_TEST(file.tell() == 200'000u);
  session.finish();
}

BOOST_AUTO_TEST_CASE(read_all_has_a_limit) {
  PlayedFile served{.content = sample(100'000)};
  PlayedSession session(std::ref(served));
  BOOST_TEST(session.client.read_file("f", 100'000).size() == 100'000u);
  BOOST_CHECK_EXCEPTION(session.client.read_file("f", 99'999), amiko::Error, has_code(errc::output_limit));
  session.finish();
}

BOOST_AUTO_TEST_CASE(what_is_written_arrives) {
  for (const std::size_t size : {0u, 1u, 32767u, 32768u, 32769u, 3'000'000u}) {
    PlayedFile served;
    PlayedSession session(std::ref(served));
    const std::string data = sample(size);
    SftpFile file = session.client.open("f", "w");
    file.write(ByteView(data).first(size / 3));
    file.write(ByteView(data).from(size / 3));
    BOOST_TEST(file.tell() == size);
    file.close();
    session.finish();
    BOOST_TEST((served.content == data), size << " bytes");
  }
}

BOOST_AUTO_TEST_CASE(writing_does_not_wait_for_each_answer) {
  PlayedFile served;
  PlayedSession session(std::ref(served));
  SftpFile file = session.client.open("f", "w");
  file.write(sample(2'000'000));
  file.close();
  session.finish();
  BOOST_TEST(served.most_at_once > 2u);
}

BOOST_AUTO_TEST_CASE(an_error_of_writing_shows_later_and_once) {
  PlayedFile served{.fails_from = 0};
  PlayedSession session(std::ref(served));
  SftpFile file = session.client.open("f", "w");
  file.write("data");
  BOOST_CHECK_EXCEPTION(file.flush(), SftpError, is(sftp_errc::no_space_on_filesystem));
  file.flush();
  file.write("data");
  BOOST_CHECK_EXCEPTION(file.close(), SftpError, is(sftp_errc::no_space_on_filesystem));
  BOOST_TEST(file.closed());
  file.close();
  session.finish();
  BOOST_TEST(served.closes == 1u);
}

BOOST_AUTO_TEST_CASE(an_error_of_writing_shows_in_seek) {
  PlayedFile served{.fails_from = 0};
  PlayedSession session(std::ref(served));
  SftpFile file = session.client.open("f", "w");
  file.write("data");
  file.stat();  // waits for the answer
  BOOST_CHECK_EXCEPTION(file.seek(0), SftpError, is(sftp_errc::no_space_on_filesystem));
  BOOST_TEST(file.seek(0) == 0u);
  session.finish();
}

BOOST_AUTO_TEST_CASE(what_was_read_ahead_does_not_hide_what_is_written) {
  PlayedFile served{.content = std::string(100'000, 'a')};
  PlayedSession session(std::ref(served));
  SftpFile file = session.client.open("f", "r+");
  for (int i = 0; i < 4; ++i)
    file.read(10);
  file.pwrite("bbbbb", 42);
  BOOST_TEST(file.read(10) == "aabbbbbaaa");
  session.finish();
}

BOOST_AUTO_TEST_CASE(appending_goes_on_at_the_end) {
  PlayedFile served{.content = "0123456789"};
  PlayedSession session(std::ref(served));
  SftpFile file = session.client.open("f", "a");
  BOOST_TEST(file.tell() == 10u);
  file.write("ab");
  BOOST_TEST(file.tell() == 12u);
  file.close();
  session.finish();
  BOOST_TEST(served.content == "0123456789ab");
}

BOOST_AUTO_TEST_CASE(a_dropped_file_is_closed_and_keeps_what_was_written) {
  PlayedFile served;
  PlayedSession session(std::ref(served));
  {
    SftpFile file = session.client.open("f", "w");
    file.write("data");
  }
  session.client.open("g").close();  // the answers come in order
  session.finish();
  BOOST_TEST(served.closes == 2u);
  BOOST_TEST(served.content == "data");
}

BOOST_AUTO_TEST_CASE(a_closed_or_moved_file_does_nothing_more) {
  PlayedFile served{.content = "data"};
  PlayedSession session(std::ref(served));
  SftpFile file = session.client.open("f");
  SftpFile moved = std::move(file);
  BOOST_CHECK_EXCEPTION(file.read(1), amiko::Error, has_code(errc::no_state));
  BOOST_TEST(moved.read(4) == "data");
  moved.close();
  BOOST_CHECK_EXCEPTION(moved.read(1), amiko::Error, has_code(errc::no_state));
  BOOST_CHECK_EXCEPTION(moved.write("x"), amiko::Error, has_code(errc::no_state));
  session.finish();
}

BOOST_AUTO_TEST_CASE(a_file_outlives_its_client) {
  PlayedFile served{.content = "data"};
  auto session = std::make_unique<PlayedSession>(std::ref(served));
  SftpFile file = session->client.open("f");
  session->finish();
  session.reset();
  BOOST_CHECK_EXCEPTION(file.read(1), amiko::Disconnected, has_code(errc::closed));
}

BOOST_AUTO_TEST_SUITE_END()
