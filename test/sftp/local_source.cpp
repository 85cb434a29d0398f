// amiko - tests of files here that a copy reads
#include "../../libs/sftp/src/local_source.hpp"

#include <amiko/base/error.hpp>

#include <boost/test/unit_test.hpp>

#include <fcntl.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "common/temp_dir.hpp"

using amiko::Bytes;
using amiko::ByteView;
using amiko::Error;
using amiko::sftp::LocalSource;
using amiko::test::TempDir;
namespace fs = std::filesystem;

namespace {

// Its content as the pieces that it gives tell it; `read` counts their bytes.
std::string content_of(LocalSource& source, std::size_t& read) {
  std::string content;
  Bytes buffer(10'000);
  while (const auto range = source.read(buffer)) {
    BOOST_TEST(range->offset >= content.size());
    content.resize(static_cast<std::size_t>(range->offset));
    content += ByteView(buffer).first(range->length).text();
    read += range->length;
  }
  content.resize(static_cast<std::size_t>(source.position()));
  return content;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(local_source)

BOOST_AUTO_TEST_CASE(holes_are_passed_over) {
  TempDir temp;
  std::string content(8 << 20, '\0');
  temp.write("file", "");
  fs::resize_file(temp / "file", content.size());
  std::fstream out(temp / "file", std::ios::in | std::ios::out | std::ios::binary);
  for (const std::size_t at : {1'000'000U, 5'000'000U}) {
    out.seekp(static_cast<std::streamoff>(at));
    out << "data";
    content.replace(at, 4, "data");
  }
  out.close();
  std::size_t read = 0;
  LocalSource sparse(AT_FDCWD, temp / "file", true, true);
  BOOST_TEST((content_of(sparse, read) == content));
  BOOST_TEST(read < 1'000'000U);
  read = 0;
  LocalSource whole(AT_FDCWD, temp / "file", true, false);
  BOOST_TEST((content_of(whole, read) == content));
  BOOST_TEST(read == content.size());
}

BOOST_AUTO_TEST_CASE(it_is_read_to_the_end_that_it_has_by_then) {
  TempDir temp;
  temp.write("file", "begin");
  LocalSource source(AT_FDCWD, temp / "file", true, true);
  std::ofstream(temp / "file", std::ios::app) << " and more";
  std::size_t read = 0;
  BOOST_TEST(content_of(source, read) == "begin and more");
}

BOOST_AUTO_TEST_CASE(only_regular_files) {
  TempDir temp;
  BOOST_REQUIRE(::mkfifo((temp / "fifo").c_str(), 0600) == 0);
  temp.write("file", "x");
  fs::create_symlink("file", temp / "link");
  for (const std::string& name :
       {temp.path().string(), (temp / "fifo").string(), std::string("/dev/null"), (temp / "none").string()})
    BOOST_CHECK_THROW(LocalSource(AT_FDCWD, name, true, true), Error);
  LocalSource(AT_FDCWD, temp / "link", true, true);
  BOOST_CHECK_THROW(LocalSource(AT_FDCWD, temp / "link", false, true), Error);
}

BOOST_AUTO_TEST_SUITE_END()
