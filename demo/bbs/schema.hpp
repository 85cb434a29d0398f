// amiko - the tables of the board's database
#pragma once

#include <array>

namespace bbs {

/// Each entry leads from one version of the schema (PRAGMA user_version) to the next.  Entries are added,
/// never changed.  Times are seconds since 1970.
inline constexpr std::array<const char*, 1> schema_steps{R"sql(
  CREATE TABLE users(
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE COLLATE NOCASE,
    password TEXT NOT NULL,                  -- Argon2id, in its own text form
    sysop INTEGER NOT NULL DEFAULT 0,
    locked INTEGER NOT NULL DEFAULT 0,
    created INTEGER NOT NULL,
    last_call INTEGER NOT NULL DEFAULT 0,
    calls INTEGER NOT NULL DEFAULT 0);

  CREATE TABLE keys(
    id INTEGER PRIMARY KEY,
    user INTEGER NOT NULL REFERENCES users(id),
    blob BLOB NOT NULL,
    comment TEXT NOT NULL,
    added INTEGER NOT NULL,
    UNIQUE(user, blob));

  CREATE TABLE boards(
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE COLLATE NOCASE,
    about TEXT NOT NULL);

  CREATE TABLE threads(
    id INTEGER PRIMARY KEY,
    board INTEGER NOT NULL REFERENCES boards(id),
    subject TEXT NOT NULL,
    last_post INTEGER NOT NULL DEFAULT 0,
    last_written INTEGER NOT NULL DEFAULT 0);
  CREATE INDEX threads_by_board ON threads(board, last_post);

  CREATE TABLE posts(
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    thread INTEGER NOT NULL REFERENCES threads(id),
    author INTEGER NOT NULL REFERENCES users(id),
    written INTEGER NOT NULL,
    body TEXT NOT NULL,
    deleted INTEGER NOT NULL DEFAULT 0);
  CREATE INDEX posts_by_thread ON posts(thread, id);
  CREATE INDEX posts_by_author ON posts(author);

  CREATE TABLE seen(                         -- how far a user has read a thread
    user INTEGER NOT NULL REFERENCES users(id),
    thread INTEGER NOT NULL REFERENCES threads(id),
    post INTEGER NOT NULL,
    PRIMARY KEY(user, thread)) WITHOUT ROWID;

  INSERT INTO boards(name, about) VALUES
    ('General', 'Whatever has no place elsewhere'),
    ('Introductions', 'Say hello, and what brings you here'),
    ('SSH and programs', 'Protocols, keys, code'),
    ('Candy corn', 'Food, fire and Robot Dave');
)sql"};

}  // namespace bbs
