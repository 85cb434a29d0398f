// amiko - a shell, command or subsystem on the other side, joined to our standard streams
#include "session.hpp"

#include "pumps.hpp"
#include "raw_mode.hpp"

#include <amiko/base/error.hpp>

#include <boost/thread/thread_only.hpp>

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include <fnmatch.h>
#include <unistd.h>

namespace demo {
namespace {

constexpr int own_failure = 255;

}  // namespace

void Session::choose_terminal() {
  const SessionType type = options_.session_type.value_or(SessionType::shell_or_command);
  const RequestTty request = options_.request_tty.value_or(RequestTty::automatic);
  const bool shell = type == SessionType::shell_or_command && options_.command.empty();
  with_terminal_ =
      type != SessionType::none && request != RequestTty::no && (request != RequestTty::automatic || shell);
  const bool local = ::isatty(STDIN_FILENO) == 1 && !options_.stdin_null.value_or(false);
  if (!with_terminal_ || local || request == RequestTty::force) return;
  messages_.info("Pseudo-terminal will not be allocated because stdin is not a terminal.");
  with_terminal_ = false;
}

int Session::run(amiko::Connection& connection) {
  signals_.session_started();
  if (options_.session_type == SessionType::none) return wait_for_the_end(connection);
  const auto channel = std::make_shared<amiko::Channel>(connection.open_session());
  const std::string version = connection.transport().remote_version();
  const bool openssh = version.find("OpenSSH") != std::string::npos;
  // Whoever gets hold of our end gets no shell of its own.
  if (openssh || version.find("amiko") != std::string::npos)
    connection.transport().global_request("no-more-sessions@openssh.com", {}, false);
  if (with_terminal_) request_terminal(*channel);
  send_environment(*channel);
  start(*channel);

  amiko::ExitStatus status;
  {
    std::optional<RawMode> raw;
    if (with_terminal_) raw.emplace(terminal_, signals_, channel);
    Pumps pumps(channel, options_.stdin_null.value_or(false), openssh);
    pumps.wait_for_output_end();
    status = channel->recv_exit_status(amiko::forever);
  }
  channel->close();
  if (with_terminal_) messages_.info("Connection to " + options_.host + " closed.");
  const auto counts = connection.transport().statistics();
  messages_.debug("Transferred: sent " + std::to_string(counts.bytes_out) + ", received " +
                  std::to_string(counts.bytes_in) + " bytes");
  return report(status);
}

int Session::wait_for_the_end(amiko::Connection& connection) {
  while (connection.is_active())
    boost::this_thread::sleep_for(boost::chrono::milliseconds(200));
  if (const auto failure = connection.transport().get_exception()) amiko::throw_failure(*failure);
  return own_failure;
}

void Session::request_terminal(amiko::Channel& channel) {
  const char* term = std::getenv("TERM");
  try {
    channel.get_pty({term != nullptr ? term : "", Terminal::size(STDIN_FILENO),
                     amiko::TerminalModes::of_terminal(STDIN_FILENO)});
  } catch (const amiko::ChannelError& e) {
    if (e.code() != amiko::errc::request_refused) throw;
    messages_.error("PTY allocation request failed on channel " + std::to_string(channel.get_id()));
    with_terminal_ = false;
  }
}

void Session::send_environment(amiko::Channel& channel) {
  for (char** entry = ::environ; *entry != nullptr; ++entry) {
    const std::string_view setting(*entry);
    const std::size_t equals = setting.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string name(setting.substr(0, equals));
    const bool wanted = std::ranges::any_of(options_.send_env, [&](const std::string& pattern) {
      return ::fnmatch(pattern.c_str(), name.c_str(), 0) == 0;
    });
    if (wanted) channel.send_environment_variable(name, setting.substr(equals + 1));
  }
  for (const auto& [name, value] : options_.set_env)
    channel.send_environment_variable(name, value);
}

void Session::start(amiko::Channel& channel) {
  if (options_.session_type == SessionType::subsystem) {
    messages_.debug("Sending subsystem: " + options_.command);
    channel.invoke_subsystem(options_.command);
  } else if (!options_.command.empty()) {
    messages_.debug("Sending command: " + options_.command);
    channel.exec_command(options_.command);
  } else {
    channel.invoke_shell();
  }
}

int Session::report(const amiko::ExitStatus& status) {
  messages_.debug(status.code ? "Exit status " + std::to_string(*status.code) : status.to_string());
  return status.code ? *status.code & 0xff : own_failure;
}

}  // namespace demo
