// amiko - algorithms in combination, with every client that has them
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <iterator>
#include <map>
#include <sstream>

#include "interop/client.hpp"
#include "interop/matrix.hpp"
#include "interop/server_client.hpp"

namespace amiko::test {

namespace {

/// More than their limit.  Those that begin nothing get less than a pipe holds: dbclient hangs when the
/// channel's end arrives while its standard output takes nothing.
constexpr std::size_t much_input = 100'000, little_input = 40'000;
/// Clients begin a key exchange after so much.
constexpr std::uint64_t their_limit = 80'000;

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

/// One client, which only one thread may use, and its combinations.
class Bench {
 public:
  explicit Bench(ForeignClient& client) : client_(client), column_(client.name()) {
    for (const auto& kind : algorithm_kinds()) {
      const Names theirs = client.names(kind);
      for (const auto& name : common_algorithms(kind))
        (contains(theirs, name) ? shared_ : lacking_)[kind].push_back(name);
      Names only_theirs = theirs;
      std::erase_if(only_theirs, [&](const auto& name) { return contains(common_algorithms(kind), name); });
      if (only_theirs.empty()) continue;
      std::string list;
      for (const auto& name : only_theirs)
        list += " " + name;
      column_.add_hole("of " + kind + " not here, because amiko lacks it or key_types.cpp has it:" + list);
    }
    if (!client.abilities().rekey) column_.add_hole("begins no key exchange before 1 GiB; amiko begins both");
  }

  void run(const Target& server_with_all) {
    for (Choice& choice : combinations(shared_, matrix_depth())) {
      MatrixCell cell{.choice = std::move(choice)};
      try {
        attempt(server_with_all, cell);
      } catch (const std::exception& error) {
        cell.error = error.what();
      }
      column_.add(std::move(cell));
    }
    // Those lists that are written down here are checked both ways.
    if (client_.abilities().lists_itself) return;
    for (const auto& [kind, names] : lacking_)
      for (const auto& name : names)
        if (works(server_with_all, kind, name)) surprises_.push_back(kind + " " + name);
  }

  const Shared& shared() const noexcept { return shared_; }
  const MatrixColumn& column() const noexcept { return column_; }
  const Names& surprises() const noexcept { return surprises_; }

 private:
  /// Offered by the client if it can be told to; else by the server.
  ClientResult result_of(const Target& server_with_all, const ClientJob& job) {
    const auto& chooses = client_.abilities().chooses;
    if (std::ranges::all_of(job.algorithms,
                            [&](const auto& chosen) { return contains(chooses, chosen.first); }))
      return client_.run(server_with_all, job);
    const TestServer one([&](ServerOptions& options) {
      for (const auto& [kind, name] : job.algorithms)
        options.transport.algorithms.*option_of(kind) = name;
    });
    return client_.run(one.target(), job);
  }

  void attempt(const Target& server_with_all, MatrixCell& cell) {
    const bool they_can = client_.abilities().rekey;
    ClientJob job{.command = they_can ? "rekey 1 1" : "rekey 2 0", .algorithms = cell.choice};
    if (they_can) job.rekey_bytes = their_limit;
    const std::string input = much_data(they_can ? much_input : little_input);
    job.input = input;
    const ClientResult result = result_of(server_with_all, job);
    const std::string& out = result.out;
    const auto line_end = std::min(out.find('\n'), out.size());
    const std::string line = out.substr(0, line_end);
    if (result.status != 0 || out.size() <= line_end + 1 + input.size()) {
      cell.error = "status " + std::to_string(result.status) + ": " + line + " " + result.err;
    } else if (out.compare(line_end + 1, input.size(), input) != 0) {
      cell.error = "other data came back";
    } else {
      judge(cell, split_words(line), split_words(out.substr(line_end + 1 + input.size())));
    }
  }

  void judge(MatrixCell& cell, const Names& agreed, const Names& end) {
    for (const auto& [kind, name] : cell.choice) {
      if (kind == "mac" && brings_its_own_mac(cell.choice.at("cipher"))) continue;
      const bool both_ways = kind != "kex" && kind != "key";
      if (!contains(agreed, kind + "=" + name + (both_ways ? "," + name : "")))
        cell.error += "no " + name + " ";
    }
    if (end.size() != 1 || !end.front().starts_with("exchanges=")) {
      cell.error += "the last data is missing";
      return;
    }
    cell.our_rekeys = client_.abilities().rekey ? 1 : 2;
    cell.their_rekeys = std::stoul(end.front().substr(10)) - 1 - cell.our_rekeys;
    if (client_.abilities().rekey && cell.their_rekeys == 0) cell.error += "the client began no key exchange";
  }

  /// MACs are looked at only where the cipher has none of its own.
  bool works(const Target& server_with_all, const std::string& kind, const std::string& name) {
    ClientJob job{.command = "algorithms", .algorithms = {{kind, name}}};
    if (kind == "mac") job.algorithms["cipher"] = "aes128-ctr";
    return result_of(server_with_all, job).status == 0;
  }

  static Names split_words(std::string text) {
    std::istringstream in(text);
    return {std::istream_iterator<std::string>(in), {}};
  }

  ForeignClient& client_;
  MatrixColumn column_;
  Shared shared_, lacking_;
  Names surprises_;
};

Shared all_of_ours() {
  Shared all;
  for (const auto& kind : algorithm_kinds())
    all[kind] = common_algorithms(kind);
  return all;
}

void offer_everything(ServerOptions& options) {
  for (const auto& kind : algorithm_kinds()) {
    std::string all;
    for (const auto& name : supported_algorithms(kind))
      all += (all.empty() ? "" : ",") + name;
    options.transport.algorithms.*option_of(kind) = all;
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(server_algorithms)

BOOST_AUTO_TEST_CASE(combined_with_each_client) {
  std::vector<Bench> benches;
  for (const auto& name : client_names())
    if (auto* client = find_client(name)) benches.emplace_back(*client);
  if (benches.empty()) return;
  const TestServer server(offer_everything);
  in_two_threads(benches.size(), [&](std::size_t i) { benches[i].run(server.target()); });

  std::vector<MatrixColumn> columns;
  for (const Bench& bench : benches) {
    const MatrixColumn& column = bench.column();
    for (const MatrixCell& cell : column.cells())
      BOOST_TEST(cell.error == "", column.peer() << ": " << described(cell.choice) << ": " << cell.error);
    for (const auto& [kind, names] : bench.shared())
      for (const auto& name : names)
        BOOST_TEST(column.good(kind, name) > 0U, column.peer() << ": nothing with " << name);
    for (const auto& surprise : bench.surprises())
      BOOST_ERROR(column.peer() << ": " << surprise << " works, against what is known of this client");
    columns.push_back(column);
  }
  const Names unproven = print_matrix("amiko as the server of", all_of_ours(), columns);
  if (columns.size() == client_names().size())
    BOOST_TEST(unproven == Names{}, boost::test_tools::per_element());
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
