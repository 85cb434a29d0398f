// amiko - the board's database: one SQLite connection that threads take turns with
#include "database.hpp"

#include "schema.hpp"

#include <sqlite3.h>

#include <array>

namespace bbs {
namespace {

constexpr int busy_milliseconds = 5000;

[[noreturn]] void fail(sqlite3* connection, int result) {
  const std::string text = connection ? sqlite3_errmsg(connection) : sqlite3_errstr(result);
  if (result == SQLITE_CONSTRAINT_UNIQUE) throw AlreadyThere("database: " + text);
  throw DatabaseError("database: " + text);
}

}  // namespace

// --- Query

Query::~Query() {
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

void Query::check(int result) const {
  if (result != SQLITE_OK) fail(sqlite3_db_handle(statement_), result);
}

void Query::bind(int parameter, std::int64_t value) {
  check(sqlite3_bind_int64(statement_, parameter + 1, value));
}

void Query::bind(int parameter, std::string_view text) {
  check(sqlite3_bind_text64(statement_, parameter + 1, text.data() ? text.data() : "", text.size(),
                            SQLITE_TRANSIENT, SQLITE_UTF8));
}

void Query::bind(int parameter, const amiko::Bytes& blob) {
  check(sqlite3_bind_blob64(statement_, parameter + 1, blob.data(), blob.size(), SQLITE_TRANSIENT));
}

bool Query::next() {
  const int result = sqlite3_step(statement_);
  if (result == SQLITE_ROW) return true;
  if (result != SQLITE_DONE) fail(sqlite3_db_handle(statement_), result);
  return false;
}

std::int64_t Query::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

std::string Query::text(int column) const {
  const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  return data ? std::string(data, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)))
              : std::string();
}

amiko::Bytes Query::blob(int column) const {
  const auto* data = static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_, column));
  return data ? amiko::Bytes(data, data + sqlite3_column_bytes(statement_, column)) : amiko::Bytes();
}

// --- Database

Database::Database(const std::filesystem::path& file) {
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  try {
    const int result = sqlite3_open_v2(file.c_str(), &connection_, flags, nullptr);
    if (result != SQLITE_OK) fail(connection_, result);
    sqlite3_extended_result_codes(connection_, 1);
    sqlite3_busy_timeout(connection_, busy_milliseconds);
    execute("PRAGMA journal_mode=WAL");
    execute("PRAGMA synchronous=NORMAL");
    execute("PRAGMA foreign_keys=ON");
    migrate();
  } catch (const DatabaseError& e) {
    for (const auto& [sql, statement] : statements_)
      sqlite3_finalize(statement);
    sqlite3_close(connection_);
    throw DatabaseError(file.string() + ": " + e.what());
  }
}

Database::~Database() {
  for (const auto& [sql, statement] : statements_)
    sqlite3_finalize(statement);
  sqlite3_close(connection_);
}

void Database::execute(const char* sql) {
  const int result = sqlite3_exec(connection_, sql, nullptr, nullptr, nullptr);
  if (result != SQLITE_OK) fail(connection_, result);
}

sqlite3_stmt* Database::prepared(const char* sql) {
  const auto found = statements_.find(sql);
  if (found != statements_.end()) return found->second;
  sqlite3_stmt* statement = nullptr;
  const int result = sqlite3_prepare_v3(connection_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (result != SQLITE_OK) fail(connection_, result);
  statements_.emplace(sql, statement);
  return statement;
}

void Database::migrate() {
  const Use use(*this);
  const std::int64_t version = use.number("PRAGMA user_version");
  if (version < 0 || version > static_cast<std::int64_t>(schema_steps.size()))
    throw DatabaseError("its schema has version " + std::to_string(version) + ", this program knows " +
                        std::to_string(schema_steps.size()));
  for (auto step = static_cast<std::size_t>(version); step < schema_steps.size(); ++step) {
    Transaction transaction(use);
    execute(schema_steps[step]);
    execute(("PRAGMA user_version=" + std::to_string(step + 1)).c_str());
    transaction.commit();
  }
}

std::int64_t Database::Use::last_id() const {
  return sqlite3_last_insert_rowid(database_.connection_);
}

// --- Transaction

Database::Transaction::~Transaction() {
  if (done_) return;
  try {
    use_.run("ROLLBACK");
  } catch (const DatabaseError&) {
    // SQLite has rolled back by itself
  }
}

void Database::Transaction::commit() {
  use_.run("COMMIT");
  done_ = true;
}

}  // namespace bbs
