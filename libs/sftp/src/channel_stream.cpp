// amiko - a channel as the stream that SFTP runs over
#include <amiko/sftp/sftp_stream.hpp>

#include <array>
#include <optional>

namespace amiko {
namespace {

// Channel's own calls do the waiting when they are told to; here they must not, and wait() does.
class ChannelStream final : public SftpStream {
 public:
  explicit ChannelStream(Channel channel) : owned_(std::move(channel)), channel_(*owned_) { start(); }
  explicit ChannelStream(Channel* channel) : channel_(*channel) { start(); }
  ~ChannelStream() override {
    if (owned_) channel_.close();
  }

  std::size_t read_some(MutableBytes buffer, error_code& ec) override {
    drop_stderr();
    return channel_.recv(buffer, ec);
  }
  std::size_t write_some(ByteView data, error_code& ec) override { return channel_.send(data, ec); }

  unsigned wait(unsigned events, Deadline deadline) override {
    for (;;) {
      const unsigned found = channel_.wait(channel_events(events), deadline.left());
      if (found == 0) return 0;
      drop_stderr();
      if (const unsigned wanted = stream_events(found) & events) return wanted;
    }
  }
  void wake() noexcept override { channel_.wake(); }

  void end_writing() noexcept override {
    try {
      channel_.send_eof();
    } catch (const Error&) {  // there is nothing left to end
    }
  }
  void close() noexcept override { channel_.close(); }

  Failure failure(const error_code& ec) const override {
    return {.code = ec, .phase = Phase::session, .peer = channel_.getpeername()};
  }

 private:
  void start() { channel_.settimeout(std::chrono::seconds(0)); }

  // Unread, it would use up the window and stop the peer for good.
  void drop_stderr() {
    std::array<std::uint8_t, 4096> lost;
    error_code ec;
    while (channel_.recv_stderr_ready() && channel_.recv_stderr(lost, ec) > 0) {
    }
  }

  static unsigned channel_events(unsigned events) noexcept {
    return (events & readable ? Channel::out | Channel::err | Channel::end : 0u) |
           (events & writable ? static_cast<unsigned>(Channel::room) : 0u) |
           (events & woken ? static_cast<unsigned>(Channel::woken) : 0u);
  }
  static unsigned stream_events(unsigned found) noexcept {
    return (found & (Channel::out | Channel::end) ? readable : 0u) |
           (found & Channel::room ? static_cast<unsigned>(writable) : 0u) |
           (found & Channel::woken ? static_cast<unsigned>(woken) : 0u);
  }

  std::optional<Channel> owned_;
  Channel& channel_;
};

}  // namespace

SftpStream::~SftpStream() = default;

std::shared_ptr<SftpStream> sftp_stream(Channel channel) {
  return std::make_shared<ChannelStream>(std::move(channel));
}

std::shared_ptr<SftpStream> borrowed_sftp_stream(Channel& channel) {
  return std::make_shared<ChannelStream>(&channel);
}

}  // namespace amiko
