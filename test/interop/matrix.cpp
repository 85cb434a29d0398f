// amiko - combinations of algorithms: which to try, and what became of them as a table
#include "interop/matrix.hpp"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <iomanip>
#include <iostream>
#include <thread>
#include <tuple>
#include <utility>

namespace amiko::test {

namespace {

using Item = std::pair<std::string, std::string>;  ///< a kind and a name
using Pair = std::pair<Item, Item>;

// A second or more for each exchange in some peers; these are for where they are asked for.
bool is_slow(const std::string& kex) {
  return kex.starts_with("diffie-hellman-") || kex.starts_with("rsa");
}

// The two that differ most in how packets are framed: a stream in blocks of 16 bytes, and a chain of blocks
// of 8.
bool stands_for_others(const std::string& cipher) {
  return cipher == "aes128-ctr" || cipher == "3des-cbc" || brings_its_own_mac(cipher);
}

// What makes a packet: these act together.
bool acts_on_packets(const std::string& kind) {
  return kind == "cipher" || kind == "mac" || kind == "compression";
}

/// Finds choices one after the other until nothing is left to cover.
class Search {
 public:
  Search(const Shared& shared, Depth depth) : shared_(shared) {
    for (const auto& [kind, names] : shared_)
      for (const auto& name : names)
        for (const auto& [other, others] : shared_)
          for (const auto& second : others)
            if (wanted({kind, name}, {other, second}, depth)) open_.insert({{kind, name}, {other, second}});
  }

  std::vector<Choice> run() {
    std::vector<Choice> found;
    while (!open_.empty()) {
      Choice choice;
      const Pair first = *open_.begin();
      take(choice, first.first);
      take(choice, first.second);
      // A MAC that would be idle is chosen last.
      for (const std::string kind : {"cipher", "mac", "key", "compression", "kex"})
        if (!choice.contains(kind)) take(choice, best(choice, kind));
      found.push_back(std::move(choice));
    }
    return found;
  }

 private:
  static bool wanted(const Item& a, const Item& b, Depth depth) {
    if (a == b) return true;  // each name itself
    if (!(a.first < b.first)) return false;
    if (depth == Depth::usual && !(acts_on_packets(a.first) && acts_on_packets(b.first))) return false;
    if (depth == Depth::usual && a.first == "cipher" && !stands_for_others(a.second)) return false;
    return !idle(a, b);
  }

  static bool idle(const Item& a, const Item& b) {
    return (a.first == "cipher" && b.first == "mac" && brings_its_own_mac(a.second)) ||
           (b.first == "cipher" && a.first == "mac" && brings_its_own_mac(b.second));
  }

  static bool has_idle_mac(const Choice& choice) {
    const auto cipher = choice.find("cipher");
    return cipher != choice.end() && brings_its_own_mac(cipher->second);
  }

  /// Those pairs with what is chosen that are still open.
  std::vector<Pair> gain(const Choice& choice, const Item& item) const {
    std::vector<Pair> gained;
    const bool idle_mac = has_idle_mac(choice);
    if (item.first == "mac" && idle_mac) return gained;
    const auto count = [&](const Item& a, const Item& b) {
      const Pair pair = a < b ? Pair{a, b} : Pair{b, a};
      if (open_.contains(pair)) gained.push_back(pair);
    };
    count(item, item);
    for (const auto& chosen : choice)
      if (chosen.first != "mac" || !idle_mac) count(chosen, item);
    return gained;
  }

  Item best(const Choice& choice, const std::string& kind) const {
    const Item* found = nullptr;
    std::vector<Item> items;
    for (const auto& name : shared_.at(kind))
      if (kind != "cipher" || !choice.contains("mac") || !brings_its_own_mac(name))
        items.emplace_back(kind, name);
    const auto worth = [&](const Item& item) {
      const auto used = used_.find(item);
      // What gains most; among those that gain nothing a quick one, then the one least used.
      return std::tuple(gain(choice, item).size(), !is_slow(item.second),
                        used == used_.end() ? 0L : -static_cast<long>(used->second));
    };
    for (const Item& item : items)
      if (!found || worth(item) > worth(*found)) found = &item;
    return *found;
  }

  void take(Choice& choice, const Item& item) {
    for (const Pair& pair : gain(choice, item))
      open_.erase(pair);
    choice.insert(item);
    ++used_[item];
  }

