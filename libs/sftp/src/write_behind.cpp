// amiko - writing of a remote file without waiting for each answer
#include "write_behind.hpp"

#include <algorithm>
#include <utility>

namespace amiko::sftp {
namespace {

constexpr std::size_t most_unanswered = 8 * 1024 * 1024;

}  // namespace

void WriteBehind::write(std::uint64_t offset, ByteView data) {
  if (!requests_) requests_.emplace(session_.dispatcher());
  if (busy() && offset < end_ && offset + data.size() > begin_) drain();
  if (!busy()) begin_ = end_ = offset;
  while (!data.empty()) {
    const ByteView part = data.first(std::min(data.size(), session_.write_size()));
    while (busy() && unanswered_ + part.size() > most_unanswered)
      take(requests_->next(session_.deadline()));
    send(offset, part, session_.deadline());
    offset += part.size();
    data = data.from(part.size());
  }
  requests_->push();
  while (const std::optional<Answer> answer = requests_->poll())
    take(*answer);
}

void WriteBehind::post(std::uint64_t offset, ByteView data) {
  if (!requests_) requests_.emplace(session_.dispatcher());
  for (; !data.empty(); data = data.from(std::min(data.size(), session_.write_size()))) {
    const ByteView part = data.first(std::min(data.size(), session_.write_size()));
    send(offset, part, Deadline::after(std::chrono::seconds(0)));
    offset += part.size();
  }
  requests_->push();
}

void WriteBehind::send(std::uint64_t offset, ByteView part, Deadline deadline) {
  requests_->send(Write{.handle = handle_, .offset = offset, .data = part}, part.size(), deadline);
  unanswered_ += part.size();
  begin_ = std::min(begin_, offset);
  end_ = std::max(end_, offset + part.size());
}

void WriteBehind::drain() {
  while (busy())
    take(requests_->next(session_.deadline()));
}

void WriteBehind::check() {
  if (const std::optional<Answer> error = std::exchange(error_, std::nullopt))
    session_.checked([&] { throw_status(*error, path_); });
}

void WriteBehind::take(const Answer& answer) {
  unanswered_ -= static_cast<std::size_t>(answer.tag);
  if (!error_ && !is_status(answer, sftp_errc::ok)) error_ = answer;
}

}  // namespace amiko::sftp
