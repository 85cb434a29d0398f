// amiko - what a file looks like that is not what was expected
#pragma once

#include <amiko/base/bytes.hpp>
#include <amiko/base/errc.hpp>

#include <string>

namespace amiko::keys {

struct Sniffed {
  std::string what;       ///< "a PuTTY key (PPK)"
  std::string hint = {};  ///< what to do about it
  errc code = errc::unknown_format;
  bool is_public_line = false;  ///< "ssh-rsa AAAA..." or something that begins like it
};

/// Tells by the beginning of `content`.
Sniffed sniff(ByteView content);

/// Throws the KeyError "it looks like X, not like `expected`".
[[noreturn]] void throw_not(const Sniffed& sniffed, std::string_view expected);

}  // namespace amiko::keys
