// amiko - tests of where input comes from and output goes, without a connection
#include <amiko/client/redirect.hpp>

#include <amiko/base/error.hpp>
#include <amiko/support/fd.hpp>

#include <boost/test/unit_test.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <sstream>
#include <string>

#include "common/calls.hpp"
#include "common/temp_dir.hpp"

using amiko::Bytes;
using amiko::ByteView;
using amiko::errc;
using amiko::Input;
using amiko::MutableBytes;
using amiko::Redirect;
using amiko::support::UniqueFd;
using amiko::test::has_code;
using amiko::test::read_file;
using amiko::test::TempDir;

namespace {

struct Pipe {
  Pipe() {
    std::array<int, 2> fds{};
    BOOST_REQUIRE(::pipe2(fds.data(), O_CLOEXEC) == 0);
    reader.reset(fds[0]);
    writer.reset(fds[1]);
  }
  UniqueFd reader, writer;
};

std::string all_of(Input input, std::size_t step = 7) {
  std::string text;
  Bytes buffer(step);
  for (;;) {
    const std::size_t n = input.read(buffer);
    if (n == 0) return text;
    text += ByteView(buffer).first(n).text();
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(redirect)

BOOST_AUTO_TEST_CASE(each_input_gives_all_of_it) {
  const std::string text = "one line\nanother line\n";
  BOOST_TEST(all_of(Input()) == "");
  BOOST_TEST(Input().empty());
  BOOST_TEST(all_of(Input(text)) == text);
  BOOST_TEST(!Input(text).empty());
  BOOST_TEST(all_of(Input("literal")) == "literal");
  BOOST_TEST(all_of(Input::view(text)) == text);
  const TempDir dir;
  BOOST_TEST(all_of(Input::file(dir.write("in", text))) == text);
  std::istringstream stream(text);
  BOOST_TEST(all_of(Input::stream(stream)) == text);
  Pipe pipe;
  BOOST_REQUIRE(::write(pipe.writer.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()));
  pipe.writer.reset();
  const Input descriptor = Input::fd(pipe.reader.get());
  BOOST_TEST(descriptor.poll_fd() == pipe.reader.get());
  BOOST_TEST(all_of(descriptor) == text);
  int left = 3;
  BOOST_TEST(all_of(Input::source([&left](MutableBytes buffer) -> std::size_t {
               if (left == 0) return 0;
               buffer[0] = static_cast<std::uint8_t>('0' + left--);
               return 1;
             })) == "321");
}

// A copy of text is read from its own start, and lives on without the original.
BOOST_AUTO_TEST_CASE(copies_of_text_are_values) {
  auto first = std::make_unique<Input>(std::string(100, 'x') + "end");
  const Input second = *first;
  BOOST_TEST(all_of(*first) == all_of(second));
  first.reset();
  BOOST_TEST(all_of(second) == std::string(100, 'x') + "end");
}

BOOST_AUTO_TEST_CASE(a_missing_input_file_is_told_of) {
  const TempDir dir;
  BOOST_CHECK_EXCEPTION(Input::file(dir / "none"), amiko::Error, has_code(errc::file_not_found));
  BOOST_CHECK_EXCEPTION(Redirect::file(dir / "no/such"), amiko::Error, has_code(errc::file_not_found));
  BOOST_CHECK_EXCEPTION(Redirect::file(dir.path()), amiko::Error, has_code(errc::file_unwritable));
}

BOOST_AUTO_TEST_CASE(an_unreadable_descriptor_is_an_error) {
  const TempDir dir;
  const UniqueFd directory(::open(dir.path().c_str(), O_RDONLY | O_CLOEXEC));
  BOOST_CHECK_THROW(all_of(Input::fd(directory.get())), amiko::Error);
}

BOOST_AUTO_TEST_CASE(each_target_takes_what_is_written) {
  const TempDir dir;
  const auto file = dir.write("file", "old");
  const auto log = dir.write("log", "old ");
  for (const char* piece : {"a", "bc"})
    Redirect::append(log).write(piece);
  {
    const Redirect target = Redirect::file(file);
    target.write("a");
    target.write("bc");
    target.end();
  }
  BOOST_TEST(read_file(file) == "abc");
  BOOST_TEST(read_file(log) == "old abc");

  std::ostringstream stream;
  Redirect::stream(stream).write("abc");
  BOOST_TEST(stream.str() == "abc");
  std::string seen;
  Redirect::sink([&](ByteView data) { seen += data.text(); }).write("abc");
  BOOST_TEST(seen == "abc");
  Pipe pipe;
  Redirect::fd(pipe.writer.get()).write("abc");
  pipe.writer.reset();
  BOOST_TEST(all_of(Input::fd(pipe.reader.get())) == "abc");
}

BOOST_AUTO_TEST_CASE(kinds_of_targets) {
  BOOST_TEST(Redirect().captures());
  BOOST_TEST(Redirect::capture().captures());
  BOOST_TEST(!Redirect::discard().captures());
  BOOST_TEST(!Redirect::to_stdout().captures());
  BOOST_TEST(Redirect::to_stdout().goes_to_stdout());
  BOOST_TEST(!Redirect::discard().goes_to_stdout());
}

BOOST_AUTO_TEST_CASE(a_full_target_is_an_error) {
  std::ostringstream stream;
  stream.setstate(std::ios::badbit);
  BOOST_CHECK_THROW(Redirect::stream(stream).write("x"), amiko::Error);
  const UniqueFd full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  BOOST_REQUIRE(static_cast<bool>(full));
  BOOST_CHECK_EXCEPTION(Redirect::fd(full.get()).write("x"), amiko::Error, [](const amiko::Error& e) {
    return e.code() == boost::system::errc::no_space_on_device;
  });
}

// SIGPIPE would end the program instead.
BOOST_AUTO_TEST_CASE(a_pipe_without_a_reader_is_an_error) {
  Pipe pipe;
  pipe.reader.reset();
  for (int i = 0; i < 2; ++i)
    BOOST_CHECK_EXCEPTION(Redirect::fd(pipe.writer.get()).write("x"), amiko::Error,
                          [](const amiko::Error& e) { return e.code() == boost::system::errc::broken_pipe; });
}

// What is written does not fit into the pipe at once.
BOOST_AUTO_TEST_CASE(a_descriptor_that_does_not_block_takes_everything) {
  Pipe pipe;
  BOOST_REQUIRE(::fcntl(pipe.writer.get(), F_SETFL, O_NONBLOCK) == 0);
  const std::string much(1 << 20, 'm');
  amiko::test::Call writing([&] {
    Redirect::fd(pipe.writer.get()).write(much);
    pipe.writer.reset();
  });
  BOOST_TEST((all_of(Input::fd(pipe.reader.get()), 65536) == much));
  BOOST_TEST(!writing.code());
}

BOOST_AUTO_TEST_SUITE_END()
