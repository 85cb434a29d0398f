// amiko - which peers this machine has; tests without theirs are skipped, saying so
#include "common/available.hpp"

#include <cstdlib>
#include <iostream>
#include <vector>

#include "common/peer_process.hpp"
#include "common/python_server.hpp"
#include "common/sshd.hpp"

namespace amiko::test {

namespace {

bool has_python_module(const std::string& module) {
  return !find_program(python_program).empty() &&
         run({python_program, "-c", "import " + module}).exit_code == 0;
}

}  // namespace

bool available(const std::string& peer) {
  if (peer == "root") return is_root();
  if (peer == "openssh10") return !sshd_program(true).empty();
  if (peer == "sshd") return !sshd_program(false).empty();
  if (peer == "dropbear") return is_root() && !find_program("dropbear").empty();
  if (peer == "asyncssh" || peer == "paramiko") return has_python_module(peer);
  return !find_program(peer).empty();
}

namespace {

// The first of the peers that is missing, after a line that says so; empty when the test is to run.
std::string report_missing(const std::vector<std::string>& peers, const std::string& test) {
  if (std::getenv("AMIKO_REQUIRE_PEERS")) return {};
  for (const auto& peer : peers) {
    if (available(peer)) continue;
    std::cout << "skipped: " << test << ": no " << peer << " here" << std::endl;
    return peer;
  }
  return {};
}

}  // namespace

boost::test_tools::assertion_result NeedsPeers::operator()(boost::unit_test::test_unit_id test) const {
  const auto& unit = boost::unit_test::framework::get(test, boost::unit_test::TUT_ANY);
  const auto missing = report_missing(peers_, unit.full_name());
  boost::test_tools::assertion_result result(missing.empty());
  if (!missing.empty()) result.message() << "no " << missing << " here";
  return result;
}

bool lacks(std::initializer_list<std::string> peers) {
  return !report_missing(peers, boost::unit_test::framework::current_test_case().full_name()).empty();
}

}  // namespace amiko::test
