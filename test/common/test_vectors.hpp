// amiko - published test vectors, from the files of test/data/crypto
#pragma once

#include <amiko/base/bytes.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace amiko::test {

/// One record of a file.  A name that it does not have, or a value that is not what it is asked for as,
/// throws std::runtime_error, which says where the record is.
class TestVector {
 public:
  explicit TestVector(std::string where) : where_(std::move(where)) {}

  bool has(std::string_view name) const { return values_.find(name) != values_.end(); }
  const std::string& text(std::string_view name) const;
  /// Of hex digits.
  Bytes bytes(std::string_view name) const;
  /// Decimal, or hex after 0x.
  std::uint64_t number(std::string_view name) const;

  /// False if there is one already.
  bool add(std::string name, std::string value) {
    return values_.emplace(std::move(name), std::move(value)).second;
  }

 private:
  std::string where_;
  std::map<std::string, std::string, std::less<>> values_;
};

/// The records of a file's content: lines "Name = value", an empty line after each record but the last, and
/// comments, of which the first line says "# source: ...".  Throws std::runtime_error for whatever else there
/// is, and where there is no record: a test must not pass because it had nothing to do.
std::vector<TestVector> parse_test_vectors(std::string_view content, const std::string& file);

/// Those of test/data/crypto/`name`.txt.
std::vector<TestVector> test_vectors(std::string_view name);

}  // namespace amiko::test
