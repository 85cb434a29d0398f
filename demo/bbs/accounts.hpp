// amiko - who has an account on the board
#pragma once

#include <amiko/base/secret.hpp>
#include <amiko/keys/public_key.hpp>

#include "database.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bbs {

struct Account {
  std::int64_t id = 0;
  std::string name{};
  bool sysop = false;
  bool locked = false;
  std::int64_t created = 0;
  std::int64_t last_call = 0;  ///< 0: never
  std::int64_t calls = 0;
};

struct StoredKey {
  std::int64_t id = 0;
  amiko::PublicKey key{};
  std::int64_t added = 0;
};

/// Something about a name, password or key that will not do; the text is for the caller.
class Unsuitable : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Accounts, passwords and keys.  Any thread.  What the database throws passes through.
class Accounts {
 public:
  /// `sysop` is or will be the name of one; empty: the first account is.
  Accounts(Database& database, std::string sysop);

  /// The name under which people sign up, and the one that gets the board of 2003.
  static constexpr std::string_view newcomer = "new";
  static constexpr std::string_view classic = "robey";

  /// Throw Unsuitable.
  static void check_name(std::string_view name);
  static void check_new_password(std::string_view name, const amiko::Secret& password);

  /// Throws Unsuitable, for a name that is taken too.  Takes as long as a hash does.
  Account create(const std::string& name, const amiko::Secret& password);
  /// Names are found in upper and lower case alike.
  std::optional<Account> find(std::string_view name) const;
  std::vector<Account> list() const;
  /// Whether this is the password, and the account not locked.  Takes as long for names that do not exist.
  bool check_password(std::string_view name, const amiko::Secret& password) const;
  void set_password(std::int64_t id, const amiko::Secret& password);
  void set_locked(std::int64_t id, bool locked);
  /// Counts the call; returns the account as it was before.
  Account note_call(std::int64_t id);
  std::int64_t posts_of(std::int64_t id) const;

  bool may_log_in_with(std::string_view name, const amiko::PublicKey& key) const;
  std::vector<StoredKey> keys(std::int64_t id) const;
  /// Throws Unsuitable: too weak, there already, too many.
  void add_key(std::int64_t id, const amiko::PublicKey& key);
  void remove_key(std::int64_t id, std::int64_t key);

 private:
  Database& database_;
  std::string sysop_;
};

}  // namespace bbs
