// amiko - tests of which message may come when
#include <amiko/protocol/packet_gate.hpp>

#include <boost/test/unit_test.hpp>

#include <initializer_list>
#include <ostream>
#include <string>
#include <vector>

namespace amiko::protocol {

std::ostream& operator<<(std::ostream& out, Verdict v) {
  return out << (v == Verdict::process         ? "process"
                 : v == Verdict::ignore        ? "ignore"
                 : v == Verdict::unimplemented ? "unimplemented"
                                               : "disconnect");
}

namespace {

using enum GateState;

constexpr GateState all_states[] = {await_kexinit, kex_method,          await_newkeys, first_packet,
                                    await_service, authenticating,      connected,     rekey_sent,
                                    rekey_method,  rekey_await_newkeys, closing};

/// Who we are in a line of the list.
enum class Who { server, client, both };

struct Line {
  GateState state;
  Who who;
  unsigned first, last;
  Verdict verdict;
};

using Numbers = std::initializer_list<std::uint8_t>;

constexpr Verdict P = Verdict::process;
constexpr Verdict I = Verdict::ignore;

// The cells of the state table in the conformance checklist that say P or I, state by state; the client's are
// the mirror.
const std::vector<Line> allowed = {
    // A: nothing but the version line has come
    {await_kexinit, Who::both, 1, 1, P},
    {await_kexinit, Who::both, 2, 4, I},
    {await_kexinit, Who::both, 20, 20, P},
    // B: the method's messages
    {kex_method, Who::both, 1, 1, P},
    {kex_method, Who::both, 2, 4, I},
    {kex_method, Who::both, 30, 49, P},
    // C: NEWKEYS
    {await_newkeys, Who::both, 1, 1, P},
    {await_newkeys, Who::both, 2, 4, I},
    {await_newkeys, Who::both, 21, 21, P},
    // D: the first packet under new keys
    {first_packet, Who::both, 1, 1, P},
    {first_packet, Who::both, 2, 4, I},
    {first_packet, Who::server, 5, 5, P},
    {first_packet, Who::client, 6, 6, P},
    {first_packet, Who::both, 7, 7, P},
    {first_packet, Who::both, 20, 20, P},
    {first_packet, Who::both, 192, 193, I},
    // E: later ones
    {await_service, Who::both, 1, 1, P},
    {await_service, Who::both, 2, 4, I},
    {await_service, Who::server, 5, 5, P},
    {await_service, Who::client, 6, 6, P},
    {await_service, Who::both, 20, 20, P},
    {await_service, Who::both, 192, 193, I},
    // F: authentication
    {authenticating, Who::both, 1, 1, P},
    {authenticating, Who::both, 2, 4, I},
    {authenticating, Who::client, 7, 7, P},
    {authenticating, Who::both, 20, 20, P},
    {authenticating, Who::server, 50, 50, P},
    {authenticating, Who::client, 51, 53, P},
    {authenticating, Who::both, 60, 79, P},
    {authenticating, Who::both, 192, 193, I},
    // G: the connection is up
    {connected, Who::both, 1, 1, P},
    {connected, Who::both, 2, 4, I},
    {connected, Who::both, 20, 20, P},
    {connected, Who::server, 50, 50, I},
    {connected, Who::client, 51, 53, I},
    {connected, Who::both, 60, 79, I},
    {connected, Who::both, 80, 82, P},
    {connected, Who::both, 90, 100, P},
    {connected, Who::both, 192, 193, P},
    // H: we have asked for new keys
    {rekey_sent, Who::both, 1, 1, P},
    {rekey_sent, Who::both, 2, 4, I},
    {rekey_sent, Who::both, 20, 20, P},
    {rekey_sent, Who::server, 50, 50, I},
    {rekey_sent, Who::client, 51, 53, I},
    {rekey_sent, Who::both, 60, 79, I},
    {rekey_sent, Who::both, 80, 82, P},
    {rekey_sent, Who::both, 90, 100, P},
    {rekey_sent, Who::both, 192, 193, I},
    // I: the peer's KEXINIT has come
    {rekey_method, Who::both, 1, 1, P},
    {rekey_method, Who::both, 2, 4, I},
    {rekey_method, Who::both, 30, 49, P},
    // J: NEWKEYS again
    {rekey_await_newkeys, Who::both, 1, 1, P},
    {rekey_await_newkeys, Who::both, 2, 4, I},
    {rekey_await_newkeys, Who::both, 21, 21, P},
    // K: we have sent DISCONNECT
    {closing, Who::both, 0, 255, I},
};

bool fits(const Line& line, Role role, GateState state, unsigned n) {
  const bool for_us = line.who == Who::both || (line.who == Who::server) == (role == Role::server);
  return line.state == state && for_us && n >= line.first && n <= line.last;
}

bool in(unsigned n, std::initializer_list<std::pair<unsigned, unsigned>> ranges) {
  for (const auto& [first, last] : ranges)
    if (n >= first && n <= last) return true;
  return false;
}

bool has_a_column(unsigned n) {
  return in(n, {{1, 7}, {20, 21}, {30, 53}, {60, 100}, {192, 193}});
}

Verdict expected(Role role, GateState state, bool strict, unsigned n) {
  const bool strict_now = strict && (state == kex_method || state == await_newkeys);
  if (strict_now && (in(n, {{2, 4}}) || !has_a_column(n))) return Verdict::disconnect;
  for (const Line& line : allowed)
    if (fits(line, role, state, n)) return line.verdict;
  if (!has_a_column(n)) return Verdict::unimplemented;
  // Numbers of the connection protocol without a meaning.
  if (in(n, {{83, 89}}) && (state == connected || state == rekey_sent)) return Verdict::unimplemented;
  return Verdict::disconnect;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(packet_gate)

BOOST_AUTO_TEST_CASE(every_cell_is_as_the_checklist_says) {
  for (const Role role : {Role::client, Role::server})
    for (const GateState state : all_states)
      for (const bool strict : {false, true})
        for (unsigned n = 0; n < 256; ++n)
          BOOST_TEST(
              verdict(role, state, strict, static_cast<std::uint8_t>(n)) == expected(role, state, strict, n),
              (role == Role::client ? "client" : "server")
                  << ", state " << static_cast<int>(state) << (strict ? ", strict" : "") << ", message "
                  << n);
}

// The attacks that the table is there for, by name.
BOOST_TEST_DECORATOR(*boost::unit_test::label("V-01"))
BOOST_AUTO_TEST_CASE(a_client_cannot_tell_a_server_that_it_is_authenticated) {  // CVE-2018-10933
  for (const std::uint8_t n : Numbers{6, 51, 52, 53, 91, 81})
    BOOST_TEST(verdict(Role::server, authenticating, true, n) == Verdict::disconnect);
  for (const std::uint8_t n : Numbers{5, 34, 50, 90, 98})
    BOOST_TEST(verdict(Role::client, authenticating, true, n) == Verdict::disconnect);
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-02"))
BOOST_AUTO_TEST_CASE(no_channel_before_authentication) {  // CVE-2018-7750, CVE-2018-7749, CVE-2025-32433
  for (const GateState state :
       {await_kexinit, kex_method, await_newkeys, first_packet, await_service, authenticating})
    for (std::uint8_t n = 80; n <= 100; ++n)
      for (const bool strict : {false, true}) {
        BOOST_TEST(verdict(Role::server, state, strict, n) == Verdict::disconnect);
        BOOST_TEST(verdict(Role::client, state, strict, n) == Verdict::disconnect);
      }
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-05"))
BOOST_AUTO_TEST_CASE(nothing_slips_in_before_newkeys) {  // CVE-2023-46445, CVE-2023-46446, CVE-2023-48795
  for (const GateState state : {kex_method, await_newkeys})
    for (const std::uint8_t n : Numbers{2, 3, 4, 5, 7, 50, 192, 200})
      BOOST_TEST(verdict(Role::server, state, true, n) == Verdict::disconnect);
  BOOST_TEST(verdict(Role::client, await_kexinit, false, 7) == Verdict::disconnect);
  BOOST_TEST(verdict(Role::client, kex_method, false, 7) == Verdict::disconnect);
  BOOST_TEST(verdict(Role::client, await_newkeys, false, 7) == Verdict::disconnect);
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-17"))
BOOST_AUTO_TEST_CASE(newkeys_comes_when_it_is_due) {  // CVE-2016-10708
  for (const Role role : {Role::client, Role::server})
    for (const GateState state : all_states)
      for (const bool strict : {false, true}) {
        const Verdict due = state == await_newkeys || state == rekey_await_newkeys ? Verdict::process
                            : state == closing                                     ? Verdict::ignore
                                                                                   : Verdict::disconnect;
        BOOST_TEST(verdict(role, state, strict, 21) == due);
      }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::protocol
