// amiko - a channel as the stream under another connection
#include "tunnel_stream.hpp"

#include "channel_impl.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <atomic>
#include <utility>

namespace amiko {
namespace {

namespace asio = boost::asio;

// What the outer worker tells reaches the inner one by post(): neither waits for the other, and neither runs
// the other's code.
class TunnelStream final : public transport::Stream {
 public:
  explicit TunnelStream(Channel channel) : channel_(std::move(channel)), link_(std::make_shared<Notice>()) {}

  ~TunnelStream() override { detach(); }

  void attach(asio::io_context& io, transport::StreamEvents& events) override {
    link_->io = &io;
    link_->self = this;
    events_ = &events;
    channel_.impl()->set_listener([notice = link_] { notice->tell(); });
  }

  void start_read(MutableBytes into) override {
    into_ = into;
    reading_ = true;
    link_->tell();
  }

  void wait_writable() override {
    waiting_ = true;
    link_->tell();
  }

  std::size_t write_some(ByteView data, error_code& error) noexcept override {
    if (link_->waits_for_room.exchange(true)) {
      error = errc::would_block;
      return 0;
    }
    std::size_t n = 0;
    try {
      n = channel_.impl()->try_send(data, error, [notice = link_] {
        notice->waits_for_room = false;
        notice->tell();
      });
    } catch (const std::exception&) {
      error = errc::resource_shortage;
    }
    if (error == errc::timed_out)
      error = errc::would_block;
    else
      link_->waits_for_room = false;
    return n;
  }

  void shutdown() noexcept override {
    shut_ = true;
    channel_.close();
    link_->tell();
  }

  void close() noexcept override {
    detach();
    channel_.close();
  }

 private:
  // Outlives the stream: a late call from the outer worker finds nothing to tell.
  struct Notice : std::enable_shared_from_this<Notice> {
    support::Mutex mutex;
    asio::io_context* io = nullptr;
    TunnelStream* self = nullptr;
    std::atomic<bool> posted{false};
    std::atomic<bool> waits_for_room{false};  // in the outer connection's Outbound, which will call once

    void tell() noexcept {
      if (posted.exchange(true)) return;
      const support::Guard guard(mutex);
      if (io == nullptr) return;
      asio::post(*io, [notice = shared_from_this()] {
        notice->posted = false;
        if (TunnelStream* stream = notice->self) stream->progress();
      });
    }
  };

  void detach() noexcept {
    channel_.impl()->set_listener({});
    const support::Guard guard(link_->mutex);
    link_->io = nullptr;
    link_->self = nullptr;
  }

  // On the inner worker.
  void progress() {
    const bool room = !link_->waits_for_room && (channel_.impl()->ready_events() & Channel::room) != 0;
    if (waiting_ && (shut_ || room)) {
      waiting_ = false;
      events_->on_writable({});
    }
    if (!reading_) return;
    error_code error;
    const std::size_t n =
        channel_.impl()->recv(StreamKind::out, into_, Deadline::after(std::chrono::seconds(0)), error);
    if (error == errc::timed_out || error == errc::would_block) return;
    reading_ = false;
    events_->on_read(error, n);
  }

  Channel channel_;
  std::shared_ptr<Notice> link_;
  transport::StreamEvents* events_ = nullptr;
  MutableBytes into_;
  bool reading_ = false;  // inner worker only
  bool waiting_ = false;  // inner worker only
  std::atomic<bool> shut_{false};
};

}  // namespace

std::unique_ptr<transport::Stream> make_tunnel_stream(Channel channel) {
  return std::make_unique<TunnelStream>(std::move(channel));
}

}  // namespace amiko
