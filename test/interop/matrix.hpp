// amiko - combinations of algorithms: which to try, and what became of them as a table
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace amiko::test {

using Names = std::vector<std::string>;

/// "kex", "key", "cipher", "mac", "compression".
const Names& algorithm_kinds();
/// One name of each kind.
using Choice = std::map<std::string, std::string>;
/// What two ends share, by kind.
using Shared = std::map<std::string, Names>;

std::string described(const Choice& choice);
/// Whether the cipher makes the MAC that was agreed on idle.
bool brings_its_own_mac(const std::string& cipher);

enum class Depth {
  usual,    ///< each name; each pair of a cipher, a MAC and a compression, with few ciphers for all
  pairs,    ///< each pair of names of two kinds
  product,  ///< everything
};
/// By AMIKO_TEST_MATRIX ("usual", "pairs", "product"); without it pairs if AMIKO_TEST_FULL is set, else
/// usual.
Depth matrix_depth();

/// Few choices that have all that the depth asks for.  A MAC counts only with ciphers that use it.  The same
/// for the same arguments.
std::vector<Choice> combinations(const Shared& shared, Depth depth);

/// What a combination came to.
struct MatrixCell {
  Choice choice{};
  std::string error{};  ///< empty: all was well
  std::size_t our_rekeys = 0, their_rekeys = 0;
};

/// One peer's column.
class MatrixColumn {
 public:
  explicit MatrixColumn(std::string peer) : peer_(std::move(peer)) {}

  const std::string& peer() const noexcept { return peer_; }
  void add(MatrixCell cell) { cells_.push_back(std::move(cell)); }
  /// Why names of ours are not tried, or re-keys not begun by the peer: a line under the table.
  void add_hole(std::string reason) { holes_.push_back(std::move(reason)); }
  const std::vector<MatrixCell>& cells() const noexcept { return cells_; }
  const std::vector<std::string>& holes() const noexcept { return holes_; }
  /// How many combinations with that name went well.
  std::size_t good(const std::string& kind, const std::string& name) const;
  std::size_t good() const;

 private:
  std::string peer_;
  std::vector<MatrixCell> cells_;
  std::vector<std::string> holes_;
};

/// What no peer here has, and what proves it instead.
const std::map<std::string, std::string>& proven_elsewhere();
/// To standard output: a row for each name of `ours`, with the number of good combinations, or "-" where the
/// peer has no such algorithm.  Returns the names that no peer has and proven_elsewhere() does not know.
Names print_matrix(const std::string& title, const Shared& ours, const std::vector<MatrixColumn>& columns);

/// Calls `work` for each index below `count`, from two threads.
void in_two_threads(std::size_t count, const std::function<void(std::size_t)>& work);

}  // namespace amiko::test
