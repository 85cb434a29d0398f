// amiko - fuzzing of SFTP, on both sides
#include <amiko/sftp/sftp_client.hpp>
#include <amiko/sftp/sftp_server.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "../../libs/sftp/src/messages.hpp"
#include "../../libs/sftp/src/packet.hpp"
#include "fuzz/input.hpp"
#include "fuzz/target.hpp"
#include "sftp/memory_filesystem.hpp"

namespace amiko::fuzz {
namespace {

using sftp::PacketType;

constexpr std::size_t packet_limit = 256 * 1024;
constexpr std::uint64_t largest_file = 64 * 1024;

/// What goes out consists of whole packets.
void promise_packets(ByteView bytes) {
  std::size_t size = 0;
  while (!bytes.empty()) {
    const auto packet = sftp::first_packet(bytes, packet_limit, size);
    promise(packet.has_value(), "half a packet was sent");
    bytes = bytes.from(size);
  }
}

/// What stands in the input for the four bytes by which a session's handles begin: they are random.
constexpr std::string_view session_mark = "SESS";

/// A client that says all there is, a piece at a time.  It learns what handles look like from the answers.
class SayingStream final : public SftpStream {
 public:
  explicit SayingStream(ByteView bytes) : input_(bytes) {}

  std::size_t read_some(MutableBytes buffer, error_code& ec) override {
    ec.clear();
    if (piece_.empty()) {
      piece_ = input_.piece().bytes();
      for (auto at = piece_.begin(); (at = find_mark(at)) != piece_.end();)
        at = std::ranges::copy(session_, at).out;
    }
    const std::size_t n = std::min(buffer.size(), piece_.size());
    std::copy_n(piece_.begin(), n, buffer.begin());
    piece_.erase(piece_.begin(), piece_.begin() + static_cast<std::ptrdiff_t>(n));
    return n;
  }
  std::size_t write_some(ByteView data, error_code& ec) override {
    ec.clear();
    std::size_t size = 0;
    if (const auto packet = sftp::first_packet(data, packet_limit, size);
        packet && packet->type == PacketType::handle)
      std::ranges::copy(sftp::decode<sftp::Handle>(packet->body).handle.first(session_.size()),
                        session_.begin());
    append(said_, data);
    return data.size();
  }
  unsigned wait(unsigned events, Deadline) override { return events; }
  void wake() noexcept override {}
  void end_writing() noexcept override {}
  void close() noexcept override {}
  Failure failure(const error_code& ec) const override { return {.code = ec}; }

  ByteView said() const noexcept { return said_; }

 private:
  Bytes::iterator find_mark(Bytes::iterator from) {
    return std::search(from, piece_.end(), session_mark.begin(), session_mark.end());
  }

  Input input_;
  Bytes piece_;
  Bytes said_;
  std::array<std::uint8_t, 4> session_{};
};

void run_sftp_server(ByteView bytes) {
  const auto files = std::make_shared<test::MemoryFilesystem>();
  files->files = {{"/a", "content"}, {"/b", std::string(5000, 'b')}};
  files->names = {{.filename = "a"}, {.filename = "b"}};
  files->before_write = [](const std::string&, std::uint64_t offset) {
    if (offset > largest_file) throw SftpError(sftp_errc::failure);
  };
  const auto stream = std::make_shared<SayingStream>(bytes);
  const auto check = [&] {
    promise_packets(stream->said());
    promise(files->open_now == 0, "a file stays open behind the session");
  };
  try {
    serve_sftp(stream, files, {.max_handles = 8, .threads = 1});
  } catch (const Error&) {
    check();
    throw;
  }
  check();
}

template <class Message>
void append_request(Bytes& pieces, std::uint32_t id, const Message& message) {
  Bytes packet;
  sftp::encode(packet, id, message);
  append_piece(pieces, packet);
}

template <class... Messages>
Bytes session_of(const Messages&... messages) {
  Bytes init, pieces;
  sftp::encode_version(init, PacketType::init, 3, {});
  append_piece(pieces, init);
  std::uint32_t id = 0;
  (append_request(pieces, ++id, messages), ...);
  return plain(pieces);
}

std::vector<Bytes> sftp_server_seeds() {
  const Bytes first = {'S', 'E', 'S', 'S', 0, 0, 0, 1};
  return {
      session_of(sftp::Open{"/a", sftp_read, {}}, sftp::Read{first, 0, 100}, sftp::Fstat{first},
                 sftp::Close{first}),
      session_of(sftp::Open{"/new", sftp_write | sftp_create, {}}, sftp::Write{first, 3, "some"},
                 sftp::Close{first}),
      session_of(sftp::Opendir{"/"}, sftp::Readdir{first}, sftp::Readdir{first}, sftp::Close{first}),
      session_of(sftp::Stat{"/a"}, sftp::Realpath{"x/../y"}, sftp::Remove{"/b"}, sftp::Rename{"/a", "/c"}),
  };
}

/// A server that answers each request with the next piece of the input: its type and body, under the
/// request's id.
class AnsweringStream final : public SftpStream {
 public:
  explicit AnsweringStream(ByteView bytes) : input_(bytes) {}

