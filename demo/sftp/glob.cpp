// amiko - names that match a pattern, on either side
#include "glob.hpp"

#include "paths.hpp"
#include "words.hpp"

#include <algorithm>
#include <exception>

#include <fnmatch.h>

namespace demo {
namespace {

class Expansion {
 public:
  explicit Expansion(Tree& tree) : tree_(tree) {}

  std::vector<Entry> expand(const std::string& pattern) {
    const std::size_t start = std::min(pattern.find_first_not_of('/'), pattern.size());
    walk(pattern.substr(0, start), std::string_view(pattern).substr(start), nullptr);
    if (found_.empty() && error_) std::rethrow_exception(error_);
    std::ranges::sort(found_, {}, &Entry::name);
    return std::move(found_);
  }

 private:
  // `path` stands for what is before `pattern`; `known`: what is known of it.
  void walk(const std::string& path, std::string_view pattern, const Entry* known) {
    const std::size_t end = std::min(pattern.find('/'), pattern.size());
    const std::string_view name = pattern.substr(0, end);
    if (pattern.empty()) return take(path, known);
    if (name.empty()) return take_directory(path, pattern);
    const std::string_view rest = pattern.substr(end);
    if (has_wildcards(name)) return match(path, std::string(name), rest);
    walk(path + unescaped(name), rest, nullptr);
  }

  void take(const std::string& path, const Entry* known) {
    if (known != nullptr)
      found_.push_back({path, known->attributes});
    else if (const auto attributes = tree_.look(path.empty() ? "." : path))
      found_.push_back({path, *attributes});
  }

  // `pattern` begins with slashes: what is before them has to be a directory.
  void take_directory(const std::string& path, std::string_view pattern) {
    const std::size_t slashes = std::min(pattern.find_first_not_of('/'), pattern.size());
    const std::string_view rest = pattern.substr(slashes);
    if (rest.empty() && !tree_.is_directory(path)) return;
    walk(path + std::string(pattern.substr(0, slashes)), rest, nullptr);
  }

  void match(const std::string& path, const std::string& pattern, std::string_view rest) {
    std::vector<Entry> entries;
    try {
      entries = tree_.list(path.empty() ? "." : path);
    } catch (const std::exception&) {
      if (!error_) error_ = std::current_exception();
      return;
    }
    for (const Entry& entry : entries) {
      if (::fnmatch(pattern.c_str(), entry.name.c_str(), FNM_PERIOD) != 0) continue;
      // What is certainly no directory has nothing below it.
      const bool may_have_more = !entry.attributes.is_regular();
      if (rest.empty() || may_have_more) walk(path + entry.name, rest, &entry);
    }
  }

  Tree& tree_;
  std::vector<Entry> found_;
  std::exception_ptr error_;
};

}  // namespace

std::vector<Entry> expand(const std::string& pattern, Tree& tree) {
  return Expansion(tree).expand(pattern);
}

}  // namespace demo