  const Shared& shared_;
  std::set<Pair> open_;
  std::map<Item, std::size_t> used_;
};

std::vector<Choice> product(const Shared& shared) {
  std::vector<Choice> all{{}};
  for (const auto& [kind, names] : shared) {
    std::vector<Choice> longer;
    for (const Choice& choice : all) {
      for (const auto& name : names) {
        // With a cipher of its own MAC one MAC stands for all.  "cipher" comes before "mac".
        const bool idle = kind == "mac" && brings_its_own_mac(choice.at("cipher"));
        if (idle && name != names.front()) continue;
        longer.push_back(choice);
        longer.back()[kind] = name;
      }
    }
    all = std::move(longer);
  }
  return all;
}

void print_sum(const char* what, const std::vector<MatrixColumn>& columns,
               const std::function<std::size_t(const MatrixCell&)>& count) {
  std::cout << "\n" << std::setw(52) << what;
  for (const auto& column : columns) {
    std::size_t sum = 0;
    for (const auto& cell : column.cells())
      sum += count(cell);
    std::cout << std::setw(10) << sum;
  }
}

}  // namespace

const Names& algorithm_kinds() {
  static const Names kinds{"kex", "key", "cipher", "mac", "compression"};
  return kinds;
}

std::string described(const Choice& choice) {
  std::string text;
  for (const auto& kind : algorithm_kinds())
    if (const auto found = choice.find(kind); found != choice.end())
      text += (text.empty() ? "" : " ") + found->second;
  return text;
}

bool brings_its_own_mac(const std::string& cipher) {
  return cipher.find("-gcm") != std::string::npos || cipher.starts_with("chacha20-");
}

Depth matrix_depth() {
  const char* text = std::getenv("AMIKO_TEST_MATRIX");
  if (!text) return std::getenv("AMIKO_TEST_FULL") ? Depth::pairs : Depth::usual;
  const std::map<std::string, Depth> depths{
      {"usual", Depth::usual}, {"pairs", Depth::pairs}, {"product", Depth::product}};
  return depths.at(text);
}

std::vector<Choice> combinations(const Shared& shared, Depth depth) {
  return depth == Depth::product ? product(shared) : Search(shared, depth).run();
}

std::size_t MatrixColumn::good(const std::string& kind, const std::string& name) const {
  return static_cast<std::size_t>(std::ranges::count_if(cells_, [&](const MatrixCell& cell) {
    const bool idle = kind == "mac" && brings_its_own_mac(cell.choice.at("cipher"));
    return cell.error.empty() && cell.choice.at(kind) == name && !idle;
  }));
}

std::size_t MatrixColumn::good() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(cells_, [](const MatrixCell& cell) { return cell.error.empty(); }));
}

const std::map<std::string, std::string>& proven_elsewhere() {
  static const std::map<std::string, std::string> names{
      {"mlkem768nistp256-sha256", "test/crypto/agree_hybrid.cpp has another implementation of either side"},
      {"mlkem1024nistp384-sha384", "test/crypto/agree_hybrid.cpp has another implementation of either side"}};
  return names;
}

Names print_matrix(const std::string& title, const Shared& ours, const std::vector<MatrixColumn>& columns) {
  std::cout << title << "\n" << std::left << std::setw(52) << "algorithm";
  for (const auto& column : columns)
    std::cout << std::setw(10) << column.peer();
  for (const auto& kind : algorithm_kinds()) {
    for (const auto& name : ours.at(kind)) {
      std::cout << "\n" << std::setw(12) << kind << std::setw(40) << name;
      for (const auto& column : columns) {
        const auto tried = std::ranges::any_of(
            column.cells(), [&](const auto& cell) { return cell.choice.at(kind) == name; });
        std::cout << std::setw(10) << (tried ? std::to_string(column.good(kind, name)) : "-");
      }
    }
  }
  print_sum("combinations", columns, [](const MatrixCell& cell) { return std::size_t{cell.error.empty()}; });
  print_sum("new keys by amiko", columns, [](const MatrixCell& cell) { return cell.our_rekeys; });
  print_sum("new keys by the peer", columns, [](const MatrixCell& cell) { return cell.their_rekeys; });
  std::cout << "\n-: the peer has no such algorithm.\n";
  for (const auto& column : columns)
    for (const auto& hole : column.holes())
      std::cout << "  " << column.peer() << ": " << hole << "\n";
  Names unproven;
  for (const auto& [kind, names] : ours) {
    for (const auto& name : names) {
      const auto knows = [&kind = kind, &name = name](const MatrixColumn& column) {
        return column.good(kind, name) != 0;
      };
      if (std::ranges::any_of(columns, knows)) continue;
      const auto reason = proven_elsewhere().find(name);
      if (reason == proven_elsewhere().end())
        unproven.push_back(name);
      else
        std::cout << "  nobody has " << name << ": " << reason->second << "\n";
    }
  }
  std::cout << "  other types of keys: key_types.cpp" << std::endl;
  return unproven;
}

void in_two_threads(std::size_t count, const std::function<void(std::size_t)>& work) {
  std::atomic<std::size_t> next{0};
  const auto loop = [&] {
    for (std::size_t i = 0; (i = next++) < count;)
      work(i);
  };
  std::thread other(loop);
  loop();
  other.join();
}

}  // namespace amiko::test