  std::size_t read_some(MutableBytes buffer, error_code& ec) override {
    ec.clear();
    const std::size_t n = std::min(buffer.size(), answers_.size());
    std::copy_n(answers_.begin(), n, buffer.begin());
    answers_.erase(answers_.begin(), answers_.begin() + static_cast<std::ptrdiff_t>(n));
    return n;
  }

  std::size_t write_some(ByteView data, error_code& ec) override {
    ec.clear();
    append(asked_, data);
    std::size_t size = 0;
    while (const auto packet = sftp::first_packet(asked_, packet_limit, size)) {
      answer(packet->id);
      asked_.erase(asked_.begin(), asked_.begin() + static_cast<std::ptrdiff_t>(size));
    }
    return data.size();
  }

  // One who waits for an answer that the input does not have gets the end.
  unsigned wait(unsigned events, Deadline) override { return events; }
  void wake() noexcept override {}
  void end_writing() noexcept override {}
  void close() noexcept override {}
  Failure failure(const error_code& ec) const override { return {.code = ec}; }

 private:
  void answer(std::uint32_t id) {
    const ByteView piece = input_.piece();
    if (piece.empty()) return;
    wire::Writer writer(answers_);
    const bool greeting = !std::exchange(greeted_, true);
    writer.uint32(static_cast<std::uint32_t>(piece.size() + (greeting ? 0 : 4)));
    writer.byte(piece[0]);
    if (!greeting) writer.uint32(id);
    writer.raw(piece.from(1));
  }

  Input input_;
  Bytes asked_, answers_;
  bool greeted_ = false;
};

void use(SftpClient& sftp, std::size_t what) {
  switch (what) {
    case 0:
      sftp.realpath(".");
      sftp.statvfs("/");
      return;
    case 1:
      for (const std::string& name : sftp.listdir("/"))
        promise(!name.empty() && name != "." && name != "..", "a name that is none");
      return;
    case 2:
      promise(sftp.read_file("/a", largest_file).size() <= largest_file, "more was read than was asked for");
      return;
    case 3:
      return sftp.write_file("/b", "some");
    case 4:
      sftp.stat("/a");
      sftp.readlink("/c");
      return;
    case 5:
      return sftp.rmtree("/d");
    case 6:
      sftp.glob("/*/a*");
      return;
    default:
      sftp.user_names({1, 2, 3});
      sftp.home_directory("robey");
      return;
  }
}

constexpr std::size_t uses = 8;

void run_sftp_client(ByteView bytes) {
  if (bytes.empty()) return;
  SftpClient sftp(std::make_shared<AnsweringStream>(bytes.from(1)), {});
  use(sftp, bytes[0] % uses);
}

template <class Message>
void append_answer(Bytes& pieces, const Message& message) {
  Bytes packet;
  sftp::encode(packet, 0, message);
  Bytes piece{packet[4]};
  append(piece, ByteView(packet).from(9));
  append_piece(pieces, piece);
}

template <class... Messages>
Bytes answers_to(std::uint8_t what, const Messages&... messages) {
  const sftp::Extensions extensions{{{"statvfs@openssh.com", "2"}}};
  Bytes version, pieces{what};
  sftp::encode_version(version, PacketType::version, 3, extensions);
  append_piece(pieces, ByteView(version).from(4));
  (append_answer(pieces, messages), ...);
  return plain(pieces);
}

std::vector<Bytes> sftp_client_seeds() {
  const Bytes handle = {7};
  const sftp::Status ok{.code = 0}, end{.code = 1};
  const sftp::Attrs attributes{SftpAttributes{.size = 5, .permissions = 0100644}};
  const sftp::Attrs directory{SftpAttributes{.permissions = 040755}};
  return {
      answers_to(2, sftp::Handle{handle}, sftp::Data{"12345"}, end, ok),
      answers_to(3, sftp::Handle{handle}, ok, ok),
      answers_to(1, sftp::Handle{handle}, end, ok),
      answers_to(4, attributes, ok),
      answers_to(5, directory, sftp::Handle{handle}, end, ok, ok),
  };
}

}  // namespace

extern const Target sftp_client, sftp_server;
const Target sftp_client{"sftp_client", run_sftp_client, sftp_client_seeds};
const Target sftp_server{"sftp_server", run_sftp_server, sftp_server_seeds};

}  // namespace amiko::fuzz
