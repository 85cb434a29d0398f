// amiko - remote commands and the errors that keep their output
#include <amiko/client/process.hpp>

#include "run.hpp"

#include <utility>

namespace amiko {

PartialOutput::PartialOutput(CompletedProcess result)
    : result_(std::make_shared<const CompletedProcess>(std::move(result))) {}
PartialOutput::~PartialOutput() = default;

ProcessError::ProcessError(Failure failure, CompletedProcess result)
    : Error(std::move(failure)), PartialOutput(std::move(result)) {}
ProcessTimeout::ProcessTimeout(Failure failure, CompletedProcess result)
    : TimeoutError(std::move(failure)), PartialOutput(std::move(result)) {}
CancelledError::CancelledError(Failure failure, CompletedProcess result)
    : Error(std::move(failure)), PartialOutput(std::move(result)) {}
OutputLimitError::OutputLimitError(Failure failure, CompletedProcess result)
    : Error(std::move(failure)), PartialOutput(std::move(result)) {}
ProcessLost::ProcessLost(Failure failure, CompletedProcess result)
    : Disconnected(std::move(failure)), PartialOutput(std::move(result)) {}

struct Process::Impl {
  Impl(Channel c, std::string name)
      : channel(std::move(c)),
        command(std::move(name)),
        in(channel.makefile_stdin("w", 1)),
        out(channel.makefile("r")),
        err(channel.makefile_stderr("r")) {}

  Channel channel;
  std::string command;
  ChannelFile in, out, err;
};

Process::Process(Channel channel, std::string command)
    : impl_(std::make_unique<Impl>(std::move(channel), std::move(command))) {}
Process::Process(Process&&) noexcept = default;
Process& Process::operator=(Process&&) noexcept = default;
Process::~Process() = default;

ChannelFile& Process::in() noexcept {
  return impl_->in;
}

ChannelFile& Process::out() noexcept {
  return impl_->out;
}

ChannelFile& Process::err() noexcept {
  return impl_->err;
}

void Process::close_in() {
  impl_->in.close();
  impl_->channel.send_eof();
}

CompletedProcess Process::communicate(const RunOptions& options) {
  impl_->in.flush();
  return run_to_end(impl_->channel, impl_->command, options, Deadline::after(options.timeout));
}

ExitStatus Process::wait(Timeout timeout) {
  return impl_->channel.recv_exit_status(timeout);
}

std::optional<ExitStatus> Process::poll() {
  if (!impl_->channel.exit_status_ready()) return std::nullopt;
  return impl_->channel.recv_exit_status(std::chrono::seconds(0));
}

void Process::send_signal(std::string_view name) {
  impl_->channel.send_signal(name);
}

void Process::resize_pty(std::uint32_t columns, std::uint32_t rows) {
  impl_->channel.resize_pty(columns, rows);
}

void Process::close() noexcept {
  impl_->channel.close();
}

Channel& Process::channel() noexcept {
  return impl_->channel;
}

const std::string& Process::command() const noexcept {
  return impl_->command;
}

}  // namespace amiko
