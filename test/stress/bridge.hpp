// amiko - what a server does for direct-tcpip: bytes between a channel and a socket
#pragma once

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include "common/scripted_server.hpp"

namespace amiko::test {

/// Serves the only channel of `outer`; the other end is a socket for a second scripted server.
class Bridge {
 public:
  explicit Bridge(ScriptedServer& outer) : outer_(outer) {
    std::array<int, 2> fds{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds.data()) != 0)
      throw std::system_error(errno, std::generic_category(), "socketpair");
    ours_.reset(fds[0]);
    inner_.reset(fds[1]);
    outer_.run([this](ScriptedPeer& peer) { serve(peer); });
    back_ = std::thread([this] { carry_back(); });
    there_ = std::thread([this] { carry_there(); });
  }
  Bridge(const Bridge&) = delete;
  Bridge& operator=(const Bridge&) = delete;
  ~Bridge() {
    ::shutdown(ours_.get(), SHUT_RDWR);
    {
      const std::lock_guard guard(mutex_);
      over_ = true;
    }
    changed_.notify_all();
    back_.join();
    there_.join();
    run([](ScriptedPeer& peer) {
      peer.on(wire::MessageNumber::channel_data, [](ScriptedPeer&, ByteView) { return true; });
      peer.on(wire::MessageNumber::channel_close, [](ScriptedPeer&, ByteView) { return false; });
    });
  }

  support::UniqueFd take_inner() { return std::move(inner_); }

 private:
  void serve(ScriptedPeer& peer) {
    // The server's thread must not wait here: what comes back needs it.
    peer.on(wire::MessageNumber::channel_data, [this](ScriptedPeer&, ByteView payload) {
      const auto message = wire::decode<wire::ChannelData>(payload);
      const std::lock_guard guard(mutex_);
      waiting_.emplace_back(message.recipient, message.data.bytes());
      changed_.notify_all();
      return true;
    });
    peer.on(wire::MessageNumber::channel_close, [this](ScriptedPeer&, ByteView) {
      ::shutdown(ours_.get(), SHUT_RDWR);
      return false;
    });
  }

  void carry_there() {
    std::unique_lock lock(mutex_);
    for (;;) {
      changed_.wait(lock, [this] { return over_ || !waiting_.empty(); });
      if (over_) return;
      const auto [recipient, data] = std::move(waiting_.front());
      waiting_.pop_front();
      lock.unlock();
      for (ByteView rest = data; !rest.empty();) {
        const auto n = ::send(ours_.get(), rest.data(), rest.size(), MSG_NOSIGNAL);
        if (n <= 0) return;
        rest = rest.from(static_cast<std::size_t>(n));
      }
      grant(recipient, static_cast<std::uint32_t>(data.size()));
      lock.lock();
    }
  }

  // False when the outer connection has ended.  One at a time: who finds the script over joins its thread.
  bool run(const std::function<void(ScriptedPeer&)>& f) {
    const std::lock_guard guard(run_mutex_);
    try {
      outer_.run(f);
      return true;
    } catch (const std::exception&) {
      return false;
    }
  }

  void grant(std::uint32_t recipient, std::uint32_t bytes) {
    run([=](ScriptedPeer& peer) {
      const auto found = peer.channels().find(recipient);
      if (found == peer.channels().end() || found->second.close_sent) return;
      peer.send(wire::ChannelWindowAdjust{.recipient = found->second.client_id, .bytes = bytes});
    });
  }

  void carry_back() {
    std::array<std::uint8_t, 16384> buffer{};
    for (;;) {
      const auto n = ::recv(ours_.get(), buffer.data(), buffer.size(), 0);
      const bool alive = run([&](ScriptedPeer& peer) {
        if (peer.channels().empty()) return;
        ServedChannel& channel = peer.channels().begin()->second;
        if (n > 0)
          peer.write(channel, ByteView(buffer.data(), static_cast<std::size_t>(n)));
        else
          peer.close(channel);
      });
      if (!alive) ::shutdown(ours_.get(), SHUT_RDWR);
      if (n <= 0 || !alive) return;
    }
  }

  ScriptedServer& outer_;
  support::UniqueFd ours_, inner_;
  std::mutex run_mutex_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::pair<std::uint32_t, Bytes>> waiting_;
  bool over_ = false;
  std::thread back_, there_;
};

}  // namespace amiko::test
