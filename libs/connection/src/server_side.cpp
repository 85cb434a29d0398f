// amiko - a server's connection: the queue between the worker and the handler thread
#include "server_side.hpp"

#include "algorithm_set.hpp"
#include "server_calls.hpp"

#include <boost/thread/thread.hpp>

#include <pthread.h>

#include <algorithm>
#include <utility>

namespace amiko {
namespace {

// How long the thread waits for more before it goes: a login is a dozen decisions in a row.
constexpr auto linger = std::chrono::seconds(1);
constexpr std::size_t stack_size = 2 * 1024 * 1024;
// What waits for the handler may hold so many bytes in all, beside each kind's number.
constexpr std::size_t queue_bytes = 2 * 1024 * 1024;
constexpr std::size_t accept_backlog = 64;

}  // namespace

UserSettings settings_of(const ServerSettings& server) {
  return {.max_auth_tries = server.max_auth_tries,
          .authentication_methods = server.authentication_methods,
          .user_key_algorithms = server.user_key_algorithms,
          .max_sessions = server.max_sessions};
}

void apply_settings(AlgorithmProfile profile, const UserSettings& from, protocol::AuthServerSettings& to) {
  to.max_tries = from.max_auth_tries;
  to.key_algorithms = user_key_algorithms(profile, from.user_key_algorithms);
  to.rules = from.authentication_methods.empty() ? protocol::AuthRules()
                                                 : protocol::AuthRules::parse(from.authentication_methods);
}

ServerSide::ServerSide(TransportImpl& transport, std::shared_ptr<ServerHandler> handler,
                       const ServerSettings& settings, Keys keys, AlgorithmProfile profile)
    : transport_(transport),
      handler_(std::move(handler)),
      borrowed_(handler_.use_count() == 0),
      settings_(settings),
      user_settings_(settings_of(settings)),
      keys_(std::move(keys)),
      profile_(profile),
      idle_timer_(transport.link().worker()) {
  auth_settings_.max_probes = settings_.max_key_offers;
  auth_settings_.min_rsa_bits = settings_.min_rsa_bits;
  apply_settings(profile_, user_settings_, auth_settings_);
}

ServerSide::~ServerSide() = default;

std::size_t ServerSide::limit_of(Kind kind) noexcept {
  switch (kind) {
    case Kind::auth:
      return 8;
    case Kind::sign:
    case Kind::closed:
    case Kind::interrupt:
      return 1;
    case Kind::open:
      return 64;
    case Kind::request:
      return 128;  // on one channel: ssh sends all of its environment at once
    case Kind::global:
      return 128;  // ssh asks for all its forwards at once
  }
  return 0;
}

bool ServerSide::has_room(const Task& task) const {
  std::size_t bytes = task.size;
  std::size_t like_it = 0;
  for (const Task& other : tasks_) {
    bytes += other.size;
    if (other.kind == task.kind && other.channel == task.channel) ++like_it;
  }
  return like_it < limit_of(task.kind) && bytes <= queue_bytes;
}

bool ServerSide::push(Task task) {
  {
    const support::Guard guard(mutex_);
    if (over_) return true;
    if (!has_room(task)) return false;
    tasks_.push_back(std::move(task));
    if (running_) {
      changed_.notify_all();
      return true;
    }
    running_ = true;
  }
  start_thread();
  return true;
}

// It keeps the connection alive until it goes.
void ServerSide::start_thread() {
  boost::thread::attributes attributes;
  attributes.set_stack_size(stack_size);
  try {
    boost::thread(std::as_const(attributes), [this, keep = transport_.shared_from_this()] {
      ::pthread_setname_np(::pthread_self(), "amiko-handler");
      work();
    }).detach();
  } catch (const boost::thread_resource_error& e) {
    {
      const support::Guard guard(mutex_);
      running_ = false;
    }
    throw_error(errc::resource_shortage, std::string("no thread for the handler: ") + e.what());
  }
}

std::optional<ServerSide::Task> ServerSide::next_task() {
  support::Lock lock(mutex_);
  busy_ = false;
  changed_.notify_all();
  const Deadline deadline = Deadline::after(linger);
  changed_.wait(lock, deadline, [this] { return over_ || !tasks_.empty(); });
  if (tasks_.empty()) {
    if (!over_ || told_) {
      running_ = false;
      changed_.notify_all();
      return std::nullopt;
    }
    told_ = busy_ = true;
    return Task{Kind::global, 0, nullptr, [this] { finish(); }};
  }
  busy_ = true;
  Task task = std::move(tasks_.front());
  tasks_.pop_front();
  return task;
}

void ServerSide::work() {
  {
    const support::Guard guard(mutex_);
    thread_ = boost::this_thread::get_id();
  }
  while (const auto task = next_task())
    run(*task);
}

// What the client did wrong ends the connection; what the application throws was caught where it was called.
void ServerSide::run(const Task& task) {
  try {
    task.run();
  } catch (const Error& e) {
    transport_.link().fail(e.failure());
  } catch (const std::exception& e) {
    transport_.link().fail({.code = errc::internal_error, .text = e.what()});
  }
}

void ServerSide::finish() {
  const auto failure = transport_.link().failure();
  allowed([&] {
    handler_->connection_lost(failure ? *failure : Failure{.code = errc::closed});
    return true;
  });
  handler_.reset();
}

void ServerSide::on_failure() {
  bool start = false;
  std::deque<Task> dropped;  // destroyed without the lock: it holds channels
  std::deque<Channel> accepted;
  {
    const support::Guard guard(mutex_);
    over_ = true;
    dropped.swap(tasks_);
    accepted.swap(accepted_);
    start = !std::exchange(running_, true);
    changed_.notify_all();
  }
  if (!start) return;
  try {
    start_thread();
  } catch (const Error&) {
    handler_.reset();  // no thread to be had: it does not hear of the end
    const support::Guard guard(mutex_);
    told_ = true;
  }
}

void ServerSide::leave_handler() noexcept {
  if (!borrowed_) return;
  support::Lock lock(mutex_);
  if (running_ && thread_ == boost::this_thread::get_id()) return;
  const boost::this_thread::disable_interruption no_interruption;
  changed_.wait(lock, forever, [this] { return !running_ || (told_ && !busy_); });
}

std::optional<Channel> ServerSide::accept(Deadline deadline) {
  support::Lock lock(mutex_);
  changed_.wait(lock, deadline, [this] { return over_ || !accepted_.empty(); });
  if (accepted_.empty()) return std::nullopt;
  Channel channel = std::move(accepted_.front());
  accepted_.pop_front();
  return channel;
}

Identity ServerSide::identity() const {
  const support::Guard guard(mutex_);
  if (!identity_) throw_error(errc::no_state, "nobody has logged in yet");
  return *identity_;
}

// --- channels

struct ServerSide::Open {
  std::string kind;
  std::uint32_t sender;
  std::uint32_t window;
  std::uint32_t max_packet;
  Bytes body;
};

void ServerSide::on_channel_open(const wire::ChannelOpen& message) {
  if (message.max_packet == 0) throw_error(errc::protocol_error, "a channel with a maximum packet size of 0");
  const auto open = std::make_shared<Open>(Open{std::string(message.type), message.sender, message.window,
                                                message.max_packet, message.body.bytes.bytes()});
  if (!push({Kind::open, open->body.size(), nullptr, [this, open] { open_channel(*open); }}))
    refuse(message.sender, {OpenFailureReason::resource_shortage, "too many channels wait to be opened"});
}

void ServerSide::refuse(std::uint32_t recipient, const OpenRefusal& refusal) {
  transport_.outbound().post_control(
      encoded(wire::ChannelOpenFailure{.recipient = recipient,
                                       .reason = static_cast<std::uint32_t>(refusal.reason),
                                       .description = refusal.text}));
}

std::optional<OpenRefusal> ServerSide::refusal_for(const Open& open) {
  const auto [sessions, channels] = transport_.count_channels();
  if (channels >= settings_.max_channels ||
      (open.kind == "session" && sessions >= user_settings_.max_sessions))
    return OpenRefusal{OpenFailureReason::resource_shortage, "too many channels"};
  std::optional<OpenRefusal> refusal;
  const bool asked = allowed([&] {
    refusal = handler_->check_channel_request({open.kind, open.body});
    return true;
  });
  if (!asked) return OpenRefusal{.text = "not allowed"};
  return refusal;
}

void ServerSide::open_channel(const Open& open) {
  // As sshd does: whoever got hold of the client's end gets no shell of its own.
  if (no_more_sessions_ && open.kind == "session")
    throw_error(errc::protocol_error, "a session, after the promise that there would be no more of them");
  if (const auto refusal = refusal_for(open)) return refuse(open.sender, *refusal);
  auto impl = transport_.add_inbound({.type = open.kind,
                                      .sender = open.sender,
                                      .window = open.window,
                                      .max_packet = open.max_packet,
                                      .body = {open.body}});
  impl->confirm();
  Channel channel(std::move(impl));
  if (allowed([&] { return handler_->take_channel(channel); }) || !channel) return;
  const support::Guard guard(mutex_);
  if (over_ || accepted_.size() >= accept_backlog) return;
  accepted_.push_back(std::move(channel));
  changed_.notify_all();
}

// --- global requests

void ServerSide::on_global_request(const wire::GlobalRequest& message) {
  Task task{Kind::global, message.body.bytes.size(), nullptr,
            [this, type = std::string(message.type), body = message.body.bytes.bytes(),
             want_reply = message.want_reply] { answer_global(type, body, want_reply); }};
  if (!push(std::move(task))) throw_error(errc::protocol_error, "too many global requests");
}

void ServerSide::answer_global(const std::string& type, const Bytes& body, bool want_reply) {
  std::optional<Bytes> answer;
  if (type == "no-more-sessions@openssh.com") {  // OpenSSH PROTOCOL section 2.2
    no_more_sessions_ = true;
    answer.emplace();
  } else {
    allowed([&] {
      answer = handler_->check_global_request(type, body);
      return true;
    });
  }
  if (!want_reply) return;
  transport_.outbound().post_control(answer ? encoded(wire::RequestSuccess{.body = {*answer}})
                                            : encoded(wire::RequestFailure{}));
}

// --- idle connections

void ServerSide::on_let_in() {
  if (settings_.idle_timeout.count() <= 0) return;
  idle_since_ = Deadline::Clock::now();
  watch_idleness();
}

void ServerSide::on_channel_removed() {
  idle_since_ = Deadline::Clock::now();
}

void ServerSide::watch_idleness() {
  const auto idle = Deadline::Clock::now() - idle_since_.load();
  const bool in_use = transport_.statistics().channels_open != 0;
  if (!in_use && idle >= settings_.idle_timeout)
    return transport_.link().fail({.code = errc::timed_out, .text = "no channel was in use"});
  const auto rest = in_use ? settings_.idle_timeout : settings_.idle_timeout - idle;
  idle_timer_.arm(rest, [this] {
    if (!transport_.link().failed()) watch_idleness();
  });
}

}  // namespace amiko
