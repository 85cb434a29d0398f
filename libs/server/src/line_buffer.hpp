// amiko - the line being typed and the cursor in it
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace amiko {

/// Throws errc::invalid_argument for what cannot be a line: bytes that are no UTF-8, code points that are not
/// typeable, combining marks that have nothing to stand on or are more than 30 in a row.  `what` names the
/// text in the error.
void check_line(std::string_view text, std::string_view what);

/// Valid text (see check_line()) of limited size, and a position between its clusters.  Functions that return
/// bool give false, and change nothing, where there is nothing to do.  No call takes longer than in
/// proportion to the line.  The text may be a password: it is overwritten when it goes.
class LineBuffer {
 public:
  /// `limit` in bytes.
  explicit LineBuffer(std::size_t limit);
  LineBuffer(const LineBuffer&) = delete;
  LineBuffer& operator=(const LineBuffer&) = delete;
  ~LineBuffer();

  const std::string& text() const noexcept { return text_; }
  std::size_t position() const noexcept { return position_; }
  bool empty() const noexcept { return text_.empty(); }

  /// One typeable code point.
  bool insert(std::string_view code_point);
  /// What was part of a line before: as many of its clusters as there is room for; false if it is cut.
  bool insert_again(std::string_view clusters);
  bool left() noexcept;
  bool right() noexcept;
  void home() noexcept { position_ = 0; }
  void end() noexcept { position_ = text_.size(); }
  bool erase_left();
  bool erase_right();

  /// These return what they erase.
  std::string erase_line();
  std::string erase_to_end();
  std::string erase_word();  ///< to the left, with the spaces behind it

  /// Throws as check_line(), and for a text over the limit or a position behind its end.
  void assign(std::string_view text, std::size_t position);
  void clear() noexcept;
  /// Hands the text out.
  std::string take();

 private:
  std::string erase(std::size_t from, std::size_t to);

  std::size_t limit_;
  std::string text_;
  std::size_t position_ = 0;
};

}  // namespace amiko
