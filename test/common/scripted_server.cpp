// amiko - an SSH server of the library's own parts that does what a test tells it
#include "common/scripted_server.hpp"

#include <amiko/base/error.hpp>
#include <amiko/protocol/version_exchange.hpp>

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

namespace amiko::test {

using wire::MessageNumber;

namespace {

[[noreturn]] void fail(const std::string& text) {
  throw std::runtime_error("scripted server: " + text);
}

std::string first_word(const std::string& text) {
  return text.substr(0, text.find(' '));
}

std::string after_first_word(const std::string& text) {
  const auto space = text.find(' ');
  return space == std::string::npos ? std::string() : text.substr(space + 1);
}

support::UniqueFd make_pair(support::UniqueFd& client) {
  std::array<int, 2> fds{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds.data()) != 0)
    throw std::system_error(errno, std::generic_category(), "socketpair");
  client.reset(fds[0]);
  return support::UniqueFd(fds[1]);
}

std::size_t entries(const char* directory) {
  const std::filesystem::directory_iterator all(directory);
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

}  // namespace

AuthScript accept_all() {
  return [](ScriptedPeer& peer, const AuthRequest&) { peer.let_in(); };
}

AuthScript accept_password(std::string password) {
  return [password = std::move(password)](ScriptedPeer& peer, const AuthRequest& request) {
    if (request.method == "password" && request.password == password)
      peer.let_in();
    else
      peer.refuse({"password"});
  };
}

AuthScript accept_key(PublicKey key) {
  return [key = std::move(key)](ScriptedPeer& peer, const AuthRequest& request) {
    if (request.method != "publickey" || request.blob != key.blob())
      peer.refuse({"publickey"});
    else if (!request.has_signature)
      peer.send(wire::UserauthPkOk{.algorithm = request.algorithm, .blob = request.blob});
    else if (request.verified)
      peer.let_in();
    else
      peer.refuse({"publickey"});
  };
}

ScriptedPeer::ScriptedPeer(support::UniqueFd socket, ScriptedOptions options)
    : ScriptedEnd(std::move(socket), protocol::Role::server, options.version),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      options_(std::move(options)) {
  commands["cat"] = [](ScriptedPeer&, ServedChannel& channel) {
    channel.echo = true;
    channel.exit_at_eof = 0;
  };
  commands["sink"] = [](ScriptedPeer&, ServedChannel& channel) {
    channel.keep = true;
    channel.exit_at_eof = 0;
  };
  commands["exit"] = [](ScriptedPeer& peer, ServedChannel& channel) {
    peer.exit(channel, static_cast<std::uint32_t>(std::stoul(after_first_word(channel.command))));
  };
  commands["print"] = [](ScriptedPeer& peer, ServedChannel& channel) {
    peer.write(channel, after_first_word(channel.command));
    peer.exit(channel, 0);
  };
  commands["hold"] = [](ScriptedPeer&, ServedChannel& channel) { channel.keep = true; };
}

ScriptedPeer::~ScriptedPeer() = default;

protocol::KexSettings ScriptedPeer::kex_settings() const {
  protocol::KexSettings settings = settings_of(options_);
  settings.host_keys = {ScriptedServer::host_key().public_key()};
  return settings;
}

Bytes ScriptedPeer::sign(const protocol::KexMachine::Sign& request) {
  return ScriptedServer::host_key().sign(request.algorithm, request.data);
}

// True when the client has sent something; false when there are tasks.
bool ScriptedPeer::wait_for_work() {
  for (;;) {
    std::array<pollfd, 2> fds{pollfd{fd(), POLLIN, 0}, pollfd{wake_.get(), POLLIN, 0}};
    ::poll(fds.data(), fds.size(), -1);
    if (fds[1].revents != 0) return false;
    if (fds[0].revents != 0) return true;
  }
}

// --- authentication

void ScriptedPeer::connect() {
  exchange_versions();
  first_kex();
  authenticate();
}

void ScriptedPeer::accept_service() {
  if (expect<wire::ServiceRequest>().service != "ssh-userauth") fail("another service was asked for");
  send(wire::ServiceAccept{.service = "ssh-userauth"});
}

void ScriptedPeer::authenticate() {
  accept_service();
  while (!authenticated())
    options_.auth(*this, parse_request(next()));
}

AuthRequest ScriptedPeer::parse_request(ByteView payload) {
  const auto message = wire::decode<wire::UserauthRequest>(payload);
  AuthRequest request;
  request.payload = payload.bytes();
  request.user = message.user;
  request.service = message.service;
  request.method = message.method;
  wire::Reader body(message.body.bytes);
  if (request.method == "password") {
    request.change = body.boolean();
    request.password = body.text();
    if (request.change) request.new_password = body.text();
  } else if (request.method == "keyboard-interactive") {
    body.text();
    request.submethods = body.text();
  } else if (request.method == "publickey") {
    request.has_signature = body.boolean();
    request.algorithm = body.text();
    request.blob = body.string().bytes();
    if (request.has_signature) {
      const ByteView signed_part = payload.first(payload.size() - body.remaining());
      const ByteView signature = body.string();
      Bytes data;
      wire::Writer writer(data);
      writer.string(machine().session_id());
      writer.raw(signed_part);
      request.verified = PublicKey::from_blob(request.blob).verify(request.algorithm, data, signature);
    }
  }
  body.expect_end();
  return request;
}

void ScriptedPeer::let_in() {
  send(wire::UserauthSuccess{});
  login_done();
}

void ScriptedPeer::refuse(std::vector<std::string> methods, bool partial) {
  send(wire::UserauthFailure{.methods = std::move(methods), .partial_success = partial});
}

// --- serving

ServedChannel& ScriptedPeer::channel() {
  if (channels_.size() != 1) fail(std::to_string(channels_.size()) + " channels where one was expected");
  return channels_.begin()->second;
}

void ScriptedPeer::serve() {
  for (;;) {
    run_tasks();
    while (take_buffered()) {
      serve_one(next());
      const bool due = options_.rekey_after != 0 && !kex_held() && packets() >= options_.rekey_after;
      if (due) rekey();
    }
    if (wait_for_work()) fill();
  }
}

void ScriptedPeer::run_tasks() {
  std::uint64_t count = 0;
  while (::read(wake_.get(), &count, sizeof count) < 0 && errno == EINTR) {
  }
  for (;;) {
    std::function<void()> task;
    {
      const std::lock_guard guard(mutex_);
      if (tasks_.empty()) return;
      task = std::move(tasks_.front());
      tasks_.pop_front();
    }
    task();
  }
}

void ScriptedPeer::serve_one(ByteView payload) {
  const Bytes kept = payload.bytes();
  payload = kept;
  if (const auto handler = handlers_.find(payload[0]); handler != handlers_.end())
    if (const Handler run = handler->second; run(*this, payload)) return;
  const auto of = [this](std::uint32_t id) -> ServedChannel& {
    const auto found = channels_.find(id);
    if (found == channels_.end()) fail("a message for channel " + std::to_string(id) + ", which is not open");
    return found->second;
  };
  switch (static_cast<MessageNumber>(payload[0])) {
    case MessageNumber::channel_open:
      confirm(wire::decode<wire::ChannelOpen>(payload));
      break;
    case MessageNumber::channel_request:
      serve_request(payload);
      break;
    case MessageNumber::channel_data:
      serve_data(payload);
      break;
    case MessageNumber::channel_window_adjust: {
      const auto message = wire::decode<wire::ChannelWindowAdjust>(payload);
      ServedChannel& channel = of(message.recipient);
      channel.window += message.bytes;
      flush(channel);
      break;
    }
    case MessageNumber::channel_eof: {
      ServedChannel& channel = of(wire::decode<wire::ChannelEof>(payload).recipient);
      if (std::exchange(channel.eof_received, true)) fail("EOF twice");
      flush(channel);
      break;
    }
    case MessageNumber::channel_close: {
      ServedChannel& channel = of(wire::decode<wire::ChannelClose>(payload).recipient);
      close(channel);
      channels_.erase(channel.id);
      break;
    }
    case MessageNumber::global_request:
      if (wire::decode<wire::GlobalRequest>(payload).want_reply) send(wire::RequestFailure{});
      break;
    case MessageNumber::unimplemented:
    case MessageNumber::channel_success:
    case MessageNumber::channel_failure:
    case MessageNumber::channel_open_failure:
    case MessageNumber::pong:
      break;
    default:
      fail("nobody serves message " + std::to_string(payload[0]));
  }
}

ServedChannel& ScriptedPeer::confirm(const wire::ChannelOpen& open) {
  ServedChannel channel;
  channel.id = next_id_++;
  channel.client_id = open.sender;
  channel.window = open.window;
  channel.max_packet = open.max_packet;
  channel.granted = options_.window;
  channel.type = open.type;
  channel.open_body = open.body.bytes.bytes();
  send(wire::ChannelOpenConfirmation{.recipient = open.sender,
                                     .sender = channel.id,
                                     .window = options_.window,
                                     .max_packet = options_.max_packet});
  return channels_[channel.id] = std::move(channel);
}

void ScriptedPeer::serve_request(ByteView payload) {
  const auto message = wire::decode<wire::ChannelRequest>(payload);
  const auto found = channels_.find(message.recipient);
  if (found == channels_.end()) fail("a request on a channel that is not open");
  ServedChannel& channel = found->second;
  bool good = accept_requests;
  const bool starts = message.type == "exec" || message.type == "shell" || message.type == "subsystem";
  if (starts) {
    channel.command = message.type == "shell" ? "cat" : std::string(wire::Reader(message.body.bytes).text());
    good = good && commands.contains(first_word(channel.command));
  }
  if (message.want_reply) {
    if (good)
      send(wire::ChannelSuccess{.recipient = channel.client_id});
    else
      send(wire::ChannelFailure{.recipient = channel.client_id});
  }
  if (good && starts) commands[first_word(channel.command)](*this, channel);
}

void ScriptedPeer::serve_data(ByteView payload) {
  const auto message = wire::decode<wire::ChannelData>(payload);
  const auto found = channels_.find(message.recipient);
  if (found == channels_.end()) fail("data on a channel that is not open");
  ServedChannel& channel = found->second;
  const auto size = static_cast<std::uint32_t>(message.data.size());
  if (channel.eof_received) fail("data after EOF");
  if (size > channel.granted) fail("the client sent more than its window");
  if (size > options_.max_packet) fail("the client sent more than a packet's maximum");
  channel.granted -= size;
  if (channel.keep) append(channel.received, message.data);
  if (channel.grant && !channel.close_sent) {
    channel.granted += size;
    send(wire::ChannelWindowAdjust{.recipient = channel.client_id, .bytes = size});
  }
  if (channel.echo) write(channel, message.data);
}

void ScriptedPeer::write(ServedChannel& channel, ByteView data) {
  append(channel.backlog, data);
  flush(channel);
}

void ScriptedPeer::write_stderr(ServedChannel& channel, ByteView data) {
  channel.window -= data.size();
  send(wire::ChannelExtendedData{.recipient = channel.client_id, .data = data});
}

void ScriptedPeer::flush(ServedChannel& channel) {
  std::size_t sent = 0;
  while (!channel.close_sent && sent < channel.backlog.size() && channel.window > 0) {
    const std::size_t n = std::min<std::size_t>(
        {channel.backlog.size() - sent, static_cast<std::size_t>(channel.window), channel.max_packet});
    send(wire::ChannelData{.recipient = channel.client_id, .data = ByteView(channel.backlog).slice(sent, n)});
    channel.window -= n;
    sent += n;
  }
  channel.backlog.erase(channel.backlog.begin(), channel.backlog.begin() + static_cast<std::ptrdiff_t>(sent));
  if (!channel.backlog.empty()) return;
  if (channel.eof_received && channel.exit_at_eof)
    channel.exit_when_sent = std::exchange(channel.exit_at_eof, std::nullopt);
  if (channel.exit_when_sent) exit(channel, *std::exchange(channel.exit_when_sent, std::nullopt));
}

void ScriptedPeer::exit(ServedChannel& channel, std::uint32_t code) {
  if (channel.close_sent) return;
  if (!channel.backlog.empty()) {  // when the window has let it through
    channel.exit_when_sent = code;
    return;
  }
  Bytes status;
  wire::Writer(status).uint32(code);
  send(wire::ChannelRequest{.recipient = channel.client_id, .type = "exit-status", .body = {status}});
  if (!std::exchange(channel.eof_sent, true)) send(wire::ChannelEof{.recipient = channel.client_id});
  close(channel);
}

void ScriptedPeer::close(ServedChannel& channel) {
  if (!std::exchange(channel.close_sent, true)) send(wire::ChannelClose{.recipient = channel.client_id});
}

// --- the server

const PrivateKey& ScriptedServer::host_key() {
  static const PrivateKey key = PrivateKey::generate("ed25519");
  return key;
}

ScriptedServer::ScriptedServer(ScriptedOptions options)
    : ScriptedServer(support::UniqueFd(), std::move(options)) {}

ScriptedServer::ScriptedServer(support::UniqueFd socket, ScriptedOptions options)
    : peer_(socket ? std::move(socket) : make_pair(client_), std::move(options)),
      thread_([this] { work(); }) {}

ScriptedServer::~ScriptedServer() {
  peer_.shut_down();
  try {
    finish();
  } catch (const std::exception& e) {
    BOOST_ERROR(e.what());
  }
}

void ScriptedServer::work() {
  try {
    if (peer_.options_.script) {
      peer_.options_.script(peer_);
    } else {
      peer_.connect();
      peer_.serve();
    }
  } catch (const PeerGone& e) {
    end_ = e.what();
  } catch (...) {
    error_ = std::current_exception();
  }
  peer_.shut_down();
  std::deque<std::function<void()>> undone;
  {
    const std::lock_guard guard(peer_.mutex_);
    peer_.over_ = true;
    undone.swap(peer_.tasks_);
  }
  peer_.changed_.notify_all();
}

void ScriptedServer::run(const std::function<void(ScriptedPeer&)>& f) {
  struct Result {
    bool done = false;
    std::exception_ptr error;
  };
  const auto result = std::make_shared<Result>();
  std::unique_lock lock(peer_.mutex_);
  peer_.tasks_.emplace_back([this, result, f] {
    std::exception_ptr error;
    try {
      f(peer_);
    } catch (...) {
      error = std::current_exception();
    }
    {
      const std::lock_guard guard(peer_.mutex_);
      result->done = true;
      result->error = error;
    }
    peer_.changed_.notify_all();
  });
  const std::uint64_t one = 1;
  while (::write(peer_.wake_.get(), &one, sizeof one) < 0 && errno == EINTR) {
  }
  const bool done =
      peer_.changed_.wait_for(lock, 2 * scaled(patience), [&] { return result->done || peer_.over_; });
  if (result->error) std::rethrow_exception(result->error);
  if (result->done) return;
  lock.unlock();
  if (done) finish();
  if (!done) fail("the script does not serve");
  fail("the script is over: " + (peer_.disconnect() ? peer_.disconnect()->text : end_));
}

void ScriptedServer::finish() {
  const std::lock_guard guard(finish_mutex_);  // several threads may find the script over
  if (thread_.joinable()) thread_.join();
  if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
}

ScriptedSession::ScriptedSession(ScriptedOptions options, const TransportOptions& client_options)
    : server(std::move(options)), client(server.take_client(), client_options) {
  client.start_client(scaled(patience));
  client.set_auth_timeout(scaled(patience));
  if (!client.auth_none("tester")) fail("the client was not let in");
}

Channel ScriptedSession::exec(std::string_view command) {
  Channel channel = client.open_session(scaled(patience));
  channel.exec_command(command);
  return channel;
}

Census Census::take() {
  return {entries("/proc/self/task"), entries("/proc/self/fd")};
}

}  // namespace amiko::test
