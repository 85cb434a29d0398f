// amiko - answers of an SFTP session that wait to be written
#pragma once

#include "messages.hpp"
#include "server_status.hpp"

#include <cstdint>
#include <cstring>
#include <memory>
#include <utility>

namespace amiko::sftp {

/// Packets one behind the other.  Its memory is not cleared when it grows, since most of it is filled by
/// reading files straight into it.  Not synchronised.
class ServerOutput {
 public:
  ByteView pending() const noexcept { return {memory_.get() + begin_, end_ - begin_}; }
  std::size_t size() const noexcept { return end_ - begin_; }
  bool empty() const noexcept { return begin_ == end_; }
  void consume(std::size_t n) noexcept {
    begin_ += n;
    if (empty()) begin_ = end_ = 0;
  }
  /// Gives memory back that a burst took.
  void trim(std::size_t keep) {
    if (!empty() || capacity_ <= keep) return;
    memory_.reset();
    capacity_ = 0;
  }
  void append(ByteView data) {
    if (data.empty()) return;
    std::memcpy(room(data.size()), data.data(), data.size());
    end_ += data.size();
  }

  template <class Message>
  void put(std::uint32_t id, const Message& message) {
    scratch_.clear();
    encode(scratch_, id, message);
    append(scratch_);
  }
  void put_names(std::uint32_t id, const std::vector<SftpName>& names) {
    scratch_.clear();
    encode_names(scratch_, id, names);
    append(scratch_);
  }
  void put_status(std::uint32_t id, const ServerStatus& status) {
    put(id, Status{.code = static_cast<std::uint32_t>(status.code),
                   .message = status.text.empty() ? usual_text(status.code) : std::string_view(status.text)});
  }
  void put_ok(std::uint32_t id) { put_status(id, {}); }

  /// A DATA packet whose content `fill` puts into its place: it gets `most` bytes and returns how many it
  /// used.  What it throws leaves no trace here.
  template <class Fill>
  void put_data(std::uint32_t id, std::size_t most, Fill fill) {
    constexpr std::size_t before = header_size + 4;  // the content, which has a length of its own
    std::uint8_t* const start = room(before + most);
    const std::size_t n = fill(MutableBytes(start + before, most));
    scratch_.clear();
    wire::Writer writer(scratch_);
    writer.uint32(static_cast<std::uint32_t>(before - 4 + n));
    writer.byte(to_byte(PacketType::data));
    writer.uint32(id);
    writer.uint32(static_cast<std::uint32_t>(n));
    std::memcpy(start, scratch_.data(), scratch_.size());
    end_ += scratch_.size() + n;
  }

 private:
  std::uint8_t* room(std::size_t n) {
    if (capacity_ - end_ < n) grow(n);
    return memory_.get() + end_;
  }
  // Either there is room behind what is moved to the front, and moving it is little work, or there is more
  // memory.
  void grow(std::size_t n) {
    const std::size_t used = size();
    if (2 * used + n <= capacity_) {
      std::memmove(memory_.get(), memory_.get() + begin_, used);
    } else {
      const std::size_t wanted = 2 * (used + n);
      // Not make_unique: that would clear it.
      std::unique_ptr<std::uint8_t[]> larger(new std::uint8_t[wanted]);
      if (used > 0) std::memcpy(larger.get(), memory_.get() + begin_, used);
      memory_ = std::move(larger);
      capacity_ = wanted;
    }
    begin_ = 0;
    end_ = used;
  }

  std::unique_ptr<std::uint8_t[]> memory_;
  std::size_t capacity_ = 0, begin_ = 0, end_ = 0;
  Bytes scratch_;
};

}  // namespace amiko::sftp
