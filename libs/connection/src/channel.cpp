// amiko - the channel handle
#include <amiko/connection/channel.hpp>

#include "channel_impl.hpp"
#include "transport_impl.hpp"

#include <amiko/connection/channel_file.hpp>

#include <utility>

namespace amiko {
namespace {

Bytes string_body(std::string_view text) {
  Bytes body;
  wire::Writer(body).string(text);
  return body;
}

Bytes env_body(std::string_view name, std::string_view value) {
  Bytes body;
  wire::Writer writer(body);
  writer.string(name);
  writer.string(value);
  return body;
}

void put_size(wire::Writer& writer, const WindowSize& size) {
  writer.uint32(size.columns);
  writer.uint32(size.rows);
  writer.uint32(size.width);
  writer.uint32(size.height);
}

void must(ChannelImpl& channel, std::string_view type, ByteView body, std::string_view what) {
  if (!channel.request(type, body, true, channel.deadline()))
    channel.throw_error(errc::request_refused, std::string(what));
}

std::string read_string(ChannelImpl& channel, StreamKind kind, std::size_t size) {
  std::string text;
  text.resize(std::min(size, std::size_t{1} << 20));
  error_code ec;
  const std::size_t n =
      channel.recv(kind, {reinterpret_cast<std::uint8_t*>(text.data()), text.size()}, channel.deadline(), ec);
  if (ec) channel.throw_error(ec);
  text.resize(n);
  return text;
}

std::size_t read_bytes(ChannelImpl& channel, StreamKind kind, MutableBytes buffer) {
  error_code ec;
  const std::size_t n = channel.recv(kind, buffer, channel.deadline(), ec);
  if (ec) channel.throw_error(ec);
  return n;
}

// The error_code forms tell what ended the connection, not only that it ended.
error_code explained(const ChannelImpl& channel, error_code ec) {
  if (!ec || ec == errc::timed_out || ec == errc::would_block) return ec;
  const auto failure = channel.transport().link().failure();
  return failure ? failure->code : ec;
}

}  // namespace

Channel::Channel(std::shared_ptr<ChannelImpl> impl) noexcept : impl_(std::move(impl)) {}
Channel::Channel(Channel&& other) noexcept = default;

Channel& Channel::operator=(Channel&& other) noexcept {
  if (this != &other) {
    if (impl_) impl_->close();
    impl_ = std::move(other.impl_);
  }
  return *this;
}

std::shared_ptr<ChannelImpl> Channel::release() noexcept {
  return std::move(impl_);
}

Channel::~Channel() {
  if (impl_) impl_->close();
}

ChannelImpl& Channel::get() const {
  if (!impl_) throw_error(errc::no_state, "channel");
  return *impl_;
}

void Channel::get_pty(std::string_view term, std::uint32_t columns, std::uint32_t rows) {
  get_pty(PtyRequest{.term = std::string(term), .size = {.columns = columns, .rows = rows}});
}

void Channel::get_pty(const PtyRequest& request) {
  Bytes body;
  wire::Writer writer(body);
  writer.string(request.term);
  put_size(writer, request.size);
  writer.string(request.modes.encode());
  must(get(), "pty-req", body, "pseudo terminal");
}

bool Channel::set_environment_variable(std::string_view name, std::string_view value) {
  return get().request("env", env_body(name, value), true, get().deadline());
}

void Channel::send_environment_variable(std::string_view name, std::string_view value) {
  get().request("env", env_body(name, value), false, get().deadline());
}

void Channel::invoke_shell() {
  must(get(), "shell", {}, "shell");
}

void Channel::exec_command(std::string_view command) {
  must(get(), "exec", string_body(command), "exec");
}

void Channel::invoke_subsystem(std::string_view name) {
  must(get(), "subsystem", string_body(name), "subsystem " + std::string(name));
}

bool Channel::request(std::string_view type, ByteView body, bool want_reply) {
  return get().request(type, body, want_reply, get().deadline());
}

void Channel::resize_pty(std::uint32_t columns, std::uint32_t rows) {
  resize_pty(WindowSize{.columns = columns, .rows = rows});
}

void Channel::resize_pty(const WindowSize& size) {
  Bytes body;
  wire::Writer writer(body);
  put_size(writer, size);
  get().request("window-change", body, false, get().deadline());
}

void Channel::send_signal(std::string_view name) {
  get().request("signal", string_body(name), false, get().deadline());
}

bool Channel::send_break(std::uint32_t length) {
  Bytes body;
  wire::Writer(body).uint32(length);
  return get().request("break", body, true, get().deadline());
}

void Channel::send_exit_status(std::uint32_t code) {
  Bytes body;
  wire::Writer(body).uint32(code);
  get().request("exit-status", body, false, get().deadline());
}

void Channel::send_exit_signal(std::string_view name, bool core_dumped, std::string_view message) {
  Bytes body;
  wire::Writer writer(body);
  writer.string(name);
  writer.boolean(core_dumped);
  writer.string(message);
  writer.string("");  // language
  get().request("exit-signal", body, false, get().deadline());
}

std::string Channel::recv(std::size_t size) {
  return read_string(get(), StreamKind::out, size);
}

std::size_t Channel::recv(MutableBytes buffer) {
  return read_bytes(get(), StreamKind::out, buffer);
}

std::size_t Channel::recv(MutableBytes buffer, error_code& ec) {
  const std::size_t n = get().recv(StreamKind::out, buffer, get().deadline(), ec);
  ec = explained(get(), ec);
  return n;
}

std::string Channel::recv_stderr(std::size_t size) {
  return read_string(get(), StreamKind::err, size);
}

std::size_t Channel::recv_stderr(MutableBytes buffer) {
  return read_bytes(get(), StreamKind::err, buffer);
}

std::size_t Channel::recv_stderr(MutableBytes buffer, error_code& ec) {
  const std::size_t n = get().recv(StreamKind::err, buffer, get().deadline(), ec);
  ec = explained(get(), ec);
  return n;
}

bool Channel::recv_ready() const {
  return (get().ready_events() & Channel::out) != 0;
}

bool Channel::recv_stderr_ready() const {
  return (get().ready_events() & Channel::err) != 0;
}

bool Channel::set_combine_stderr(bool combine) {
  return get().set_combine_stderr(combine);
}

void Channel::set_late_close(bool late) {
  get().set_late_close(late);
}

void Channel::watch_interrupts(std::function<void(std::uint64_t)> handler) {
  get().watch_interrupts(std::move(handler));
}

std::size_t Channel::send(ByteView data) {
  error_code ec;
  const std::size_t n = get().send(StreamKind::out, data, get().deadline(), ec);
  if (ec) get().throw_error(ec);
  return n;
}

std::size_t Channel::send(ByteView data, error_code& ec) {
  const std::size_t n = get().send(StreamKind::out, data, get().deadline(), ec);
  ec = explained(get(), ec);
  return n;
}

void Channel::sendall(ByteView data) {
  get().sendall(StreamKind::out, data);
}

std::size_t Channel::send_stderr(ByteView data) {
  error_code ec;
  const std::size_t n = get().send(StreamKind::err, data, get().deadline(), ec);
  if (ec) get().throw_error(ec);
  return n;
}

void Channel::sendall_stderr(ByteView data) {
  get().sendall(StreamKind::err, data);
}

bool Channel::send_ready() const {
  return !closed() && (get().ready_events() & Channel::room) != 0;
}

void Channel::send_eof() {
  get().send_eof();
}

ExitStatus Channel::recv_exit_status() {
  return get().wait_exit_status(get().deadline());
}

ExitStatus Channel::recv_exit_status(Timeout timeout) {
  return get().wait_exit_status(Deadline::after(timeout));
}

bool Channel::exit_status_ready() const {
  return get().exit_status_ready();
}

void Channel::shutdown(Shutdown how) {
  if (how != Shutdown::write) get().shutdown_read();
  if (how != Shutdown::read) get().send_eof();
}

void Channel::close() noexcept {
  if (impl_) impl_->close();
}

bool Channel::closed() const noexcept {
  return !impl_ || impl_->closed();
}

bool Channel::eof_received() const {
  return get().eof_received();
}

void Channel::settimeout(Timeout timeout) {
  get().set_timeout(timeout);
}

Timeout Channel::gettimeout() const {
  return get().timeout();
}

int Channel::fileno() {
  return get().fileno(out | err | end);
}

int Channel::fileno(unsigned events) {
  return get().fileno(events);
}

ChannelFile Channel::makefile(std::string_view mode, int bufsize) {
  get();
  return ChannelFile(impl_, ChannelFile::Source::out, mode, bufsize);
}

ChannelFile Channel::makefile_stderr(std::string_view mode, int bufsize) {
  get();
  return ChannelFile(impl_, ChannelFile::Source::err, mode, bufsize);
}

ChannelFile Channel::makefile_stdin(std::string_view mode, int bufsize) {
  return makefile(mode, bufsize);
}

bool Channel::is_session() const {
  return get().is_session();
}

std::uint32_t Channel::get_id() const {
  return get().id();
}

void Channel::set_name(std::string name) {
  get().set_name(std::move(name));
}

std::string Channel::get_name() const {
  return get().name();
}

std::string Channel::getpeername() const {
  return get().transport().link().peer();
}

void Channel::wake() noexcept {
  if (impl_) impl_->wake();
}

unsigned Channel::wait(unsigned events, Timeout timeout) {
  return get().wait(events, Deadline::after(timeout));
}

}  // namespace amiko
