// amiko - which peers this machine has; tests without theirs are skipped, saying so
#pragma once

#include <boost/test/unit_test.hpp>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

namespace amiko::test {

/// Whether the peer can be used.  The name of a program, or one of
/// "openssh10" (AMIKO_OPENSSH10 names the folder it is unpacked in), "sshd", "dropbear" (its server serves
/// the test account only, so that it needs root), "root", "asyncssh", "paramiko" (modules of
/// /usr/bin/python3).
bool available(const std::string& peer);

/// For test cases that need peers:  BOOST_AUTO_TEST_CASE(name, *needs({"sshd", "sshpass"})) .
/// A skipped case prints "skipped: case: no sshd here".  With AMIKO_REQUIRE_PEERS set nothing is skipped, and
/// what lacks its peer fails.
class NeedsPeers {
 public:
  explicit NeedsPeers(std::vector<std::string> peers) : peers_(std::move(peers)) {}
  boost::test_tools::assertion_result operator()(boost::unit_test::test_unit_id test) const;

 private:
  std::vector<std::string> peers_;
};

/// The same inside a test, for data-driven ones:  if (lacks({data.peer})) return;
bool lacks(std::initializer_list<std::string> peers);

inline boost::unit_test::precondition needs(std::initializer_list<std::string> peers) {
  return boost::unit_test::precondition(NeedsPeers(peers));
}

}  // namespace amiko::test
