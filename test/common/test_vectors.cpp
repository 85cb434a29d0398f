// amiko - published test vectors, from the files of test/data/crypto
#include "common/test_vectors.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace amiko::test {
namespace {

constexpr std::string_view first_words = "# source: ";

[[noreturn]] void fail(const std::string& where, const std::string& what) {
  throw std::runtime_error(where + ": " + what);
}

bool is_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  });
}

/// What `digits` are all of, in this base.
bool parse(std::string_view digits, int base, std::uint64_t& value) {
  const char* end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, value, base);
  return error == std::errc() && stop == end;
}

void add_line(TestVector& record, std::string_view line, const std::string& where) {
  const std::size_t mark = line.find(" =");
  const std::string_view name = line.substr(0, mark);
  std::string_view value = mark == line.npos ? std::string_view() : line.substr(mark + 2);
  if (mark == line.npos || !is_name(name)) fail(where, "neither a comment nor \"Name = value\"");
  if (!value.empty()) {
    if (value.size() < 2 || value[0] != ' ' || value[1] == ' ' || value.back() == ' ')
      fail(where, "other spaces than \"Name = value\" has");
    value.remove_prefix(1);
  }
  if (!record.add(std::string(name), std::string(value))) fail(where, std::string(name) + " once more");
}

}  // namespace

const std::string& TestVector::text(std::string_view name) const {
  const auto found = values_.find(name);
  if (found == values_.end()) fail(where_, "no " + std::string(name));
  return found->second;
}

Bytes TestVector::bytes(std::string_view name) const {
  const std::string_view digits = text(name);
  Bytes out;
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    std::uint64_t byte = 0;
    if (digits.size() % 2 != 0 || !parse(digits.substr(i, 2), 16, byte))
      fail(where_, std::string(name) + " is not in hex");
    out.push_back(static_cast<std::uint8_t>(byte));
  }
  return out;
}

std::uint64_t TestVector::number(std::string_view name) const {
  std::string_view digits = text(name);
  const bool hex = digits.starts_with("0x");
  if (hex) digits.remove_prefix(2);
  std::uint64_t value = 0;
  if (!parse(digits, hex ? 16 : 10, value)) fail(where_, std::string(name) + " is no number");
  return value;
}

std::vector<TestVector> parse_test_vectors(std::string_view content, const std::string& file) {
  if (!content.starts_with(first_words)) fail(file, "does not begin by saying its source");
  if (content.back() != '\n') fail(file, "ends in the middle of a line");
  std::vector<TestVector> records;
  bool within = false;
  for (std::size_t number = 1; !content.empty(); ++number) {
    const std::string where = file + ":" + std::to_string(number);
    const std::string_view line = content.substr(0, content.find('\n'));
    content.remove_prefix(line.size() + 1);
    if (line.starts_with('#')) continue;
    if (!line.empty() && !within) records.emplace_back(where);
    within = !line.empty();
    if (within) add_line(records.back(), line, where);
  }
  if (records.empty()) fail(file, "no records");
  return records;
}

std::vector<TestVector> test_vectors(std::string_view name) {
  const std::string file = "test/data/crypto/" + std::string(name) + ".txt";
  std::ifstream in(AMIKO_SOURCE_DIR "/" + file, std::ios::binary);
  if (!in) fail(file, "cannot be read");
  return parse_test_vectors(std::string(std::istreambuf_iterator<char>(in), {}), file);
}

}  // namespace amiko::test
