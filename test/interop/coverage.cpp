// amiko - what foreign clients have done with our servers, as a table
#include "interop/coverage.hpp"

#include <cstdlib>
#include <iomanip>
#include <iostream>

namespace amiko::test {

Coverage& Coverage::get() {
  static Coverage coverage;
  return coverage;
}

void Coverage::note(const std::string& server, const std::string& client, const std::string& cell, bool ok) {
  State& state = servers_[server][client].try_emplace(cell, State::ok).first->second;
  if (!ok) state = State::failed;
}

void Coverage::leave_out(const std::string& server, const std::string& client, const std::string& cell) {
  servers_[server][client].try_emplace(cell, State::left_out);
}

bool Coverage::knows(const std::string& server, const std::string& client) const {
  const auto found = servers_.find(server);
  return found != servers_.end() && found->second.contains(client);
}

std::vector<std::string> Coverage::missing(const std::string& server, const std::string& client,
                                           const std::vector<std::string>& cells) const {
  const Cells& known = servers_.at(server).at(client);
  const bool again = std::getenv("AMIKO_TEST_AGAIN") != nullptr;  // then only what had failed is run
  std::vector<std::string> absent;
  for (const auto& cell : cells) {
    const auto found = known.find(cell);
    if (found == known.end() ? !again : found->second == State::failed) absent.push_back(cell);
  }
  return absent;
}

void Coverage::print(const std::string& server, const std::vector<std::string>& cells,
                     const std::vector<std::string>& clients) const {
  std::cout << std::left << std::setw(34) << server;
  for (const auto& client : clients)
    std::cout << std::setw(11) << client;
  for (const auto& cell : cells) {
    std::cout << "\n  " << std::setw(32) << cell;
    for (const auto& client : clients) {
      std::string shown;
      if (knows(server, client)) {
        const Cells& known = servers_.at(server).at(client);
        const auto found = known.find(cell);
        shown = found == known.end()               ? "?"
                : found->second == State::ok       ? "ok"
                : found->second == State::left_out ? "-"
                                                   : "FAILED";
      }
      std::cout << std::setw(11) << shown;
    }
  }
  std::cout << "\n" << std::flush;
}

}  // namespace amiko::test
