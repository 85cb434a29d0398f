// amiko - which algorithms a connection offers, and in what order
#pragma once

#include <amiko/base/algorithm_profile.hpp>
#include <amiko/base/config.hpp>
#include <amiko/connection/own_cipher.hpp>

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace amiko {

/// A list of algorithms in OpenSSH's syntax: names parted by commas, where "*" and "?" stand for any of the
/// names that this build has, legacy ones included, and "default" for the list that there would be otherwise.
/// "a,b" replaces that list, "+a,b" appends to it, "-a,b" removes, "^a,b" puts in front.  Empty: the list
/// stays as it is.  A name that is not known is a ConfigError (errc::bad_config) where the list is used; its
/// text has the nearest name.  A value.
class AMIKO_DECL AlgorithmList {
 public:
  AlgorithmList() = default;
  AlgorithmList(std::string text) : text_(std::move(text)) {}
  AlgorithmList(std::string_view text) : text_(text) {}
  AlgorithmList(const char* text) : text_(text) {}
  /// The names, joined by commas.
  AlgorithmList(const std::vector<std::string>& names);
  AlgorithmList(std::initializer_list<std::string_view> names);

  const std::string& text() const noexcept { return text_; }
  bool empty() const noexcept { return text_.empty(); }

  friend bool operator==(const AlgorithmList&, const AlgorithmList&) = default;

 private:
  std::string text_;
};

/// Algorithm preferences of one connection.
struct AlgorithmOptions {
  AlgorithmList kex{};          ///< KexAlgorithms
  AlgorithmList host_keys{};    ///< HostKeyAlgorithms
  AlgorithmList ciphers{};      ///< Ciphers
  AlgorithmList macs{};         ///< MACs
  AlgorithmList compression{};  ///< "yes", "no", or a list like the others
  /// What the lists above change, and those for users' keys.
  AlgorithmProfile profile = AlgorithmProfile::modern;
  /// Put in front of the default list of ciphers, and known to the list above by their names.  Throws
  /// ConfigError where it is used for sizes out of range and for a name that is no "name@domain" or taken.
  std::vector<OwnCipher> own_ciphers{};
};

/// Every algorithm name of a kind ("kex", "cipher", "mac", "key" or "compression") that this build has,
/// legacy ones included.  Throws errc::invalid_argument.
AMIKO_DECL std::vector<std::string> supported_algorithms(std::string_view kind);

/// For lists that come from a configuration file, which other programs read too: `list` without the names
/// that this build does not have, which are added to `unknown`.  Empty when nothing is left of it.  Throws
/// errc::invalid_argument for a kind that there is not, ConfigError for a list that is malformed.
AMIKO_DECL AlgorithmList known_algorithms(std::string_view kind, const AlgorithmList& list,
                                          std::vector<std::string>& unknown);

}  // namespace amiko
