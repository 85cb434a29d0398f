// amiko - the lobby: rooms in which callers talk
#include "lobby.hpp"

#include "text.hpp"

#include <boost/thread/lock_guard.hpp>

#include <algorithm>

namespace bbs {
namespace {

constexpr std::size_t most_rooms = 100;
constexpr std::size_t kept_lines = 15;
constexpr std::size_t longest_room_name = 20;

struct Look {
  std::string head;      // with colours
  Ink ink = Ink::plain;  // of the text
};

Look look_of(const ChatLine& line, const Style& style) {
  const std::string name = style.name(line.from);
  switch (line.kind) {
    case ChatLine::Kind::said:
      return {"<" + name + "> "};
    case ChatLine::Kind::did:
      return {"* " + name + " "};
    case ChatLine::Kind::joined:
      return {style.paint(Ink::faint, "--> ") + name + " ", Ink::faint};
    case ChatLine::Kind::left:
      return {style.paint(Ink::faint, "<-- ") + name + " ", Ink::faint};
    case ChatLine::Kind::whispered:
      return {style.paint(Ink::key, "[private] ") + "<" + name + "> "};
    case ChatLine::Kind::announced:
      return {style.paint(Ink::warning, "*** "), Ink::warning};
  }
  return {};
}

}  // namespace

std::string render(const ChatLine& line, const Style& style, std::size_t width) {
  const Look look = look_of(line, style);
  const std::size_t indent = 2;
  const std::size_t head = columns(look.head);
  const std::size_t room = std::max<std::size_t>(width, head + 10);
  // The first row has less room, which the dots stand for while the text is wrapped.
  const std::string all = std::string(head, '.') + style.shown(line.text);
  const std::string first = wrap(all, room).front();
  const std::string start = first.substr(std::min(head, first.size()));
  std::string shown = look.head + style.paint(look.ink, start) + "\n";
  const std::size_t rest = all.find_first_not_of(' ', first.size());
  if (rest == std::string::npos) return shown;
  for (const std::string& row : wrap(std::string_view(all).substr(rest), room - indent))
    shown += std::string(indent, ' ') + style.paint(look.ink, row) + "\n";
  return shown;
}

Lobby::Lobby() {
  rooms_[std::string(main_room)];
}

bool Lobby::is_room_name(std::string_view name) {
  return !name.empty() && name.size() <= longest_room_name && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  });
}

bool Lobby::join(const CallerPtr& caller, const std::string& room, View& view) {
  const boost::lock_guard guard(mutex_);
  if (!rooms_.contains(room) && rooms_.size() >= most_rooms) return false;
  Inside& inside = rooms_[room];
  view.members = names(inside);
  view.history = inside.history;
  send(inside, {ChatLine::Kind::joined, caller->name(), "has come in.", now_seconds()}, nullptr);
  inside.members.push_back(caller);
  return true;
}

void Lobby::leave(const CallerPtr& caller, const std::string& room) {
  const boost::lock_guard guard(mutex_);
  const auto found = rooms_.find(room);
  if (found == rooms_.end()) return;
  Inside& inside = found->second;
  if (std::erase(inside.members, caller) == 0) return;
  if (inside.members.empty() && room != main_room)
    rooms_.erase(found);
  else
    send(inside, {ChatLine::Kind::left, caller->name(), "has left.", now_seconds()}, nullptr);
}

void Lobby::say(const CallerPtr& from, const std::string& room, ChatLine::Kind kind,
                const std::string& text) {
  const boost::lock_guard guard(mutex_);
  const auto found = rooms_.find(room);
  if (found == rooms_.end()) return;
  const ChatLine line{kind, from->name(), text, now_seconds()};
  send(found->second, line, from.get());
  found->second.history.push_back(line);
  if (found->second.history.size() > kept_lines) found->second.history.pop_front();
}

// Under the lock, so that everybody sees the same order; tell() never waits.
void Lobby::send(Inside& inside, const ChatLine& line, const Caller* except) {
  for (const CallerPtr& member : inside.members)
    if (member.get() != except) member->tell(render(line, member->style(), member->columns()));
}

std::vector<std::string> Lobby::names(const Inside& inside) {
  std::vector<std::string> all;
  for (const CallerPtr& member : inside.members)
    all.push_back(member->name());
  return all;
}

std::vector<Lobby::Room> Lobby::rooms() const {
  const boost::lock_guard guard(mutex_);
  std::vector<Room> all;
  for (const auto& [name, inside] : rooms_)
    all.push_back({name, names(inside)});
  return all;
}

std::vector<std::string> Lobby::members(const std::string& room) const {
  const boost::lock_guard guard(mutex_);
  const auto found = rooms_.find(room);
  return found == rooms_.end() ? std::vector<std::string>() : names(found->second);
}

std::size_t Lobby::size() const {
  const boost::lock_guard guard(mutex_);
  std::size_t total = 0;
  for (const auto& [name, inside] : rooms_)
    total += inside.members.size();
  return total;
}

}  // namespace bbs
