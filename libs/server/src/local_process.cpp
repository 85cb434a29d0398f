// amiko - a local program behind a session
#include <amiko/server/local_process.hpp>

#include "local_child.hpp"
#include "local_pty.hpp"
#include "session_pump.hpp"

#include <amiko/base/error.hpp>
#include <amiko/base/printable.hpp>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <utility>

namespace amiko {
namespace {

using support::UniqueFd;

[[noreturn]] void throw_no_descriptor() {
  throw_error(errc::resource_shortage, std::string("a pipe: ") + std::strerror(errno));
}

// Above the three that the child will have.
UniqueFd lifted(int fd) {
  UniqueFd owned(fd);
  if (fd > 2) return owned;
  UniqueFd above(::fcntl(fd, F_DUPFD_CLOEXEC, 3));
  if (!above) throw_no_descriptor();
  return above;
}

UniqueFd duplicate(const UniqueFd& fd) {
  UniqueFd copy(::fcntl(fd.get(), F_DUPFD_CLOEXEC, 3));
  if (!copy) throw_no_descriptor();
  return copy;
}

struct Pipe {
  Pipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw_no_descriptor();
    UniqueFd first(ends[0]);
    UniqueFd second(ends[1]);
    to_read = lifted(first.release());
    to_write = lifted(second.release());
  }
  UniqueFd to_read, to_write;
};

UniqueFd non_blocking(UniqueFd fd) {
  if (::fcntl(fd.get(), F_SETFL, O_NONBLOCK) != 0) throw_no_descriptor();
  return fd;
}

// O_PATH with "/." asks for nothing but the right to enter.
bool can_enter(const std::string& directory, const std::optional<LocalAccount>& account) {
  if (!directory.starts_with('/') || directory.find('\0') != std::string::npos) return false;
  std::optional<ActingAs> user;
  if (account && ::geteuid() == 0) user.emplace(*account);
  return static_cast<bool>(UniqueFd(::open((directory + "/.").c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)));
}

ChildPlan plan_of(const LocalProgram& program) {
  ChildPlan plan{.file = program.file, .argv = program.argv, .directory = program.directory};
  if (plan.argv.empty()) plan.argv.push_back(plan.file);
  for (const auto& [name, value] : program.env)
    plan.env.push_back(name + "=" + value);
  if (program.account) plan.account = &*program.account;
  return plan;
}

struct Running {
  std::unique_ptr<LocalChild> child;
  ProgramEnds ends;
};

Running start_on_pipes(const LocalProgram& program) {
  Pipe in;
  Pipe out;
  Pipe err;
  ChildPlan plan = plan_of(program);
  if (plan.directory.empty()) plan.directory = "/";
  plan.in = in.to_read.get();
  plan.out = out.to_write.get();
  plan.err = err.to_write.get();
  Running running{.child = std::make_unique<LocalChild>(plan), .ends = {}};
  running.ends = {.in = non_blocking(std::move(in.to_write)),
                  .out = non_blocking(std::move(out.to_read)),
                  .err = non_blocking(std::move(err.to_read))};
  return running;
}

Running start_on_terminal(const LocalProgram& program, const PtyRequest& request, const WindowSize& size) {
  const LocalAccount* owner = program.account && ::geteuid() == 0 ? &*program.account : nullptr;
  LocalPty pty = open_pty(request, size, owner);
  LocalProgram on_terminal = program;
  on_terminal.env["TERM"] = request.term;
  on_terminal.env["SSH_TTY"] = pty.name;
  ChildPlan plan = plan_of(on_terminal);
  if (plan.directory.empty()) plan.directory = "/";
  pty.slave = lifted(pty.slave.release());
  plan.in = plan.out = plan.err = pty.slave.get();
  plan.terminal = pty.name;
  UniqueFd second = duplicate(pty.master);
  UniqueFd third = duplicate(pty.master);
  Running running{.child = std::make_unique<LocalChild>(plan), .ends = {}};
  running.child->control()->set_terminal(std::move(third));
  running.ends = {.in = std::move(second), .out = std::move(pty.master), .err = {}, .terminal = true};
  return running;
}

// A client that has closed the channel still hears of the program's end, whenever that is; one that is gone
// leaves the program to itself.
bool ends_before_the_connection(Channel& channel, const LocalChild& child) {
  std::array<pollfd, 2> items{pollfd{child.fd(), POLLIN, 0},
                              pollfd{channel.fileno(Channel::lost), POLLIN, 0}};
  while (::poll(items.data(), items.size(), -1) < 0)
    if (errno != EINTR) throw_error(errc::resource_shortage, "poll");
  return items[0].revents != 0;
}

void tell_end(ServerProcess& process, int status) {
  if (WIFSIGNALED(status))
    process.exit_with_signal(signal_name(WTERMSIG(status)), WCOREDUMP(status));
  else
    process.exit(static_cast<std::uint32_t>(WEXITSTATUS(status)));
}

// From the handler thread's events; a terminal hangs up only when nobody has its master any more.
struct Detach {
  ~Detach() { now(); }
  void now() {
    process.on_event({});
    control.forget_terminal();
  }
  ServerProcess& process;
  ChildControl& control;
};

}  // namespace

void run_local_program(ServerProcess& process, const LocalProgram& program) {
  Channel& channel = process.channel();
  const bool on_terminal = process.pty() && program.terminal;
  LocalProgram wanted = program;
  if (!wanted.directory.empty() && !can_enter(wanted.directory, wanted.account)) {
    channel.sendall_stderr("Could not change to the directory " + printable(wanted.directory) +
                           (on_terminal ? "\r\n" : "\n"));
    wanted.directory = "/";
  }
  Running running =
      on_terminal ? start_on_terminal(wanted, *process.pty(), process.size()) : start_on_pipes(wanted);
  LocalChild& child = *running.child;
  const auto control = child.control();
  const auto refused = std::make_shared<std::atomic<bool>>(false);
  Detach detach{process, *control};
  process.on_event([control, refused, &channel, signals = wanted.signals](const ServerEvent& event) {
    if (const auto* size = std::get_if<SizeEvent>(&event)) control->resize(size->size);
    if (std::holds_alternative<BreakEvent>(event)) control->send_break();
    if (const auto* signal = std::get_if<SignalEvent>(&event); signal && signals)
      if (const int number = signal_number(signal->name)) control->send_signal(number);
    if (!std::holds_alternative<OutputRefusedEvent>(event)) return;
    *refused = true;
    channel.wake();
  });
  SessionPump pump(channel, std::move(running.ends), child.fd());
  pump.set_output_refused([refused] { return refused->load(); });
  const SessionPump::End end = pump.run();
  detach.now();
  pump.close();
  if (end == SessionPump::End::client) {
    control->send_signal(SIGHUP);
    control->send_signal(SIGCONT);  // one that was stopped
    if (!ends_before_the_connection(channel, child)) return;
  }
  tell_end(process, child.reap());
}

}  // namespace amiko
