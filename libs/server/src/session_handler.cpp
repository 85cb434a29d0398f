// amiko - what listen()'s options decide, as a handler: sessions
#include "session_handler.hpp"

#include <amiko/support/pattern.hpp>

#include <boost/thread/thread.hpp>

#include <pthread.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace amiko {
namespace {

constexpr std::size_t max_variables = 256;
constexpr std::size_t max_environment = 256 * 1024;
constexpr std::uint32_t largest_size = 65535;  // what a struct winsize can hold

bool has_control_bytes(std::string_view text) {
  return std::ranges::any_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

// What the loader, a shell or this connection's own variables live on: no pattern lets a client set these.
bool changes_what_runs(std::string_view name) {
  constexpr std::string_view names[] = {"BASH_ENV", "ENV", "HOME", "IFS", "LOGNAME", "PATH", "SHELL", "USER"};
  return name.starts_with("LD_") || name.starts_with("SSH_") ||
         std::ranges::find(names, name) != std::end(names);
}

WindowSize sane(WindowSize size) {
  for (std::uint32_t* n : {&size.columns, &size.rows, &size.width, &size.height})
    *n = std::min(*n, largest_size);
  if (size.columns == 0) size.columns = 80;
  if (size.rows == 0) size.rows = 24;
  return size;
}

constexpr std::string_view internal_sftp = "internal-sftp";

void serve_files(ServerProcess& process, const ServerOptions& options) {
  const auto files = options.sftp_filesystem ? options.sftp_filesystem(process.connection())
                                             : local_filesystem({.root = options.sftp_root});
  if (!files) return process.exit(1);
  serve_sftp(process.channel(), files, options.sftp_options);
}

// What the application's function throws ends its session, not the server.
void run_session(const std::shared_ptr<ServerProcess::Impl>& session, const ServerOptions& options,
                 bool sftp) {
  ServerProcess process(session);
  const Log log(options.transport.log, options.transport.log_level, "session");
  try {
    try {
      if (sftp)
        serve_files(process, options);
      else
        options.process(process);
    } catch (const Disconnected&) {
      // the client is gone: nobody is left to be told anything
    } catch (const ChannelError& e) {
      log.write(LogLevel::debug, e.what());
      process.exit(255);
    } catch (const std::exception& e) {
      log.write(LogLevel::error,
                std::string(sftp ? "an SFTP session failed: " : "a process function failed: ") + e.what());
      process.exit(255);
    }
    process.close();
  } catch (const std::exception& e) {
    log.write(LogLevel::debug, std::string("the end of a session was not delivered: ") + e.what());
  }
  session->channel.close();
  session->end_events();
}

}  // namespace

SessionHandler::SessionHandler(std::shared_ptr<ServerConnectionImpl> connection,
                               std::shared_ptr<SessionCounter> sessions, Hooks hooks)
    : connection_(std::move(connection)), counter_(std::move(sessions)), hooks_(std::move(hooks)) {
  if (options().handler) user_ = options().handler(ServerConnection(connection_));
}

SessionHandler::~SessionHandler() = default;

std::optional<OpenRefusal> SessionHandler::check_channel_request(const ChannelOpenRequest& request) {
  if (request.kind == "session" && serves_sessions()) return std::nullopt;
  if (user_) return user_->check_channel_request(request);
  return ServerHandler::check_channel_request(request);
}

bool SessionHandler::take_channel(Channel& channel) {
  if (!serves_sessions() || !channel.is_session()) return user_ && user_->take_channel(channel);
  const std::uint32_t id = channel.get_id();
  channel.set_late_close(true);
  sessions_[id] = std::make_shared<ServerProcess::Impl>(connection_, std::move(channel));
  return true;
}

void SessionHandler::channel_closed(Channel& channel) {
  const auto found = sessions_.find(channel.get_id());
  if (found == sessions_.end()) {
    if (user_) user_->channel_closed(channel);
    return;
  }
  found->second->end_events();
  if (!found->second->started) found->second->channel.close();
  sessions_.erase(found);
}

SessionHandler::Session SessionHandler::session(const Channel& channel) const {
  const auto found = sessions_.find(channel.get_id());
  return found == sessions_.end() ? nullptr : found->second;
}

bool SessionHandler::check_pty_request(Channel& channel, const PtyRequest& request) {
  if (!connection_->permissions().pty || !rules_.pty) return false;
  const Session target = session(channel);
  if (!target) return user_ && user_->check_pty_request(channel, request);
  if (request.term.size() > 256 || has_control_bytes(request.term)) return false;
  target->pty = request;
  target->pty->size = sane(request.size);
  target->set_size(target->pty->size);
  return true;
}

bool SessionHandler::check_env_request(Channel& channel, std::string_view name, std::string_view value) {
  const Session target = session(channel);
  if (!target) return user_ && user_->check_env_request(channel, name, value);
  if (name.empty() || name.find('=') != std::string_view::npos || has_control_bytes(name) ||
      has_control_bytes(value))
    return false;
  if (changes_what_runs(name)) return false;
  const auto accepted = [name](const std::string& pattern) { return support::match_wildcard(name, pattern); };
  if (std::ranges::none_of(rules_.accept_env, accepted)) return false;
  target->env_bytes += name.size() + value.size();
  if (target->env.size() >= max_variables || target->env_bytes > max_environment) return false;
  target->env[std::string(name)] = std::string(value);
  return true;
}

bool SessionHandler::check_shell_request(Channel& channel) {
  if (!session(channel)) return user_ && user_->check_shell_request(channel);
  return may_start({.kind = SessionStart::Kind::shell});
}

bool SessionHandler::check_exec_request(Channel& channel, std::string_view command) {
  if (!session(channel)) return user_ && user_->check_exec_request(channel, command);
  return may_start({.kind = SessionStart::Kind::exec, .command = std::string(command)});
}

bool SessionHandler::check_subsystem_request(Channel& channel, std::string_view name) {
  if (!session(channel)) return user_ && user_->check_subsystem_request(channel, name);
  return may_start({.kind = SessionStart::Kind::subsystem, .command = std::string(name)});
}

// A forced command stands in the place of whatever was asked for; the server's before the key's, as in sshd.
SessionStart SessionHandler::effective(const SessionStart& start) const {
  const KeyOptions permissions = connection_->permissions();
  if (!rules_.force_command.empty()) return {SessionStart::Kind::exec, rules_.force_command};
  if (permissions.command) return {SessionStart::Kind::exec, *permissions.command};
  return start;
}

// A client that asks for a command of that name gets a command.
bool SessionHandler::is_sftp(const SessionStart& wanted, const SessionStart& asked) const {
  if (!options().sftp) return false;
  if (wanted.kind == SessionStart::Kind::subsystem) return wanted.command == "sftp";
  const bool forced = asked.kind != wanted.kind || asked.command != wanted.command;
  return forced && wanted.command == internal_sftp;
}

bool SessionHandler::may_start(const SessionStart& start) const {
  const SessionStart wanted = effective(start);
  if (wanted.command.find('\0') != std::string::npos) return false;
  const bool sftp = is_sftp(wanted, start);
  if (!sftp && !options().process) return false;
  if (options().permit) return options().permit(ServerConnection(connection_), wanted);
  return sftp || wanted.kind != SessionStart::Kind::subsystem ||
         std::ranges::find(options().subsystems, wanted.command) != options().subsystems.end();
}

void SessionHandler::session_started(Channel& channel, const SessionStart& start) {
  const Session target = session(channel);
  if (!target) {
    if (user_) user_->session_started(channel, start);
    return;
  }
  const SessionStart wanted = effective(start);
  const bool sftp = is_sftp(wanted, start);
  if (wanted.command != start.command) target->original_command = start.command;
  target->start = wanted;
  if (wanted.kind == SessionStart::Kind::subsystem)
    target->subsystem = std::exchange(target->start.command, {});
  target->user = connection_->transport.identity().user;
  if (rules_.user_environment)
    for (const auto& [name, value] : connection_->permissions().environment)
      target->env[name] = value;
  target->started = true;
  counter_->begin();
  try {
    boost::thread([target, counter = counter_, options = connection_->options, sftp] {
      ::pthread_setname_np(::pthread_self(), "amiko-session");
      run_session(target, *options, sftp);
      counter->end();
    }).detach();
  } catch (const boost::thread_resource_error&) {
    counter_->end();
    target->exit_in_place();
    throw;
  }
}

bool SessionHandler::check_window_change_request(Channel& channel, const WindowSize& size) {
  const Session target = session(channel);
  if (!target) return user_ && user_->check_window_change_request(channel, size);
  if (!target->pty) return false;
  target->add_event(SizeEvent{sane(size)});
  return true;
}

bool SessionHandler::check_signal_request(Channel& channel, std::string_view name) {
  const Session target = session(channel);
  if (!target) return user_ && user_->check_signal_request(channel, name);
  if (name.empty() || name.size() > 64 || has_control_bytes(name)) return false;
  target->add_event(SignalEvent{std::string(name)});
  return true;
}

bool SessionHandler::check_break_request(Channel& channel, std::uint32_t milliseconds) {
  const Session target = session(channel);
  if (!target) return user_ && user_->check_break_request(channel, milliseconds);
  target->add_event(BreakEvent{milliseconds});
  return true;
}

bool SessionHandler::check_other_request(Channel& channel, std::string_view type, ByteView body) {
  const Session target = session(channel);
  if (!target) return user_ && user_->check_other_request(channel, type, body);
  if (type != "eow@openssh.com") return false;
  target->add_event(OutputRefusedEvent{});
  return true;
}

std::optional<Bytes> SessionHandler::check_global_request(std::string_view type, ByteView body) {
  return user_ ? user_->check_global_request(type, body) : std::nullopt;
}

void SessionHandler::connection_lost(const Failure& failure) {
  for (const auto& [id, session] : sessions_)
    session->end_events();
  sessions_.clear();
  if (hooks_.lost) hooks_.lost(connection_, failure);
  if (user_) user_->connection_lost(failure);
}

}  // namespace amiko
