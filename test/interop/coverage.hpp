// amiko - what foreign clients have done with our servers, as a table
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

namespace amiko::test {

/// What passed, by server, client and cell; kept for the whole program, which has one thread for it.
class Coverage {
 public:
  static Coverage& get();

  /// Ok only if it was so each time.
  void note(const std::string& server, const std::string& client, const std::string& cell, bool ok);
  /// What there is nothing to try of: "-" in the table.
  void leave_out(const std::string& server, const std::string& client, const std::string& cell);
  /// The cells that neither passed nor were left out.
  std::vector<std::string> missing(const std::string& server, const std::string& client,
                                   const std::vector<std::string>& cells) const;
  bool knows(const std::string& server, const std::string& client) const;
  /// To standard output: a row for each cell, a column for each client.
  void print(const std::string& server, const std::vector<std::string>& cells,
             const std::vector<std::string>& clients) const;

 private:
  enum class State { ok, failed, left_out };
  using Cells = std::map<std::string, State>;
  std::map<std::string, std::map<std::string, Cells>> servers_;
};

}  // namespace amiko::test
