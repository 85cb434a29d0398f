// amiko - who has an account on the board
#include "accounts.hpp"

#include "password.hpp"
#include "text.hpp"

#include <algorithm>
#include <array>

namespace bbs {
namespace {

constexpr std::size_t shortest_name = 2;
constexpr std::size_t longest_name = 16;
constexpr std::size_t shortest_password = 8;
constexpr std::size_t longest_password = 128;
constexpr std::int64_t most_keys = 20;
constexpr unsigned least_rsa_bits = 2048;
constexpr std::array<std::string_view, 7> reserved{"new", "robey", "guest", "root", "admin", "all", "nobody"};

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_name_character(char c) {
  return is_letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

Account account_of(const Query& row) {
  return {.id = row.integer(0),
          .name = row.text(1),
          .sysop = row.flag(2),
          .locked = row.flag(3),
          .created = row.integer(4),
          .last_call = row.integer(5),
          .calls = row.integer(6)};
}

}  // namespace

Accounts::Accounts(Database& database, std::string sysop) : database_(database), sysop_(std::move(sysop)) {
  if (sysop_.empty()) return;
  check_name(sysop_);
  const Database::Use use(database_);
  use.run("UPDATE users SET sysop=1 WHERE name=?1", sysop_);
}

void Accounts::check_name(std::string_view name) {
  if (name.size() < shortest_name || name.size() > longest_name)
    throw Unsuitable("A name has 2 to 16 characters.");
  if (!is_letter(name.front()) || !std::ranges::all_of(name, is_name_character))
    throw Unsuitable("A name begins with a letter and has letters, digits, - and _ only.");
  const std::string lower = to_lower(name);
  if (std::ranges::find(reserved, lower) != reserved.end()) throw Unsuitable("That name is reserved.");
}

void Accounts::check_new_password(std::string_view name, const amiko::Secret& password) {
  if (password.size() < shortest_password) throw Unsuitable("A password has at least 8 characters.");
  if (password.size() > longest_password) throw Unsuitable("A password has at most 128 bytes.");
  if (password.view().text() == name) throw Unsuitable("Your name is no good password.");
}

Account Accounts::create(const std::string& name, const amiko::Secret& password) {
  check_name(name);
  check_new_password(name, password);
  const std::string hash = hash_password(password);
  Account account{.name = name, .created = now_seconds()};
  const Database::Use use(database_);
  Database::Transaction transaction(use);
  account.sysop =
      sysop_.empty() ? use.number("SELECT COUNT(*) FROM users") == 0 : to_lower(sysop_) == to_lower(name);
  try {
    use.run("INSERT INTO users(name, password, sysop, created) VALUES(?1, ?2, ?3, ?4)", name, hash,
            std::int64_t{account.sysop}, account.created);
  } catch (const AlreadyThere&) {
    throw Unsuitable("That name is taken.");
  }
  account.id = use.last_id();
  transaction.commit();
  return account;
}

std::optional<Account> Accounts::find(std::string_view name) const {
  const Database::Use use(database_);
  auto rows =
      use.query("SELECT id, name, sysop, locked, created, last_call, calls FROM users WHERE name=?1", name);
  if (!rows.next()) return std::nullopt;
  return account_of(rows);
}

std::vector<Account> Accounts::list() const {
  std::vector<Account> all;
  const Database::Use use(database_);
  auto rows = use.query("SELECT id, name, sysop, locked, created, last_call, calls FROM users ORDER BY name");
  while (rows.next())
    all.push_back(account_of(rows));
  return all;
}

bool Accounts::check_password(std::string_view name, const amiko::Secret& password) const {
  std::string hash;
  bool locked = false;
  {
    const Database::Use use(database_);
    auto rows = use.query("SELECT password, locked FROM users WHERE name=?1", name);
    if (rows.next()) {
      hash = rows.text(0);
      locked = rows.flag(1);
    }
  }
  if (hash.empty()) {
    pretend_to_check(password);
    return false;
  }
  return bbs::check_password(password, hash) && !locked;
}

void Accounts::set_password(std::int64_t id, const amiko::Secret& password) {
  const std::string hash = hash_password(password);
  const Database::Use use(database_);
  use.run("UPDATE users SET password=?2 WHERE id=?1", id, hash);
}

void Accounts::set_locked(std::int64_t id, bool locked) {
  const Database::Use use(database_);
  use.run("UPDATE users SET locked=?2 WHERE id=?1", id, std::int64_t{locked});
}

Account Accounts::note_call(std::int64_t id) {
  const Database::Use use(database_);
  Account before;
  {
    auto rows =
        use.query("SELECT id, name, sysop, locked, created, last_call, calls FROM users WHERE id=?1", id);
    if (rows.next()) before = account_of(rows);
  }
  use.run("UPDATE users SET calls=calls+1, last_call=?2 WHERE id=?1", id, now_seconds());
  return before;
}

std::int64_t Accounts::posts_of(std::int64_t id) const {
  const Database::Use use(database_);
  return use.number("SELECT COUNT(*) FROM posts WHERE author=?1 AND deleted=0", id);
}

// --- keys

bool Accounts::may_log_in_with(std::string_view name, const amiko::PublicKey& key) const {
  const Database::Use use(database_);
  return use.number(
             "SELECT COUNT(*) FROM keys JOIN users ON users.id=keys.user "
             "WHERE users.name=?1 AND users.locked=0 AND keys.blob=?2",
             name, key.blob()) != 0;
}

std::vector<StoredKey> Accounts::keys(std::int64_t id) const {
  std::vector<StoredKey> all;
  const Database::Use use(database_);
  auto rows = use.query("SELECT id, blob, comment, added FROM keys WHERE user=?1 ORDER BY id", id);
  while (rows.next())
    all.push_back({.id = rows.integer(0),
                   .key = amiko::PublicKey::from_blob(rows.blob(1)).with_comment(rows.text(2)),
                   .added = rows.integer(3)});
  return all;
}

void Accounts::add_key(std::int64_t id, const amiko::PublicKey& key) {
  if (key.type() == "ssh-rsa" && key.bits() < least_rsa_bits)
    throw Unsuitable("RSA keys need at least 2048 bits.");
  const Database::Use use(database_);
  if (use.number("SELECT COUNT(*) FROM keys WHERE user=?1", id) >= most_keys)
    throw Unsuitable("You have 20 keys; remove one first.");
  try {
    use.run("INSERT INTO keys(user, blob, comment, added) VALUES(?1, ?2, ?3, ?4)", id, key.blob(),
            clean(key.comment(), 80), now_seconds());
  } catch (const AlreadyThere&) {
    throw Unsuitable("That key is there already.");
  }
}

void Accounts::remove_key(std::int64_t id, std::int64_t key) {
  const Database::Use use(database_);
  use.run("DELETE FROM keys WHERE user=?1 AND id=?2", id, key);
}

}  // namespace bbs
