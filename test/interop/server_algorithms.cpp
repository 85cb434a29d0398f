// amiko - every algorithm by name, with every client that has it
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <atomic>
#include <iomanip>
#include <iostream>
#include <mutex>
#include <set>
#include <thread>

#include "interop/client.hpp"
#include "interop/server_client.hpp"

namespace amiko::test {

namespace {

using Names = std::vector<std::string>;

const Names kinds{"kex", "key", "cipher", "mac", "compression"};

bool contains(const Names& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

AlgorithmList AlgorithmOptions::*option_of(const std::string& kind) {
  static const std::map<std::string, AlgorithmList AlgorithmOptions::*> options{
      {"kex", &AlgorithmOptions::kex},
      {"key", &AlgorithmOptions::host_keys},
      {"cipher", &AlgorithmOptions::ciphers},
      {"mac", &AlgorithmOptions::macs},
      {"compression", &AlgorithmOptions::compression}};
  return options.at(kind);
}

/// One algorithm, all others as they come.  MACs are looked at only where the cipher has none of its own.
std::map<std::string, std::string> choice(const std::string& kind, const std::string& name) {
  std::map<std::string, std::string> chosen{{kind, name}};
  if (kind == "mac") chosen["cipher"] = "aes128-ctr";
  return chosen;
}

/// What a client and the server did with one name.
struct Cell {
  std::string kind, name;
  bool expected = false;  ///< the client has it
  std::string outcome{};  ///< empty: it was in use
};

/// Runs the cells of one client.
class Column {
 public:
  Column(std::string name, ForeignClient& client) : name_(std::move(name)), client_(client) {
    for (const auto& kind : kinds) {
      const Names theirs = client.names(kind);
      const Names ours = common_algorithms(kind);
      for (const auto& algorithm : ours)
        cells_.push_back({kind, algorithm, contains(theirs, algorithm)});
      for (const auto& algorithm : theirs)
        if (!contains(ours, algorithm)) only_theirs_[kind].insert(algorithm);
    }
  }

  void run(const Target& server_with_all) {
    for (auto& cell : cells_) {
      // Those lists that are written down here are checked both ways.
      if (!cell.expected && client_.abilities().lists_itself) continue;
      try {
        cell.outcome = attempt(server_with_all, cell);
      } catch (const std::exception& error) {
        cell.outcome = error.what();
      }
    }
  }

  const std::string& name() const noexcept { return name_; }
  const std::vector<Cell>& cells() const noexcept { return cells_; }
  const std::map<std::string, std::set<std::string>>& only_theirs() const noexcept { return only_theirs_; }

 private:
  std::string attempt(const Target& server_with_all, const Cell& cell) {
    ClientJob job{.command = "algorithms", .algorithms = choice(cell.kind, cell.name)};
    const auto& chooses = client_.abilities().chooses;
    const bool by_client = std::ranges::all_of(
        job.algorithms, [&](const auto& chosen) { return contains(chooses, chosen.first); });
    if (by_client) return judged(client_.run(server_with_all, job), cell);
    const TestServer one([&](ServerOptions& options) {
      for (const auto& [kind, name] : job.algorithms)
        options.transport.algorithms.*option_of(kind) = name;
    });
    return judged(client_.run(one.target(), job), cell);
  }

  static std::string judged(const ClientResult& result, const Cell& cell) {
    const bool both_ways = cell.kind != "kex" && cell.kind != "key";
    const std::string wanted = cell.kind + "=" + cell.name + (both_ways ? "," + cell.name : "");
    if (result.status == 0 && contains(split_words(result.out), wanted)) return {};
    return "status " + std::to_string(result.status) + ": " + result.out + result.err;
  }

  static Names split_words(std::string text) {
    std::istringstream in(text);
    return {std::istream_iterator<std::string>(in), {}};
  }

  std::string name_;
  ForeignClient& client_;
  std::vector<Cell> cells_;
  std::map<std::string, std::set<std::string>> only_theirs_;
};

/// "ok", "-" where the client has no such algorithm, "FAILED", "works" where it should not.
std::string shown(const Cell& cell, bool tried) {
  if (cell.expected) return cell.outcome.empty() ? "ok" : "FAILED";
  return tried && cell.outcome.empty() ? "works?" : "-";
}

void print(const std::vector<Column>& columns, const std::set<const Cell*>& tried) {
  std::cout << std::left << std::setw(46) << "algorithm";
  for (const auto& column : columns)
    std::cout << std::setw(10) << column.name();
  for (std::size_t i = 0; i < columns.front().cells().size(); ++i) {
    const Cell& first = columns.front().cells()[i];
    std::cout << "\n" << std::setw(12) << first.kind << std::setw(34) << first.name;
    for (const auto& column : columns)
      std::cout << std::setw(10) << shown(column.cells()[i], tried.contains(&column.cells()[i]));
  }
  std::cout << "\n-: the client has no such algorithm.  What clients have and amiko has not:\n";
  for (const auto& column : columns) {
    for (const auto& [kind, names] : column.only_theirs()) {
      std::cout << "  " << column.name() << " " << kind << ":";
      for (const auto& name : names)
        std::cout << " " << name;
      std::cout << "\n";
    }
  }
  std::cout << std::flush;
}

void run_all(std::vector<Column>& columns, const Target& target) {
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t i = 0; (i = next++) < columns.size();)
      columns[i].run(target);
  };
  std::thread other(work);
  work();
  other.join();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(server_algorithms)

BOOST_AUTO_TEST_CASE(each_with_each_client) {
  std::vector<Column> columns;
  for (const auto& name : client_names())
    if (auto* client = find_client(name)) columns.emplace_back(name, *client);
  if (columns.empty()) return;
  const TestServer server([](ServerOptions& options) {
    for (const auto& kind : kinds) {
      std::string all;
      for (const auto& name : supported_algorithms(kind))
        all += (all.empty() ? "" : ",") + name;
      options.transport.algorithms.*option_of(kind) = all;
    }
  });
  run_all(columns, server.target());

  std::set<const Cell*> tried;
  std::size_t working = 0;
  for (const auto& column : columns) {
    for (const auto& cell : column.cells()) {
      BOOST_TEST_CONTEXT(column.name() << " " << cell.kind << " " << cell.name) {
        if (cell.expected) {
          BOOST_TEST(cell.outcome == "");
          working += cell.outcome.empty();
        } else if (!find_client(column.name())->abilities().lists_itself) {
          tried.insert(&cell);
          BOOST_TEST(cell.outcome != "", "it works, against what is known of this client");
        }
      }
    }
  }
  print(columns, tried);
  std::cout << working << " combinations work" << std::endl;
}

// The best that both have is chosen when nobody says anything.
BOOST_AUTO_TEST_CASE(post_quantum_by_default) {
  ForeignClient* client = find_client("openssh10");
  if (!client) return;
  const TestServer server;
  const ClientResult result = client->run(server.target(), {.command = "algorithms"});
  BOOST_TEST(has(result.out, "kex=mlkem768x25519-sha256 "), result.out + result.err);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::test
