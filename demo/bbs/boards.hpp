// amiko - message boards, as they are kept
#pragma once

#include "database.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace bbs {

struct Board {
  std::int64_t id = 0;
  std::string name{};
  std::string about{};
  std::int64_t threads = 0;
  std::int64_t posts = 0;
  std::int64_t unread = 0;  ///< threads with something new for the one who asks
};

struct Thread {
  std::int64_t id = 0;
  std::string subject{};
  std::string author{};
  std::int64_t posts = 0;
  std::int64_t last_written = 0;
  bool unread = false;
};

struct Post {
  std::int64_t id = 0;  ///< of all boards together
  std::int64_t thread = 0;
  std::string author{};
  std::int64_t author_id = 0;
  std::int64_t written = 0;
  std::string body{};  ///< lines ended by LF
  bool deleted = false;
};

/// Any thread.  Texts are kept as they are given: clean them before.  `user` is an account's id.
class Boards {
 public:
  static constexpr std::size_t longest_subject = 60;  ///< characters
  static constexpr std::size_t most_lines = 200;
  static constexpr std::size_t longest_body = 16 * 1024;

  explicit Boards(Database& database) : database_(database) {}

  std::vector<Board> list(std::int64_t user) const;
  /// Throws AlreadyThere.
  void add(const std::string& name, const std::string& about);
  /// The one with the latest post first.
  std::vector<Thread> threads(std::int64_t board, std::int64_t user, std::int64_t limit,
                              std::int64_t offset = 0) const;
  std::vector<Post> posts(std::int64_t thread) const;
  std::optional<Post> find_post(std::int64_t post) const;
  /// The last post that `user` has seen of it; 0: none.
  std::int64_t last_seen(std::int64_t user, std::int64_t thread) const;
  void mark_seen(std::int64_t user, std::int64_t thread, std::int64_t post);
  void mark_all_seen(std::int64_t user, std::int64_t board);
  std::int64_t unread_threads(std::int64_t user) const;

  /// The new thread's number; its author has seen it.
  std::int64_t start_thread(std::int64_t board, std::int64_t author, const std::string& subject,
                            const std::string& body);
  /// The new post's number; what its author had read remains as it is unless all before it was.
  std::int64_t reply(std::int64_t thread, std::int64_t author, const std::string& body);
  /// Its text is gone; that it was there remains.
  void delete_post(std::int64_t post);

  struct Totals {
    std::int64_t boards = 0, threads = 0, posts = 0;
  };
  Totals totals() const;

 private:
  Database& database_;
};

}  // namespace bbs
