// amiko - the test cases and labels in the sources, and what tables of the manual say of them
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace amiko::test {

/// "hostile/server_kex: strict_key_exchange"
using CaseName = std::string;

struct NamedTests {
  std::set<CaseName> cases{};
  std::map<std::string, std::set<CaseName>> labels{};

  /// Adds what one source defines; `file` is "hostile/server_kex".
  void read_source(const std::string& file, const std::string& text) {
    static const std::regex definition(R"(BOOST_(?:AUTO|DATA|FIXTURE)_TEST_CASE\(\s*(\w+))");
    static const std::regex decorated(
        R"(BOOST_TEST_DECORATOR\(([^;{}]*?)\)\s*BOOST_(?:AUTO|DATA|FIXTURE)_TEST_CASE\(\s*(\w+))");
    static const std::regex label(R"re(label\("([^"]+)"\))re");
    for (std::sregex_iterator it(text.begin(), text.end(), definition), end; it != end; ++it)
      cases.insert(file + ": " + it->str(1));
    for (std::sregex_iterator it(text.begin(), text.end(), decorated), end; it != end; ++it) {
      const std::string decorators = it->str(1);
      for (std::sregex_iterator l(decorators.begin(), decorators.end(), label); l != end; ++l)
        labels[l->str(1)].insert(file + ": " + it->str(2));
    }
  }
};

inline std::string text_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

/// All of them.
inline NamedTests named_tests() {
  const std::filesystem::path top = std::filesystem::path(AMIKO_SOURCE_DIR) / "test";
  NamedTests all;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(top))
    if (entry.path().extension() == ".cpp")
      all.read_source(std::filesystem::relative(entry.path(), top).replace_extension().string(),
                      text_of(entry.path()));
  return all;
}

/// The cells of each line of a document's tables, without the heads.
inline std::vector<std::vector<std::string>> table_rows(const std::string& document) {
  std::vector<std::vector<std::string>> rows;
  std::istringstream lines(document);
  std::size_t heads = 0;
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("| ") && !line.starts_with("|-")) {
      heads = 0;
      continue;
    }
    if (++heads <= 2) continue;  // names of columns, and the line below them
    std::vector<std::string> cells;
    std::istringstream text(line.substr(1));
    for (std::string cell; std::getline(text, cell, '|');) {
      const auto first = cell.find_first_not_of(' ');
      cells.push_back(first == std::string::npos
                          ? std::string()
                          : cell.substr(first, cell.find_last_not_of(' ') - first + 1));
    }
    rows.push_back(std::move(cells));
  }
  return rows;
}

/// The tests that a cell names: "`wire/reader`: `strings`, `numbers`; `wire/writer`: `strings`".
inline std::set<CaseName> tests_in(const std::string& cell) {
  static const std::regex file(R"(`([a-z0-9_]+/[a-z0-9_]+)`:((?: `[a-z0-9_]+`,?)+))");
  static const std::regex name(R"(`([a-z0-9_]+)`)");
  std::set<CaseName> tests;
  for (std::sregex_iterator f(cell.begin(), cell.end(), file), end; f != end; ++f) {
    const std::string names = f->str(2);
    for (std::sregex_iterator n(names.begin(), names.end(), name); n != end; ++n)
      tests.insert(f->str(1) + ": " + n->str(1));
  }
  return tests;
}

}  // namespace amiko::test
