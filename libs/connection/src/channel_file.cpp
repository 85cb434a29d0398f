// amiko - a channel as a buffered file
#include <amiko/connection/channel_file.hpp>

#include "channel_impl.hpp"

#include <algorithm>
#include <utility>

namespace amiko {
namespace {

constexpr std::size_t default_buffer = 8192;

}  // namespace

struct ChannelFile::Impl {
  std::shared_ptr<ChannelImpl> channel;
  StreamKind kind;
  bool universal = false;
  bool line_buffered = false;
  std::size_t write_size = default_buffer;
  bool closed = false;
  bool at_end = false;
  bool after_cr = false;  // an LF that comes next belongs to a CR that has ended a line already
  bool seen_cr = false, seen_lf = false, seen_crlf = false;
  std::string in;
  std::size_t taken = 0;    // of `in`
  std::size_t scanned = 0;  // of `in`: no newline before it
  std::string out;

  bool fill();
  void translate_newlines(std::size_t from);
  std::optional<std::string> take_line(std::size_t limit, bool keep_newline);
  std::string take(std::size_t n);
  std::size_t buffered() const noexcept { return in.size() - taken; }
  void write_out(bool may_block);
};

// More input into `in`; false at the end.  When this throws, `in` still has all that came before.
bool ChannelFile::Impl::fill() {
  if (at_end) return false;
  in.erase(0, taken);
  scanned -= taken;
  taken = 0;
  const std::size_t before = in.size();
  in.resize(before + 32 * 1024);
  error_code ec;
  std::size_t n = 0;
  try {
    n = channel->recv(kind, {reinterpret_cast<std::uint8_t*>(in.data()) + before, in.size() - before},
                      channel->deadline(), ec);
  } catch (...) {
    in.resize(before);
    throw;
  }
  in.resize(before + n);
  if (ec) channel->throw_error(ec);
  at_end = n == 0;
  if (at_end && after_cr) seen_cr = true;
  if (universal) translate_newlines(before);
  return !at_end;
}

// CR, LF and CR LF become LF.  A CR at the end of a piece is a newline at once: a line must not wait for what
// may follow it.
void ChannelFile::Impl::translate_newlines(std::size_t from) {
  std::size_t to = from;
  for (std::size_t i = from; i < in.size(); ++i) {
    const char c = in[i];
    if (c == '\n' && std::exchange(after_cr, false)) {
      seen_crlf = true;
      continue;
    }
    if (std::exchange(after_cr, c == '\r')) seen_cr = true;
    if (c == '\n') seen_lf = true;
    in[to++] = c == '\r' ? '\n' : c;
  }
  in.resize(to);
}

std::string ChannelFile::Impl::take(std::size_t n) {
  std::string text = in.substr(taken, n);
  taken += n;
  scanned = taken;
  return text;
}

std::optional<std::string> ChannelFile::Impl::take_line(std::size_t limit, bool keep_newline) {
  for (;;) {
    const std::size_t at = in.find('\n', scanned);
    const std::size_t size = (at != std::string::npos ? at : in.size()) - taken;
    if (size > limit)
      throw_error(errc::output_limit, "a line of more than " + std::to_string(limit) + " bytes");
    if (at != std::string::npos) {
      std::string line = take(at + 1 - taken);
      if (!keep_newline) line.pop_back();
      return line;
    }
    scanned = in.size();
    if (!fill()) break;
  }
  if (buffered() == 0) return std::nullopt;
  return take(buffered());
}

void ChannelFile::Impl::write_out(bool may_block) {
  std::size_t sent = 0;
  struct Keep {  // what was sent is not sent again, whatever happens
    std::string& out;
    std::size_t& sent;
    ~Keep() { out.erase(0, sent); }
  } keep{out, sent};
  const Deadline deadline = may_block ? channel->deadline() : Deadline::after(std::chrono::seconds(0));
  while (sent < out.size()) {
    error_code ec;
    sent += channel->send(kind, ByteView(out).from(sent), deadline, ec);
    if (ec) channel->throw_error(ec, std::to_string(out.size() - sent) + " bytes are still buffered");
  }
}

ChannelFile::ChannelFile(std::shared_ptr<ChannelImpl> channel, Source source, std::string_view mode,
                         int bufsize)
    : impl_(std::make_unique<Impl>()) {
  impl_->channel = std::move(channel);
  impl_->kind = source == Source::out ? StreamKind::out : StreamKind::err;
  if (mode.find_first_not_of("rwab+U") != std::string_view::npos)
    throw_error(errc::invalid_argument, "file mode \"" + std::string(mode) + "\"");
  impl_->universal = mode.find('U') != std::string_view::npos;
  impl_->line_buffered = bufsize == 1;
  if (bufsize == 0) impl_->write_size = 0;
  if (bufsize > 1) impl_->write_size = static_cast<std::size_t>(bufsize);
}

ChannelFile::ChannelFile(ChannelFile&&) noexcept = default;
ChannelFile& ChannelFile::operator=(ChannelFile&&) noexcept = default;

ChannelFile::~ChannelFile() {
  if (!impl_ || impl_->closed) return;
  try {
    impl_->write_out(false);
  } catch (const std::exception&) {
    // documented: a destructor does not wait
  }
}

std::optional<std::string> ChannelFile::readline(std::size_t limit) {
  return impl_->take_line(limit, false);
}

std::string ChannelFile::readline_raw(std::size_t limit) {
  auto line = impl_->take_line(limit, true);
  return line ? std::move(*line) : std::string();
}

std::vector<std::string> ChannelFile::readlines() {
  while (impl_->fill()) {
  }
  std::vector<std::string> lines;
  while (auto line = readline())
    lines.push_back(std::move(*line));
  return lines;
}

std::string ChannelFile::read(std::size_t size) {
  // All of it is collected first: what comes before an error is not lost then.
  while (impl_->buffered() < size && impl_->fill()) {
  }
  return impl_->take(std::min(size, impl_->buffered()));
}

std::string ChannelFile::read() {
  return read(std::string::npos);
}

void ChannelFile::write(ByteView data) {
  if (impl_->closed) throw_error(errc::no_state, "the file is closed");
  impl_->out.append(data.text());
  const bool line_done = impl_->line_buffered && data.text().find('\n') != std::string_view::npos;
  if (line_done || impl_->out.size() >= impl_->write_size) flush();
}

void ChannelFile::writelines(const std::vector<std::string>& lines) {
  for (const std::string& line : lines)
    write(line);
}

void ChannelFile::flush() {
  impl_->write_out(true);
}

void ChannelFile::close() {
  if (std::exchange(impl_->closed, true)) return;
  impl_->write_out(true);
}

bool ChannelFile::closed() const noexcept {
  return impl_->closed;
}

std::vector<std::string> ChannelFile::newlines() const {
  std::vector<std::string> styles;
  if (impl_->seen_cr) styles.emplace_back("\r");
  if (impl_->seen_lf) styles.emplace_back("\n");
  if (impl_->seen_crlf) styles.emplace_back("\r\n");
  return styles;
}

}  // namespace amiko
