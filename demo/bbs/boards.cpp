// amiko - message boards, as they are kept
#include "boards.hpp"

#include "text.hpp"

namespace bbs {
namespace {

// Within a transaction of the caller's.
std::int64_t add_post(const Database::Use& use, std::int64_t thread, std::int64_t author,
                      const std::string& body) {
  const std::int64_t now = now_seconds();
  use.run("INSERT INTO posts(thread, author, written, body) VALUES(?1, ?2, ?3, ?4)", thread, author, now,
          body);
  const std::int64_t post = use.last_id();
  use.run("UPDATE threads SET last_post=?2, last_written=?3 WHERE id=?1", thread, post, now);
  return post;
}

void set_seen(const Database::Use& use, std::int64_t user, std::int64_t thread, std::int64_t post) {
  use.run(
      "INSERT INTO seen(user, thread, post) VALUES(?1, ?2, ?3) "
      "ON CONFLICT(user, thread) DO UPDATE SET post=MAX(post, excluded.post)",
      user, thread, post);
}

Post post_of(const Query& row) {
  return {.id = row.integer(0),
          .thread = row.integer(1),
          .author = row.text(2),
          .author_id = row.integer(3),
          .written = row.integer(4),
          .body = row.text(5),
          .deleted = row.flag(6)};
}

}  // namespace

std::vector<Board> Boards::list(std::int64_t user) const {
  std::vector<Board> all;
  const Database::Use use(database_);
  auto rows = use.query(
      "SELECT b.id, b.name, b.about,"
      " (SELECT COUNT(*) FROM threads t WHERE t.board=b.id),"
      " (SELECT COUNT(*) FROM posts p JOIN threads t ON t.id=p.thread WHERE t.board=b.id AND p.deleted=0),"
      " (SELECT COUNT(*) FROM threads t LEFT JOIN seen s ON s.thread=t.id AND s.user=?1"
      "  WHERE t.board=b.id AND t.last_post>COALESCE(s.post, 0)) "
      "FROM boards b ORDER BY b.id",
      user);
  while (rows.next())
    all.push_back({.id = rows.integer(0),
                   .name = rows.text(1),
                   .about = rows.text(2),
                   .threads = rows.integer(3),
                   .posts = rows.integer(4),
                   .unread = rows.integer(5)});
  return all;
}

void Boards::add(const std::string& name, const std::string& about) {
  const Database::Use use(database_);
  use.run("INSERT INTO boards(name, about) VALUES(?1, ?2)", name, about);
}

std::vector<Thread> Boards::threads(std::int64_t board, std::int64_t user, std::int64_t limit,
                                    std::int64_t offset) const {
  std::vector<Thread> found;
  const Database::Use use(database_);
  auto rows = use.query(
      "SELECT t.id, t.subject,"
      " (SELECT u.name FROM posts p JOIN users u ON u.id=p.author WHERE p.thread=t.id ORDER BY p.id LIMIT 1),"
      " (SELECT COUNT(*) FROM posts p WHERE p.thread=t.id AND p.deleted=0),"
      " t.last_written, t.last_post>COALESCE(s.post, 0) "
      "FROM threads t LEFT JOIN seen s ON s.thread=t.id AND s.user=?2 "
      "WHERE t.board=?1 ORDER BY t.last_post DESC LIMIT ?3 OFFSET ?4",
      board, user, limit, offset);
  while (rows.next())
    found.push_back({.id = rows.integer(0),
                     .subject = rows.text(1),
                     .author = rows.text(2),
                     .posts = rows.integer(3),
                     .last_written = rows.integer(4),
                     .unread = rows.flag(5)});
  return found;
}

std::vector<Post> Boards::posts(std::int64_t thread) const {
  std::vector<Post> all;
  const Database::Use use(database_);
  auto rows = use.query(
      "SELECT p.id, p.thread, u.name, u.id, p.written, p.body, p.deleted "
      "FROM posts p JOIN users u ON u.id=p.author WHERE p.thread=?1 ORDER BY p.id",
      thread);
  while (rows.next())
    all.push_back(post_of(rows));
  return all;
}

std::optional<Post> Boards::find_post(std::int64_t post) const {
  const Database::Use use(database_);
  auto rows = use.query(
      "SELECT p.id, p.thread, u.name, u.id, p.written, p.body, p.deleted "
      "FROM posts p JOIN users u ON u.id=p.author WHERE p.id=?1",
      post);
  if (!rows.next()) return std::nullopt;
  return post_of(rows);
}

std::int64_t Boards::last_seen(std::int64_t user, std::int64_t thread) const {
  const Database::Use use(database_);
  return use.number("SELECT post FROM seen WHERE user=?1 AND thread=?2", user, thread);
}

void Boards::mark_seen(std::int64_t user, std::int64_t thread, std::int64_t post) {
  const Database::Use use(database_);
  set_seen(use, user, thread, post);
}

void Boards::mark_all_seen(std::int64_t user, std::int64_t board) {
  const Database::Use use(database_);
  use.run(
      "INSERT INTO seen(user, thread, post) SELECT ?1, id, last_post FROM threads WHERE board=?2 "
      "ON CONFLICT(user, thread) DO UPDATE SET post=excluded.post",
      user, board);
}

std::int64_t Boards::unread_threads(std::int64_t user) const {
  const Database::Use use(database_);
  return use.number(
      "SELECT COUNT(*) FROM threads t LEFT JOIN seen s ON s.thread=t.id AND s.user=?1 "
      "WHERE t.last_post>COALESCE(s.post, 0)",
      user);
}

std::int64_t Boards::start_thread(std::int64_t board, std::int64_t author, const std::string& subject,
                                  const std::string& body) {
  const Database::Use use(database_);
  Database::Transaction transaction(use);
  use.run("INSERT INTO threads(board, subject) VALUES(?1, ?2)", board, subject);
  const std::int64_t thread = use.last_id();
  set_seen(use, author, thread, add_post(use, thread, author, body));
  transaction.commit();
  return thread;
}

std::int64_t Boards::reply(std::int64_t thread, std::int64_t author, const std::string& body) {
  const Database::Use use(database_);
  Database::Transaction transaction(use);
  const std::int64_t before = use.number("SELECT last_post FROM threads WHERE id=?1", thread);
  const std::int64_t seen = use.number("SELECT post FROM seen WHERE user=?1 AND thread=?2", author, thread);
  const std::int64_t post = add_post(use, thread, author, body);
  if (seen >= before) set_seen(use, author, thread, post);
  transaction.commit();
  return post;
}

void Boards::delete_post(std::int64_t post) {
  const Database::Use use(database_);
  use.run("UPDATE posts SET deleted=1, body='' WHERE id=?1", post);
}

Boards::Totals Boards::totals() const {
  const Database::Use use(database_);
  return {.boards = use.number("SELECT COUNT(*) FROM boards"),
          .threads = use.number("SELECT COUNT(*) FROM threads"),
          .posts = use.number("SELECT COUNT(*) FROM posts WHERE deleted=0")};
}

}  // namespace bbs
