// amiko - a server's connection: requests on channels
#include "server_calls.hpp"

#include <amiko/wire/reader.hpp>

#include <utility>

namespace amiko {
namespace {

// A handle for the time of a call: it must not close the channel when it goes.
struct Borrowed {
  explicit Borrowed(std::shared_ptr<ChannelImpl> impl) : channel(std::move(impl)) {}
  ~Borrowed() { channel.release(); }
  Borrowed(const Borrowed&) = delete;
  Borrowed& operator=(const Borrowed&) = delete;
  Channel channel;
};

WindowSize read_size(wire::Reader& reader) {
  WindowSize size;
  size.columns = reader.uint32();
  size.rows = reader.uint32();
  size.width = reader.uint32();
  size.height = reader.uint32();
  return size;
}

PtyRequest read_pty(wire::Reader& reader) {
  PtyRequest request;
  request.term = std::string(reader.text());
  request.size = read_size(reader);
  request.modes = TerminalModes::decode(reader.string());
  return request;
}

}  // namespace

struct ServerSide::Request {
  std::shared_ptr<ChannelImpl> channel;
  std::string type;
  Bytes body;
  bool want_reply;
};

void ServerSide::on_channel_request(std::shared_ptr<ChannelImpl> channel,
                                    const wire::ChannelRequest& message) {
  if (channel->closed()) return;  // by us: no answer could be sent
  const auto request = std::make_shared<Request>(
      Request{channel, std::string(message.type), message.body.bytes.bytes(), message.want_reply});
  Task task{Kind::request, request->body.size(), channel, [this, request] { answer_request(*request); }};
  if (!push(std::move(task))) channel->close();
}

// Behind the channel's requests.  It comes once, so it always finds room but when memory is short; then the
// application learns from its reads.
void ServerSide::on_channel_closed(std::shared_ptr<ChannelImpl> channel) {
  Task task{Kind::closed, 0, channel, [this, channel] {
              Borrowed borrowed(channel);
              allowed([&] {
                handler_->channel_closed(borrowed.channel);
                return true;
              });
            }};
  [[maybe_unused]] const bool queued = push(std::move(task));
}

// One that waits tells of those that come meanwhile, too.
void ServerSide::on_interrupt(std::shared_ptr<ChannelImpl> channel) {
  [[maybe_unused]] const bool queued = push({Kind::interrupt, 0, channel, [this, channel] {
                                               allowed([&] {
                                                 channel->tell_interrupts();
                                                 return true;
                                               });
                                             }});
}

void ServerSide::answer_request(const Request& request) {
  Borrowed borrowed(request.channel);
  std::optional<SessionStart> start;
  const bool yes = decide(borrowed.channel, request, start);
  if (request.want_reply) request.channel->answer_request(yes);
  if (!yes || !start) return;
  allowed([&] {
    handler_->session_started(borrowed.channel, *start);
    return true;
  });
}

// The body is read to its end before anybody is asked: what does not parse ends the connection.
bool ServerSide::decide(Channel& channel, const Request& request, std::optional<SessionStart>& start) {
  wire::Reader reader(request.body);
  ChannelImpl::Asked& asked = request.channel->asked;
  if (!request.channel->is_session())
    return allowed([&] { return handler_->check_other_request(channel, request.type, request.body); });
  if (request.type == "pty-req") {
    const PtyRequest pty = read_pty(reader);
    reader.expect_end();
    if (asked.start || std::exchange(asked.pty, true)) return false;
    return allowed([&] { return handler_->check_pty_request(channel, pty); });
  }
  if (request.type == "env") {
    const auto name = reader.text();
    const auto value = reader.text();
    reader.expect_end();
    return !asked.start && allowed([&] { return handler_->check_env_request(channel, name, value); });
  }
  if (request.type == "window-change") {
    const WindowSize size = read_size(reader);
    reader.expect_end();
    return allowed([&] { return handler_->check_window_change_request(channel, size); });
  }
  if (request.type == "signal") {
    const auto name = reader.text();
    reader.expect_end();
    return allowed([&] { return handler_->check_signal_request(channel, name); });
  }
  if (request.type == "break") {
    const std::uint32_t length = reader.uint32();
    reader.expect_end();
    return allowed([&] { return handler_->check_break_request(channel, length); });
  }
  return decide_start(channel, request, start);
}

bool ServerSide::decide_start(Channel& channel, const Request& request, std::optional<SessionStart>& start) {
  wire::Reader reader(request.body);
  SessionStart wanted;
  if (request.type == "shell") {
    reader.expect_end();
  } else if (request.type == "exec" || request.type == "subsystem") {
    wanted.kind = request.type == "exec" ? SessionStart::Kind::exec : SessionStart::Kind::subsystem;
    wanted.command = std::string(reader.text());
    reader.expect_end();
  } else {
    return allowed([&] { return handler_->check_other_request(channel, request.type, request.body); });
  }
  if (request.channel->asked.start) return false;  // RFC 4254 section 6.5: one of them, once
  const bool yes = allowed([&] {
    switch (wanted.kind) {
      case SessionStart::Kind::exec:
        return handler_->check_exec_request(channel, wanted.command);
      case SessionStart::Kind::subsystem:
        return handler_->check_subsystem_request(channel, wanted.command);
      case SessionStart::Kind::shell:
        break;
    }
    return handler_->check_shell_request(channel);
  });
  request.channel->asked.start = yes;
  if (yes) start = std::move(wanted);
  return yes;
}

}  // namespace amiko
