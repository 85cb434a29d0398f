// amiko - the tables of doc/algorithms.md against those of the code
#include <amiko/keys/algorithm_table.hpp>
#include <amiko/protocol/algorithms.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <filesystem>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "common/temp_dir.hpp"

namespace amiko::protocol {
namespace {

/// A name and what stands in the column "Default".
using Rows = std::vector<std::pair<std::string, std::string>>;

std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells;
  std::istringstream in(line.substr(1));
  for (std::string cell; std::getline(in, cell, '|');) {
    const std::size_t start = cell.find_first_not_of(' ');
    cells.push_back(start == cell.npos ? "" : cell.substr(start, cell.find_last_not_of(' ') + 1 - start));
  }
  return cells;
}

/// The rows of each section's table of five columns.
std::map<std::string, Rows> document() {
  const auto file = std::filesystem::path(AMIKO_SOURCE_DIR) / "doc/algorithms.md";
  std::istringstream in(test::read_file(file));
  std::map<std::string, Rows> sections;
  std::string section;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("## ")) section = line.substr(3);
    if (!line.starts_with("| ")) continue;
    const auto cells = cells_of(line);
    if (cells.size() != 5 || cells[0] == "Name") continue;
    for (const std::string& cell : cells)
      BOOST_TEST(!cell.empty(), line);
    sections[section].emplace_back(cells[0], cells[1]);
  }
  return sections;
}

std::string state(bool by_default, bool legacy) {
  return by_default ? "on" : legacy ? "legacy" : "off";
}

template <class Table>
Rows rows_of(const Table& table) {
  Rows rows;
  for (const auto& info : table)
    rows.emplace_back(info.name, state(info.by_default, info.legacy));
  return rows;
}

void compare(const Rows& written, const Rows& coded, bool in_order) {
  for (const auto& row : coded)
    BOOST_TEST((std::ranges::find(written, row) != written.end()),
               "the document lacks | " << row.first << " | " << row.second << " |");
  for (const auto& row : written)
    BOOST_TEST((std::ranges::find(coded, row) != coded.end()),
               "the code lacks | " << row.first << " | " << row.second << " |");
  BOOST_TEST(written.size() == coded.size());
  if (in_order) BOOST_TEST((written == coded), "the order is another");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(algorithm_document)

BOOST_AUTO_TEST_CASE(kex) {
  Rows rows = rows_of(crypto::kex_table());
  for (auto& [name, text] : rows)
    if (!crypto::find_kex(name)->in_servers) text += " for clients";
  compare(document()["Key exchange"], rows, true);
}

BOOST_AUTO_TEST_CASE(ciphers) {
  compare(document()["Ciphers"], rows_of(crypto::cipher_table()), false);  // the order is the CPU's
}

BOOST_AUTO_TEST_CASE(macs) {
  compare(document()["MACs"], rows_of(crypto::mac_table()), true);
}

BOOST_AUTO_TEST_CASE(compression) {
  Rows rows;
  for (const auto& info : crypto::compression_table())
    rows.emplace_back(info.name, state(info.by_default, false));
  compare(document()["Compression"], rows, true);
}

BOOST_AUTO_TEST_CASE(signatures) {
  Rows rows = rows_of(signature_table());
  for (auto& [name, text] : rows)
    if (!find_signature(name)->for_hosts) text += " for users";
  compare(document()["Keys and signatures"], rows, true);
}

BOOST_AUTO_TEST_CASE(other_sections_have_no_algorithms) {
  BOOST_TEST(document().size() == 5U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::protocol
