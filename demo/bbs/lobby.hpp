// amiko - the lobby: rooms in which callers talk
#pragma once

#include "callers.hpp"

#include <boost/thread/mutex.hpp>

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace bbs {

/// Something that is shown to those in a room, or to one caller.
struct ChatLine {
  enum class Kind { said, did, joined, left, whispered, announced };
  Kind kind = Kind::said;
  std::string from{};
  std::string text{};
  std::int64_t at = 0;
};

/// As it looks on this terminal, with its newline; long ones are wrapped.
std::string render(const ChatLine& line, const Style& style, std::size_t columns);

/// Any thread.  A room is there as long as somebody is in it; the lobby itself always is.
class Lobby {
 public:
  static constexpr std::string_view main_room = "lobby";
  static constexpr std::size_t longest_line = 400;  ///< characters

  Lobby();

  /// Letters, digits and '-', at most 20.
  static bool is_room_name(std::string_view name);

  struct View {
    std::vector<std::string> members{};  ///< without the newcomer
    std::deque<ChatLine> history{};
  };
  /// Tells those who are there.  False, with nothing done: there are too many rooms.
  bool join(const CallerPtr& caller, const std::string& room, View& view);
  void leave(const CallerPtr& caller, const std::string& room);
  /// To everybody in the room but the one who speaks.
  void say(const CallerPtr& from, const std::string& room, ChatLine::Kind kind, const std::string& text);

  struct Room {
    std::string name{};
    std::vector<std::string> members{};
  };
  std::vector<Room> rooms() const;
  std::vector<std::string> members(const std::string& room) const;
  std::size_t size() const;  ///< people in all rooms

 private:
  struct Inside {
    std::vector<CallerPtr> members;
    std::deque<ChatLine> history;
  };
  static std::vector<std::string> names(const Inside& inside);
  static void send(Inside& inside, const ChatLine& line, const Caller* except);

  mutable boost::mutex mutex_;
  std::map<std::string, Inside> rooms_;
};

}  // namespace bbs
