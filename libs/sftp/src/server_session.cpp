// amiko - one session of an SFTP server
#include "server_session.hpp"

#include <amiko/base/error.hpp>
#include <amiko/base/printable.hpp>

#include <algorithm>
#include <cstring>
#include <unordered_map>

namespace amiko::sftp {
namespace {

constexpr std::size_t input_size = 1024 * 1024;       // several of the largest packets
constexpr std::size_t write_at = 256 * 1024;          // a client that waits is not kept waiting for the batch
constexpr std::size_t most_output = 4 * 1024 * 1024;  // answers that wait for the client
constexpr std::size_t most_run = most_output;
constexpr std::size_t kept_output = 1024 * 1024;
// Below, handing over to another thread costs more than it brings.
constexpr std::size_t least_shared = 64 * 1024;
constexpr std::chrono::microseconds long_time{100};
constexpr std::uint32_t our_version = version_3;

}  // namespace

ServerSession::ServerSession(std::shared_ptr<SftpStream> stream, std::shared_ptr<SftpFilesystem> filesystem,
                             const SftpServerOptions& options)
    : stream_(std::move(stream)),
      filesystem_(std::move(filesystem)),
      options_(options),
      handles_(options.max_handles),
      input_(new std::uint8_t[input_size]),
      threads_(std::max(1U, options.threads)) {}

void ServerSession::run() {
  start();
  do
    answer_buffered();
  while (fill());
  finish();
  if (begin_ != end_) throw_error(errc::malformed_packet, "the client's requests end within one");
}

bool ServerSession::permitted(std::string_view name) const {
  const auto lists = [name](const std::vector<std::string>& list) {
    return std::ranges::find(list, name) != list.end();
  };
  return !lists(options_.denied) && (options_.allowed.empty() || lists(options_.allowed));
}

// Whatever version the client asks for, 3 is what there is, as with sftp-server.
void ServerSession::start() {
  std::optional<Packet> packet;
  while (!(packet = next_packet()))
    if (!fill()) {
      if (begin_ == end_) return;
      throw_error(errc::malformed_packet, "the stream ended within the first packet");
    }
  if (packet->type != PacketType::init)
    throw_error(errc::protocol_error, "the client's first packet is not INIT but has type " +
                                          std::to_string(to_byte(packet->type)));
  options_.log.write(LogLevel::debug, "SFTP client of version " + std::to_string(packet->id));
  Bytes answer;
  encode_version(answer, PacketType::version, our_version,
                 server_extensions([this](std::string_view name) { return permitted(name); }));
  output_.append(answer);
}

// False at the end.  Waits for something to come, and writes what there is meanwhile.
bool ServerSession::fill() {
  if (begin_ == end_) {
    begin_ = end_ = 0;
    output_.trim(kept_output);
  }
  if (begin_ > 0 && input_size - end_ < max_server_packet) {
    std::memmove(input_.get(), input_.get() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  for (;;) {
    write_some();
    error_code ec;
    const std::size_t n = stream_->read_some({input_.get() + end_, input_size - end_}, ec);
    end_ += n;
    if (n > 0) return true;
    if (!ec) return false;
    if (ec != errc::would_block) fail(ec);
    stream_->wait(SftpStream::readable | (output_.empty() ? 0u : SftpStream::writable), forever);
  }
}

std::optional<Packet> ServerSession::next_packet() {
  std::size_t size = 0;
  const auto packet = first_packet({input_.get() + begin_, end_ - begin_}, max_server_packet, size);
  if (packet) begin_ += size;
  return packet;
}

void ServerSession::answer_buffered() {
  while (const auto packet = next_packet())
    take(*packet);
  do_run();
}

void ServerSession::take(const Packet& packet) {
  if (packet.type == PacketType::init) throw_error(errc::protocol_error, "a second INIT");
  const std::string_view name = request_name(packet);
  if (!name.empty() && !permitted(name)) {
    options_.log.write(LogLevel::info, "Refusing " + std::string(name) + " request");
    return output_.put_status(packet.id, {sftp_errc::permission_denied});
  }
  if (auto work = decode_handle_work(packet, handles_)) {
    if (options_.trace) options_.trace(name, work->handle ? work->handle->path : std::string());
    run_weight_ += work->weight();
    run_.push_back(std::move(*work));
    if (run_weight_ >= most_run) do_run();
    return;
  }
  do_run();
  if (options_.trace && !name.empty()) options_.trace(name, path_of(packet));
  answer(packet, *filesystem_, handles_, output_);
  bound_output();
}

void ServerSession::do_run() {
  if (run_.empty()) return;
  const auto start = std::chrono::steady_clock::now();
  if (worth_sharing())
    share_out();
  else
    do_in_order();
  const Duration each = (std::chrono::steady_clock::now() - start) / static_cast<Duration::rep>(run_.size());
  usual_time_ = usual_time_ ? (*usual_time_ * 7 + each) / 8 : each;
  run_.clear();
  run_weight_ = 0;
  bound_output();
}

void ServerSession::do_in_order() {
  for (HandleWork& work : run_) {
    perform(work, *filesystem_, output_);
    bound_output();
  }
}

bool ServerSession::worth_sharing() const {
  if (options_.threads < 2 || run_weight_ < least_shared || (usual_time_ && *usual_time_ < long_time))
    return false;
  return std::ranges::any_of(run_,
                             [this](const HandleWork& work) { return work.handle != run_.front().handle; });
}

// Each file's requests go to one thread, in their order.
void ServerSession::share_out() {
  std::vector<std::vector<HandleWork*>> files;
  std::unordered_map<const OpenHandle*, std::size_t> index;
  for (HandleWork& work : run_) {
    const auto [found, is_new] = index.emplace(work.handle.get(), files.size());
    if (is_new) files.emplace_back();
    files[found->second].push_back(&work);
  }
  threads_.run(
      files.size(),
      [this, &files](std::size_t i, ServerOutput& output) {
        for (HandleWork* const work : files[i])
          perform(*work, *filesystem_, output);
      },
      output_);
}

void ServerSession::write_some() {
  while (!output_.empty()) {
    error_code ec;
    const std::size_t n = stream_->write_some(output_.pending(), ec);
    output_.consume(n);
    if (ec == errc::would_block) return;
    if (ec) fail(ec);
  }
}

void ServerSession::bound_output() {
  if (output_.size() >= write_at) write_some();
  while (output_.size() > most_output) {
    stream_->wait(SftpStream::writable, forever);
    write_some();
  }
}

void ServerSession::finish() {
  for (write_some(); !output_.empty(); write_some())
    stream_->wait(SftpStream::writable, forever);
}

void ServerSession::fail(const error_code& ec) const {
  Failure failure = stream_->failure(ec);
  if (failure.code == errc::channel_closed) failure.code = errc::closed;  // Disconnected, as any other end
  throw_failure(std::move(failure));
}

}  // namespace amiko::sftp
