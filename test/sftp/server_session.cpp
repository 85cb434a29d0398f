// amiko - tests of an SFTP server's session: hostile input, order, overlap, bounds, the end
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <future>
#include <mutex>

#include "common/resident.hpp"
#include "sftp/memory_filesystem.hpp"
#include "sftp/sftp_script.hpp"

using namespace amiko;
using namespace amiko::test;
using sftp::PacketType;

namespace {

namespace data = boost::unit_test::data;

Bytes packet(std::uint8_t type, std::uint32_t id, ByteView body = {}) {
  Bytes bytes;
  wire::Writer writer(bytes);
  writer.uint32(static_cast<std::uint32_t>(5 + body.size()));
  writer.byte(type);
  writer.uint32(id);
  writer.raw(body);
  return bytes;
}

Bytes length_only(std::uint32_t length) {
  Bytes bytes;
  wire::Writer(bytes).uint32(length);
  return bytes;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sftp_server_session)

BOOST_AUTO_TEST_CASE(version_lists_the_extensions_as_openssh_does) {
  SftpScript client(std::make_shared<MemoryFilesystem>(), {.denied = {"statvfs", "hardlink"}}, false);
  std::string names;
  for (const auto& [name, version] : client.greet().pairs)
    names += name + "=" + version + " ";
  BOOST_TEST(names ==
             "posix-rename@openssh.com=1 fstatvfs@openssh.com=2 fsync@openssh.com=1 lsetstat@openssh.com=1 "
             "limits@openssh.com=1 expand-path@openssh.com=1 copy-data=1 home-directory=1 "
             "users-groups-by-id@openssh.com=1 ");
}

BOOST_AUTO_TEST_CASE(a_client_that_says_nothing_is_no_error) {
  SftpScript client(std::make_shared<MemoryFilesystem>(), {}, false);
  client.end_requests();
  BOOST_TEST(!client.outcome());
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-32"))
BOOST_AUTO_TEST_CASE(a_request_before_init_ends_the_session) {
  SftpScript client(std::make_shared<MemoryFilesystem>(), {}, false);
  client.request(sftp::Stat{"/"});
  BOOST_TEST((client.outcome() == errc::protocol_error));
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-32"))
BOOST_AUTO_TEST_CASE(a_second_init_ends_the_session) {
  SftpScript client(std::make_shared<MemoryFilesystem>());
  client.send(packet(1, 3));
  BOOST_TEST((client.outcome() == errc::protocol_error));
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-32"))
BOOST_DATA_TEST_CASE(lengths_that_no_packet_has_end_the_session,
                     data::make({0U, 1U, 4U, 256U * 1024 + 1, 0x7fffffffU, 0xffffffffU}), length) {
  SftpScript client(std::make_shared<MemoryFilesystem>());
  client.send(length_only(length));
  const error_code how = client.outcome();
  BOOST_TEST((how == errc::malformed_packet || how == errc::packet_too_large));
}

// Every type with every prefix of a good request: answered, or the end; never a crash or a hang.
BOOST_AUTO_TEST_CASE(requests_that_are_cut_short_end_the_session) {
  Bytes whole;
  sftp::encode(whole, 1, sftp::Open{"/file", sftp_read, {.size = 1, .permissions = 0644}});
  const ByteView body = ByteView(whole).from(9);
  for (std::size_t n = 0; n < body.size(); ++n) {
    SftpScript client(std::make_shared<MemoryFilesystem>());
    client.send(packet(sftp::to_byte(PacketType::open), 1, body.first(n)));
    BOOST_TEST((client.outcome() == errc::malformed_packet));
  }
  for (int type = 3; type <= 20; ++type) {
    SftpScript client(std::make_shared<MemoryFilesystem>());
    client.send(packet(static_cast<std::uint8_t>(type), 1, "ab"));
    BOOST_TEST((client.outcome() == errc::malformed_packet));
  }
  SftpScript client(std::make_shared<MemoryFilesystem>());
  client.send(ByteView(whole).first(whole.size() - 1));
  client.end_requests();
  BOOST_TEST((client.outcome() == errc::malformed_packet));
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-32"))
BOOST_AUTO_TEST_CASE(counts_and_lengths_within_a_request_are_not_believed) {
  for (const std::string_view name : {sftp::extension::copy_data, sftp::extension::users_groups_by_id,
                                      sftp::extension::posix_rename, sftp::extension::fsync}) {
    Bytes body;
    wire::Writer writer(body);
    writer.string(name);
    writer.uint32(0xffffffff);
    SftpScript client(std::make_shared<MemoryFilesystem>());
    client.send(packet(200, 1, body));
    BOOST_TEST((client.outcome() == errc::malformed_packet), name);
  }
  Bytes attributes;
  wire::Writer writer(attributes);
  writer.string("/");
  writer.uint32(0x80000000);
  writer.uint32(0xffffffff);
  SftpScript client(std::make_shared<MemoryFilesystem>());
  client.send(packet(sftp::to_byte(PacketType::setstat), 1, attributes));
  BOOST_TEST((client.outcome() == errc::malformed_packet));
}

BOOST_AUTO_TEST_CASE(what_is_not_known_is_answered_so) {
  SftpScript client(std::make_shared<MemoryFilesystem>());
  for (const int type : {2, 21, 99, 101, 104, 201, 255}) {
    client.send(packet(static_cast<std::uint8_t>(type), 77, "xyz"));
    const SftpReply reply = client.next();
    BOOST_TEST((reply.status() == sftp_errc::op_unsupported));
    BOOST_TEST(reply.id == 77U);
  }
  BOOST_TEST((client.ask(sftp::Extended{"nope@example.org", {}}).status() == sftp_errc::op_unsupported));
  BOOST_TEST((client.ask(sftp::Readlink{"/"}).status() == sftp_errc::op_unsupported));
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-32"))
BOOST_AUTO_TEST_CASE(handles_that_there_are_not_are_answered) {
  const auto files = std::make_shared<MemoryFilesystem>();
  SftpScript client(files);
  const Bytes file = client.open("/a");
  const Bytes directory = client.ask(sftp::Opendir{"/"}).handle();
  BOOST_TEST((client.ask(sftp::Close{file}).status() == sftp_errc::ok));
  BOOST_TEST(files->open_now == 0U);
  for (const Bytes& handle : {file, directory, Bytes(), Bytes(3), Bytes(8), Bytes(256), Bytes(100'000)}) {
    BOOST_TEST((client.ask(sftp::Read{handle, 0, 10}).status() == sftp_errc::failure));
    BOOST_TEST((client.ask(sftp::Write{handle, 0, "x"}).status() == sftp_errc::failure));
    BOOST_TEST((client.ask(sftp::Fstat{handle}).status() == sftp_errc::failure));
    BOOST_TEST(
        (client.extended(sftp::extension::fsync, sftp::OneHandle{handle}).status() == sftp_errc::failure));
    BOOST_TEST(
        (client.extended(sftp::extension::copy_data, sftp::CopyData{handle, 0, 0, handle, 0}).status() ==
         sftp_errc::failure));
  }
  BOOST_TEST((client.ask(sftp::Readdir{file}).status() == sftp_errc::failure));
  BOOST_TEST((client.ask(sftp::Close{file}).status() == sftp_errc::failure));
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-32"))
BOOST_AUTO_TEST_CASE(a_million_opens_cost_a_thousand_handles) {
  const auto files = std::make_shared<MemoryFilesystem>();
  SftpScript client(files);
  constexpr std::size_t rounds = 100, each = 10'000;
  Bytes opens;
  for (std::uint32_t i = 0; i < each; ++i)
    sftp::encode(opens, i, sftp::Open{"/a", sftp_read, {}});
  std::size_t granted = 0, before = 0;
  for (std::size_t round = 0; round < rounds; ++round) {
    std::thread sender([&] { client.send(opens); });
    for (std::size_t i = 0; i < each; ++i)
      granted += client.next().type == PacketType::handle ? 1 : 0;
    sender.join();
    if (round == 0) before = resident();
  }
  BOOST_TEST(granted == 1000U);
  BOOST_TEST(files->opened == 1000U);
  BOOST_TEST(resident() <= before + 4'194'304);
}

BOOST_AUTO_TEST_CASE(read_gives_what_there_is) {
  const auto files = std::make_shared<MemoryFilesystem>();
  files->files["/a"] = std::string(600'000, 'x');
  SftpScript client(files);
  const Bytes handle = client.open("/a");
  BOOST_TEST(client.ask(sftp::Read{handle, 0, 0xffffffff}).data().size() == 255U * 1024);
  BOOST_TEST(client.ask(sftp::Read{handle, 599'990, 100}).data() == "xxxxxxxxxx");
  BOOST_TEST(client.ask(sftp::Read{handle, 0, 0}).data().empty());
  BOOST_TEST((client.ask(sftp::Read{handle, 600'000, 1}).status() == sftp_errc::eof));
  BOOST_TEST((client.ask(sftp::Write{handle, 0, std::string(255 * 1024, 'y')}).status() == sftp_errc::ok));
  BOOST_TEST(files->files["/a"][255 * 1024 - 1] == 'y');
}

BOOST_AUTO_TEST_CASE(requests_of_one_file_keep_their_order) {
  const auto files = std::make_shared<MemoryFilesystem>();
  std::mutex mutex;
  std::map<std::string, std::vector<std::uint64_t>> seen;
  files->before_write = [&](const std::string& path, std::uint64_t offset) {
    const std::lock_guard guard(mutex);
    seen[path].push_back(offset);
  };
  SftpScript client(files);
  const std::vector<std::string> paths{"/a", "/b", "/c", "/d", "/e", "/f"};
  std::vector<Bytes> handles;
  for (const auto& path : paths)
    handles.push_back(client.open(path, sftp_write));
  constexpr std::uint64_t count = 50;
  Bytes requests;
  const std::string block(4096, 'z');
  for (std::uint64_t i = 0; i < count; ++i)
    for (const Bytes& handle : handles)
      sftp::encode(requests, 1, sftp::Write{handle, i, block});
  for (const Bytes& handle : handles)
    sftp::encode(requests, 2, sftp::Close{handle});
  sftp::encode(requests, 3, sftp::Stat{"/a"});
  std::thread sender([&] { client.send(requests); });
  for (std::size_t i = 0; i < (count + 1) * paths.size(); ++i)
    BOOST_TEST((client.next().status() == sftp_errc::ok));
  BOOST_TEST(client.next().id == 3U);  // a path waits for all before it
  sender.join();
  for (const auto& path : paths) {
    BOOST_REQUIRE(seen[path].size() == count);
    BOOST_TEST(std::ranges::is_sorted(seen[path]));
  }
}

BOOST_AUTO_TEST_CASE(requests_of_different_files_overlap) {
  const auto files = std::make_shared<MemoryFilesystem>();
  files->files["/a"] = files->files["/b"] = std::string(200'000, 'x');
  std::promise<void> b_began;
  auto b = b_began.get_future();
  files->before_read = [&](const std::string& path, std::uint64_t) {
    if (path == "/b") return b_began.set_value();
    if (b.wait_for(scaled(milliseconds(20'000))) != std::future_status::ready)
      throw std::runtime_error("/b waits for /a");
  };
  SftpScript client(files);
  const Bytes first = client.open("/a"), second = client.open("/b");
  Bytes requests;
  sftp::encode(requests, 1, sftp::Read{first, 0, 100'000});
  sftp::encode(requests, 2, sftp::Read{second, 0, 100'000});
  client.send(requests);
  for (int i = 0; i < 2; ++i)
    BOOST_TEST(client.next().data().size() == 100'000U);
}

BOOST_AUTO_TEST_CASE(a_client_that_takes_no_answers_is_not_read_for) {
  const auto files = std::make_shared<MemoryFilesystem>();
  files->files["/a"] = std::string(300'000, 'x');
  SftpScript client(files);
  const Bytes handle = client.open("/a");
  constexpr std::uint32_t count = 400, size = 255 * 1024;
  Bytes requests;
  for (std::uint32_t i = 0; i < count; ++i)
    sftp::encode(requests, i, sftp::Read{handle, 0, size});
  std::thread sender([&] { client.send(requests); });
  std::size_t most_ahead = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    BOOST_TEST(client.next().data().size() == size);
    most_ahead = std::max<std::size_t>(most_ahead, files->reads - i);
  }
  sender.join();
  // 4 MiB that wait, what the socket holds, and one that is being read.
  BOOST_TEST(most_ahead <= 4 * 1024 / 255 + 6);
}

BOOST_AUTO_TEST_CASE(the_end_closes_what_is_open) {
  const auto files = std::make_shared<MemoryFilesystem>();
  SftpScript client(files);
  client.open("/a");
  client.open("/b");
  BOOST_TEST(files->open_now == 2U);
  client.end_requests();
  BOOST_TEST(!client.outcome());
  BOOST_TEST(files->open_now == 0U);
}

BOOST_AUTO_TEST_CASE(closing_the_stream_ends_a_session_that_waits) {
  SftpScript client(std::make_shared<MemoryFilesystem>());
  client.close_stream();
  const error_code how = client.outcome();
  BOOST_TEST((!how || how == errc::closed));
}

BOOST_AUTO_TEST_CASE(closing_the_stream_ends_a_session_whose_answers_are_not_taken) {
  const auto files = std::make_shared<MemoryFilesystem>();
  files->files["/a"] = std::string(300'000, 'x');
  SftpScript client(files);
  const Bytes handle = client.open("/a");
  Bytes requests;
  for (std::uint32_t i = 0; i < 200; ++i)
    sftp::encode(requests, i, sftp::Read{handle, 0, 255 * 1024});
  client.send(requests);
  BOOST_TEST(eventually([&] { return files->reads > 16U; }));
  client.close_stream();
  BOOST_TEST((client.outcome() == errc::closed));
}

BOOST_AUTO_TEST_CASE(lists_of_requests_are_obeyed) {
  std::vector<std::string> traced;
  const auto files = std::make_shared<MemoryFilesystem>();
  files->files["/a"] = "x";
  SftpScript client(files, {.allowed = {"open", "read", "stat"},
                            .denied = {"read"},
                            .trace = [&](std::string_view request, std::string_view path) {
                              traced.push_back(std::string(request) + " " + std::string(path));
                            }});
  const Bytes handle = client.open("/a");
  BOOST_TEST((client.ask(sftp::Read{handle, 0, 1}).status() == sftp_errc::permission_denied));
  BOOST_TEST((client.ask(sftp::Lstat{"/a"}).status() == sftp_errc::permission_denied));
  BOOST_TEST(
      (client.extended(sftp::extension::limits, sftp::OnePath{}).status() == sftp_errc::permission_denied));
  BOOST_TEST((client.ask(sftp::Stat{"/a"}).type == PacketType::attrs));
  BOOST_TEST((traced == std::vector<std::string>{"open /a", "stat /a"}));
}

BOOST_AUTO_TEST_CASE(names_come_in_packets_of_a_bounded_size) {
  const auto files = std::make_shared<MemoryFilesystem>();
  for (int i = 0; i < 100; ++i)
    files->names.push_back({.filename = std::to_string(i) + std::string(10'000, 'n'),
                            .attributes = {.size = 1, .uid = 7, .gid = 8, .permissions = 0100644}});
  SftpScript client(files);
  const Bytes handle = client.ask(sftp::Opendir{"/"}).handle();
  std::size_t count = 0;
  for (;;) {
    const SftpReply reply = client.ask(sftp::Readdir{handle});
    if (reply.type == PacketType::status) {
      BOOST_TEST((reply.status() == sftp_errc::eof));
      break;
    }
    BOOST_TEST(reply.body.size() < 256U * 1024);
    for (const SftpName& name : sftp::decode_names(reply.body)) {
      BOOST_TEST(name.filename.starts_with(std::to_string(count++)));
      BOOST_TEST(name.longname.starts_with("-rw-r--r--    ? ann      8               1 "));
    }
  }
  BOOST_TEST(count == 100U);
}

BOOST_AUTO_TEST_CASE(what_a_file_system_throws_is_answered) {
  const auto files = std::make_shared<MemoryFilesystem>();
  const std::vector<std::pair<std::function<void()>, sftp_errc>> cases{
      {[] { throw SftpError(sftp_errc::quota_exceeded); }, sftp_errc::failure},
      {[] { throw SftpError(sftp_errc::write_protect); }, sftp_errc::permission_denied},
      {[] { throw std::system_error(ENOENT, std::generic_category()); }, sftp_errc::no_such_file},
      {[] { throw std::system_error(EACCES, std::system_category()); }, sftp_errc::permission_denied},
      {[] { throw_error(errc::malformed_packet, "of another connection"); }, sftp_errc::failure},
      {[] { throw std::bad_alloc(); }, sftp_errc::failure},
      {[] { throw 7; }, sftp_errc::failure}};
  std::function<void()> next;
  files->before_read = [&](const std::string&, std::uint64_t) { next(); };
  SftpScript client(files);
  const Bytes handle = client.open("/a");
  for (const auto& [thrown, status] : cases) {
    next = thrown;
    BOOST_TEST((client.ask(sftp::Read{handle, 0, 1}).status() == status));
  }
}

BOOST_AUTO_TEST_CASE(limits_and_names_of_numbers) {
  SftpScript client(std::make_shared<MemoryFilesystem>(), {.max_handles = 5});
  const SftpReply limits = client.ask(sftp::Extended{sftp::extension::limits, {}});
  BOOST_TEST((sftp::decode<sftp::LimitsBody>(limits.body).limits.max_packet == 256U * 1024));
  BOOST_TEST((sftp::decode<sftp::LimitsBody>(limits.body).limits.max_read == 255U * 1024));
  BOOST_TEST((sftp::decode<sftp::LimitsBody>(limits.body).limits.max_handles == 5U));
  Bytes numbers, expected;
  wire::Writer(numbers).uint32(7);
  wire::Writer(numbers).uint32(8);
  wire::Writer(expected).string("ann");
  wire::Writer(expected).string("");
  const SftpReply names =
      client.extended(sftp::extension::users_groups_by_id, sftp::IdLists{numbers, numbers});
  BOOST_TEST((sftp::decode<sftp::IdLists>(names.body).users == ByteView(expected)));
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-83"))
BOOST_AUTO_TEST_CASE(data_is_copied_between_files) {
  const auto files = std::make_shared<MemoryFilesystem>();
  files->files["/a"] = "0123456789";
  SftpScript client(files);
  const Bytes from = client.open("/a"), to = client.open("/b");
  const auto copy = [&](std::uint64_t offset, std::uint64_t length) {
    return client.extended(sftp::extension::copy_data, sftp::CopyData{from, offset, length, to, 1}).status();
  };
  BOOST_TEST((copy(2, 3) == sftp_errc::ok));
  BOOST_TEST(files->files["/b"] == std::string("\0"
                                               "234",
                                               4));
  BOOST_TEST((copy(5, 0) == sftp_errc::ok));
  BOOST_TEST(files->files["/b"] == std::string("\0"
                                               "56789",
                                               6));
  BOOST_TEST((copy(5, 100) == sftp_errc::eof));
  BOOST_TEST((client.extended(sftp::extension::copy_data, sftp::CopyData{from, 0, 0, from, 5}).status() ==
              sftp_errc::failure));
}

BOOST_AUTO_TEST_SUITE_END()
