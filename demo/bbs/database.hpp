// amiko - the board's database: one SQLite connection that threads take turns with
#pragma once

#include <amiko/base/bytes.hpp>

#include <boost/thread/lock_types.hpp>
#include <boost/thread/mutex.hpp>

#include <cstdint>
#include <filesystem>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

struct sqlite3;
struct sqlite3_stmt;

namespace bbs {

/// The disk is full, the file is damaged, or the program asks for nonsense.
class DatabaseError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// What was to be added is there already.
class AlreadyThere : public DatabaseError {
 public:
  using DatabaseError::DatabaseError;
};

/// One run of a prepared statement; ready for the next when it is destroyed.  Columns and parameters count
/// from 0.
class Query {
 public:
  explicit Query(sqlite3_stmt* statement) noexcept : statement_(statement) {}
  Query(Query&& other) noexcept : statement_(std::exchange(other.statement_, nullptr)) {}
  Query& operator=(Query&&) = delete;
  ~Query();

  void bind(int parameter, std::int64_t value);
  void bind(int parameter, std::string_view text);
  void bind(int parameter, const amiko::Bytes& blob);
  /// To the next row; false behind the last one.
  bool next();

  std::int64_t integer(int column) const;
  bool flag(int column) const { return integer(column) != 0; }
  std::string text(int column) const;
  amiko::Bytes blob(int column) const;

 private:
  void check(int result) const;

  sqlite3_stmt* statement_;
};

/// WAL, foreign keys, prepared statements that are kept, a schema with a version.  Everything goes through a
/// Use, which holds the one mutex: make it short.
class Database {
 public:
  /// Opens or makes the file and brings its schema up to date.  Throws DatabaseError, for a schema of a later
  /// program too.
  explicit Database(const std::filesystem::path& file);
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database();

  class Use {
   public:
    explicit Use(Database& database) : database_(database), lock_(database.mutex_) {}

    /// A statement with its parameters, to be stepped through.  `sql` lives for ever: a literal.
    template <class... Values>
    Query query(const char* sql, const Values&... values) const {
      Query query(database_.prepared(sql));
      int parameter = 0;
      (query.bind(parameter++, values), ...);
      return query;
    }
    /// The same to its end.
    template <class... Values>
    void run(const char* sql, const Values&... values) const {
      Query query(database_.prepared(sql));
      int parameter = 0;
      (query.bind(parameter++, values), ...);
      while (query.next()) {
      }
    }
    /// The first column of the first row; 0 where there is none.
    template <class... Values>
    std::int64_t number(const char* sql, const Values&... values) const {
      Query query(database_.prepared(sql));
      int parameter = 0;
      (query.bind(parameter++, values), ...);
      return query.next() ? query.integer(0) : 0;
    }
    std::int64_t last_id() const;

   private:
    Database& database_;
    boost::unique_lock<boost::mutex> lock_;
  };

  /// All that is done between it and commit(), or nothing.
  class Transaction {
   public:
    explicit Transaction(const Use& use) : use_(use) { use_.run("BEGIN IMMEDIATE"); }
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    ~Transaction();
    void commit();

   private:
    const Use& use_;
    bool done_ = false;
  };

 private:
  sqlite3_stmt* prepared(const char* sql);
  void execute(const char* sql);
  void migrate();

  boost::mutex mutex_;
  sqlite3* connection_ = nullptr;
  std::map<std::string_view, sqlite3_stmt*> statements_;
};

}  // namespace bbs
