// amiko - everybody who is on line
#include "callers.hpp"

#include "text.hpp"

#include <boost/chrono/duration.hpp>
#include <boost/thread/lock_guard.hpp>
#include <boost/thread/lock_types.hpp>

#include <algorithm>

namespace bbs {
namespace {

boost::chrono::milliseconds of_boost(std::chrono::milliseconds time) {
  return boost::chrono::milliseconds(time.count());
}

}  // namespace

CallerPtr Callers::add(Caller::Facts facts, const Style& style, std::function<void()> disconnect) {
  const boost::lock_guard guard(mutex_);
  facts.node = 1;
  for (const auto& [node, line] : lines_) {
    if (node != facts.node) break;
    ++facts.node;
  }
  const int node = facts.node;
  auto caller = std::make_shared<Caller>(std::move(facts), style);
  if (!closing_.empty()) caller->hang_up(closing_);
  lines_[node] = {caller, std::move(disconnect)};
  peak_ = std::max(peak_, lines_.size());
  return caller;
}

void Callers::remove(const Caller& caller) {
  {
    const boost::lock_guard guard(mutex_);
    lines_.erase(caller.node());
  }
  left_.notify_all();
}

std::vector<CallerPtr> Callers::list() const {
  const boost::lock_guard guard(mutex_);
  std::vector<CallerPtr> all;
  for (const auto& [node, line] : lines_)
    all.push_back(line.caller);
  return all;
}

CallerPtr Callers::find(int node) const {
  const boost::lock_guard guard(mutex_);
  const auto found = lines_.find(node);
  return found == lines_.end() ? nullptr : found->second.caller;
}

std::vector<CallerPtr> Callers::find(std::string_view name) const {
  const std::string wanted = to_lower(name);
  std::vector<CallerPtr> found = list();
  std::erase_if(found, [&](const CallerPtr& caller) { return to_lower(caller->name()) != wanted; });
  return found;
}

std::size_t Callers::size() const {
  const boost::lock_guard guard(mutex_);
  return lines_.size();
}

std::size_t Callers::peak() const {
  const boost::lock_guard guard(mutex_);
  return peak_;
}

void Callers::kick(int node, const std::string& why, std::chrono::milliseconds patience) {
  boost::unique_lock lock(mutex_);
  const auto found = lines_.find(node);
  if (found == lines_.end()) return;
  const Line line = found->second;
  const auto gone = [&] {
    const auto now = lines_.find(node);
    return now == lines_.end() || now->second.caller != line.caller;
  };
  line.caller->hang_up(why);
  if (left_.wait_for(lock, of_boost(patience), gone)) return;
  lock.unlock();
  line.disconnect();
}

void Callers::hang_up_all(const std::string& why) {
  const boost::lock_guard guard(mutex_);
  closing_ = why;
  for (const auto& [node, line] : lines_)
    line.caller->hang_up(why);
}

bool Callers::wait_empty(std::chrono::milliseconds patience) const {
  boost::unique_lock lock(mutex_);
  return left_.wait_for(lock, of_boost(patience), [this] { return lines_.empty(); });
}

}  // namespace bbs
