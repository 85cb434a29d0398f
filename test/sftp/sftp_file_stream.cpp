// amiko - tests of remote files as std::iostream
#include <amiko/sftp/sftp_file_stream.hpp>

#include <amiko/base/error.hpp>

#include <boost/test/unit_test.hpp>

#include <functional>
#include <iterator>
#include <string>

#include "sftp_peer.hpp"

using amiko::sftp_errc;
using amiko::SftpError;
using amiko::SftpFileStream;
using amiko::test::PlayedFile;
using amiko::test::PlayedSession;

BOOST_AUTO_TEST_SUITE(sftp_file_stream)

BOOST_AUTO_TEST_CASE(text_is_read_by_words_and_lines) {
  PlayedFile served{.content = "12 words\nand a line\nlast"};
  PlayedSession session(std::ref(served));
  SftpFileStream stream(session.client.open("f"), 4);
  int number = 0;
  std::string word, line;
  stream >> number >> word;
  BOOST_TEST(number == 12);
  BOOST_TEST(word == "words");
  stream.ignore();
  std::getline(stream, line);
  BOOST_TEST(line == "and a line");
  std::getline(stream, line);
  BOOST_TEST(line == "last");
  BOOST_TEST(stream.eof());
  BOOST_TEST(!stream.bad());
  session.finish();
}

BOOST_AUTO_TEST_CASE(a_large_file_is_read_in_one_piece) {
  PlayedFile served{.content = std::string(300'000, 'x') + "end"};
  PlayedSession session(std::ref(served));
  SftpFileStream stream(session.client.open("f"));
  std::string all(served.content.size() + 10, '.');
  stream.get(all[0]);
  stream.read(all.data() + 1, static_cast<std::streamsize>(all.size() - 1));
  BOOST_TEST(static_cast<std::size_t>(stream.gcount()) + 1 == served.content.size());
  all.resize(served.content.size());
  BOOST_TEST((all == served.content));
  session.finish();
}

BOOST_AUTO_TEST_CASE(what_is_written_arrives_when_it_is_flushed_or_closed) {
  PlayedFile served;
  PlayedSession session(std::ref(served));
  SftpFileStream stream(session.client.open("f", "w"), 16);
  stream << "number " << 42 << '\n';
  stream.flush();
  BOOST_TEST(served.content == "number 42\n");
  const std::string more(100, 'm');
  stream << more << "end";
  stream.close();
  session.finish();
  BOOST_TEST(served.content == "number 42\n" + more + "end");
  BOOST_TEST(served.closes == 1u);
}

BOOST_AUTO_TEST_CASE(a_dropped_stream_sends_what_is_pending) {
  PlayedFile served;
  PlayedSession session(std::ref(served));
  { SftpFileStream(session.client.open("f", "w")) << "pending"; }
  session.client.open("g").close();
  session.finish();
  BOOST_TEST(served.content == "pending");
}

BOOST_AUTO_TEST_CASE(reading_and_writing_share_a_position) {
  PlayedFile served{.content = "0123456789"};
  PlayedSession session(std::ref(served));
  SftpFileStream stream(session.client.open("f", "r+"));
  char c = 0;
  stream.get(c);
  BOOST_TEST(stream.tellg() == 1);
  stream.seekp(4);
  stream << "abc";
  stream.seekg(-1, std::ios::cur);
  stream.get(c);
  BOOST_TEST(c == 'c');
  stream.seekg(-2, std::ios::end);
  stream.get(c);
  BOOST_TEST(c == '8');
  stream << "X";
  stream.close();
  session.finish();
  BOOST_TEST(served.content == "0123abc78X");
}

BOOST_AUTO_TEST_CASE(a_position_before_the_file_fails) {
  PlayedFile served{.content = "0123456789"};
  PlayedSession session(std::ref(served));
  SftpFileStream stream(session.client.open("f"));
  stream.seekg(-20, std::ios::end);
  BOOST_TEST(stream.fail());
  BOOST_TEST(!stream.bad());
  session.finish();
}

BOOST_AUTO_TEST_CASE(errors_set_badbit_or_come_out) {
  PlayedFile served{.content = "data", .fails_from = 0};
  PlayedSession session(std::ref(served));
  SftpFileStream quiet(session.client.open("f"));
  BOOST_TEST(quiet.get() == EOF);
  BOOST_TEST(quiet.bad());
  SftpFileStream loud(session.client.open("f", "w"));
  loud.exceptions(std::ios::badbit);
  loud << "x";
  BOOST_CHECK_EXCEPTION(loud.flush(), SftpError,
                        [](const SftpError& e) { return e.status() == sftp_errc::no_space_on_filesystem; });
  loud.clear();
  loud << "y";
  BOOST_CHECK_THROW(loud.close(), SftpError);
  session.finish();
}

BOOST_AUTO_TEST_SUITE_END()
