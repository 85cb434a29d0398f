// amiko - everybody who is on line
#pragma once

#include "caller.hpp"

#include <boost/thread/condition_variable.hpp>
#include <boost/thread/mutex.hpp>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace bbs {

using CallerPtr = std::shared_ptr<Caller>;

/// Any thread.
class Callers {
 public:
  /// Takes the lowest number that is free as facts.node.  Once hang_up_all() was called the newcomer finds
  /// itself hung up.  `disconnect` ends the connection at once.
  CallerPtr add(Caller::Facts facts, const Style& style, std::function<void()> disconnect);
  void remove(const Caller& caller);

  /// By number.
  std::vector<CallerPtr> list() const;
  CallerPtr find(int node) const;
  /// Somebody may have called more than once; names are found in upper and lower case alike.
  std::vector<CallerPtr> find(std::string_view name) const;
  std::size_t size() const;
  std::size_t peak() const;

  /// Asks the caller's session to end, and cuts the line if it does not do so within `patience`; waits for
  /// either.
  void kick(int node, const std::string& why, std::chrono::milliseconds patience);
  void hang_up_all(const std::string& why);
  /// Until nobody is left; false when `patience` was over before.
  bool wait_empty(std::chrono::milliseconds patience) const;

 private:
  struct Line {
    CallerPtr caller;
    std::function<void()> disconnect;
  };

  mutable boost::mutex mutex_;
  mutable boost::condition_variable left_;
  std::map<int, Line> lines_;
  std::size_t peak_ = 0;
  std::string closing_;
};

}  // namespace bbs
