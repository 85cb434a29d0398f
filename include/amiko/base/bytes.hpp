// amiko - byte strings and views of them
#pragma once

#include <amiko/base/config.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <ranges>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace amiko {

/// Owned bytes.  What SSH calls "string" when it is data and not text.
using Bytes = std::vector<std::uint8_t>;

/// Writable bytes owned by somebody else.
using MutableBytes = std::span<std::uint8_t>;

/// Read-only bytes owned by somebody else: a pointer and a size, to be passed by value.
/// Converts from every contiguous range of one-byte elements (std::string, string_view, vector, array, span)
/// and from string literals, whose closing NUL is left out.  Never allocates, never throws, except at() style
/// misuse, which is undefined as for std::span.  The viewed bytes must outlive the view.
class ByteView {
 public:
  using value_type = std::uint8_t;
  using iterator = const std::uint8_t*;

  constexpr ByteView() noexcept = default;
  constexpr ByteView(const std::uint8_t* data, std::size_t size) noexcept : data_(data), size_(size) {}
  ByteView(const char* literal) noexcept
      : data_(reinterpret_cast<const std::uint8_t*>(literal)), size_(std::strlen(literal)) {}

  template <class Range>
  requires(std::ranges::contiguous_range<const Range>&& std::ranges::sized_range<const Range> &&
           sizeof(std::ranges::range_value_t<Range>) == 1 && !std::is_array_v<Range> &&
           !std::is_same_v<Range, ByteView>) ByteView(const Range& range)
  noexcept
      : data_(reinterpret_cast<const std::uint8_t*>(std::ranges::data(range))),
        size_(std::ranges::size(range)) {}

  constexpr const std::uint8_t* data() const noexcept { return data_; }
  constexpr std::size_t size() const noexcept { return size_; }
  constexpr bool empty() const noexcept { return size_ == 0; }
  constexpr iterator begin() const noexcept { return data_; }
  constexpr iterator end() const noexcept { return data_ + size_; }
  constexpr std::uint8_t operator[](std::size_t i) const noexcept { return data_[i]; }

  constexpr ByteView first(std::size_t n) const noexcept { return {data_, n}; }
  constexpr ByteView last(std::size_t n) const noexcept { return {data_ + size_ - n, n}; }
  constexpr ByteView from(std::size_t offset) const noexcept { return {data_ + offset, size_ - offset}; }
  constexpr ByteView slice(std::size_t offset, std::size_t n) const noexcept { return {data_ + offset, n}; }

  /// The same bytes seen as text.
  std::string_view text() const noexcept { return {reinterpret_cast<const char*>(data_), size_}; }
  std::string str() const { return std::string(text()); }
  Bytes bytes() const { return Bytes(begin(), end()); }

  friend bool operator==(ByteView a, ByteView b) noexcept {
    return a.size_ == b.size_ && (a.size_ == 0 || std::memcmp(a.data_, b.data_, a.size_) == 0);
  }

 private:
  const std::uint8_t* data_ = nullptr;
  std::size_t size_ = 0;
};

/// Appends `more` to `to`.
AMIKO_DECL void append(Bytes& to, ByteView more);

}  // namespace amiko

template <>
inline constexpr bool std::ranges::enable_borrowed_range<amiko::ByteView> = true;
template <>
inline constexpr bool std::ranges::enable_view<amiko::ByteView> = true;
