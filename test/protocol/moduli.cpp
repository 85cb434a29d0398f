// amiko - tests of moduli files and of group exchange in their groups
#include <amiko/protocol/moduli.hpp>

#include "kex_pair.hpp"

#include <amiko/wire/transport_messages.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>

namespace amiko::protocol {
namespace {

using test::FixedRandom;
using test::host_key;
using test::Pair;

// Lines of the file that OpenSSH ships.
const std::string moduli_2048 =
    "20220714110357 2 6 100 2047 2 "
    "E98F2A209BA9F4C8C1FFB02490E599A99FBE28F6A053E240A4BD5FEDE80B23FEA8A1476E9EF6605A4B4B41CC74CB945C"
    "7E168A91DB112424480A85CBF5853234B9B1F60F030D38F678BA80AE1461F716C463D7396151EB5F037CC88690FEEF8D"
    "16A1B67F56C11874DB5AA3D541BEFF390077C79C86434EDBC2B46821D2AE5D2FA4FFF1B086B07669B09498EA11B0FE26"
    "C773F79ACA044E085E0BA43BBE1EBE954AA1EC7A465A3232699E54958B1760AB7A04D9627EC1810970706C96B58BF849"
    "99EBED8846D8B384CB945BF782141B1BE2B7C0E04D531A2334DB41BBFD1BEA428C5FD22F50BABDBDFCC5B848F64CBA8D"
    "039636311F8D844DFFFBD77A429A9923";

const std::string other_2048 =
    "20220714110358 2 6 100 2047 5 "
    "E98F2A209BA9F4C8C1FFB02490E599A99FBE28F6A053E240A4BD5FEDE80B23FEA8A1476E9EF6605A4B4B41CC74CB945C"
    "7E168A91DB112424480A85CBF5853234B9B1F60F030D38F678BA80AE1461F716C463D7396151EB5F037CC88690FEEF8D"
    "16A1B67F56C11874DB5AA3D541BEFF390077C79C86434EDBC2B46821D2AE5D2FA4FFF1B086B07669B09498EA11B0FE26"
    "C773F79ACA044E085E0BA43BBE1EBE954AA1EC7A465A3232699E54958B1760AB7A04D9627EC1810970706C96B58BF849"
    "99EBED8846D8B384CB945BF782141B1BE2B7C0E04D531A2334DB41BBFD1BEA428C5FD22F50BABDBDFCC5B848F64CBA8D"
    "039636311F8D844DFFFBD77A42A9BFB7";

const std::string moduli_3072 =
    "20220714111939 2 6 100 3071 2 "
    "C60003BD3BEA8A30306CD503D00EFB4ED2BF6A45DEA568495ABAF8D2D53A1E0BA1D2C2D3648219C03F47CD52B677D723"
    "16114A3882A8A3EB62C4F002DB326C27811A36E332D121EE420DDDF830741F14AA96AC0D2AEB5A80BF31CD18D4E3C02A"
    "22BD1986A906EEC3D635669FF26DD25A73FD7650666B101D6C42B0A58D96331E0666C990B56E4F0A5649C76FC7BA599A"
    "6DBE245F3A2F16AA4A9216B3AFAA93FE40BBB1149A657C934EC408C063B7130027EF7624C721931FECB563EF32C68E9C"
    "275A6A9F8BBF5428CBAED0987CD0EB4BF1BF7AC6F33C37FD88C7A026ABD735F0CD7395A4A22DB22B26C78823FB3BDC98"
    "150A82573259E64F407A2B3C017D2E9933E64EF5DDABDD3E748D507D21FF4F7B3450F2640E51DF3993B067DB952F8CD1"
    "79BE389000934363E209ACF6235D1E9D07D3B0E865C4F9EA6EEB91D2B46B8032B2A3890E4DCA5905E269BD5BF2810548"
    "243F13FB13691E5346533538503C9CAA0E56DBE759C182BD04663461B435B8D7A20D69DE33D98AFAA302B86A40451D63";

const std::string moduli_4096 =
    "20220714121337 2 6 100 4095 2 "
    "ED38FC9DDCD01CDF39C887875AA0A7EFF8682144089FC338C06E2C138653B5E7A082B537BA5C80A93B7192D153313DE5"
    "6606C8E2A0CAE8370284BE3ADD97F04BD4EBDFD21A999E13461B544C49742DE120C46D046F6E9C55922E68FF3C8A115E"
    "51E70071377B60F8127EB9228A332BD38AF8EF1DA8EFA7012496070426203F3BEECBB286E33C053DC070CD919074DBA9"
    "7E19C081C6CD8B74DBDF6674F64CD7A7B5F0B7E40B0FD607AF531D55FACAB38C9F550C1D60D89601E6BA1D6BA66F5E18"
    "D4C8D4D634C464EC748A260C285D84158CC3DFA9BC03973F32077F7D92C104314173584B96C43F22AFEFA135F3A4C5A0"
    "D959B963C8227A337DAC30D8B96F7580D67763621C9F51FAA9E2641D81565810770727EF4C25F8210CCF60B248007055"
    "6E874E59D910B9B1822B13420C2843BED4FA4F5CBD7822D651C07CB8657AD1B3629EB337CBA9F1FA50E819E9DEC1DB56"
    "4FFBC1DEF0561079F96D8ABD0740BE2C997F4EEEF7E8244ECAA6E2BA85E832329220C26A7F088165F583343C190B245C"
    "EE6AE40E01D2AFAAFDD509302EBD989AE641131152538C749718FD8D1642B9802DACF3945C0A445D2ECDCF921F8E3604"
    "95A564C0EE64D74224CF93119AFF5BEA0B61ABBF1DB67A6820A4BF9AD622207ECE7DB9ECE03B4FB6D69D06BBCBEACFCF"
    "62D85763DAA5B8C22385D5F4E22352C6EF6495485D00FD019FDF6D629C7D4793";

constexpr const char* gex = "diffie-hellman-group-exchange-sha256";

std::string text_of(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines)
    text += line + "\n";
  return text;
}

// `line` with one of its seven fields replaced.
std::string with_field(const std::string& line, std::size_t index, const std::string& value) {
  std::istringstream in(line);
  std::vector<std::string> fields{std::istream_iterator<std::string>(in), {}};
  fields.at(index) = value;
  std::string result;
  for (const std::string& field : fields)
    result += (result.empty() ? "" : " ") + field;
  return result;
}

std::string last_field(const std::string& line) {
  return line.substr(line.rfind(' ') + 1);
}

// Why the one line is not used; empty if it is.
std::string problem_of(const std::string& line) {
  const Moduli moduli = parse_moduli(line + "\n");
  BOOST_TEST(moduli.groups.size() + moduli.lines_left_out == 1U);
  BOOST_TEST(moduli.lines_left_out == moduli.diagnostics.size());
  return moduli.diagnostics.empty() ? "" : moduli.diagnostics.front().what;
}

std::vector<ModuliGroup> groups_of(const std::vector<unsigned>& sizes) {
  std::vector<ModuliGroup> groups;
  for (const unsigned bits : sizes)  // which one it is shows in g
    groups.push_back({bits, {{}, {static_cast<std::uint8_t>(groups.size())}}});
  return groups;
}

unsigned chosen_bits(const std::vector<unsigned>& sizes, unsigned min, unsigned preferred, unsigned max) {
  FixedRandom random;
  const auto groups = groups_of(sizes);
  const ModuliGroup* chosen = choose(groups, min, preferred, max, random);
  return chosen != nullptr ? chosen->bits : 0;
}

std::shared_ptr<const std::vector<ModuliGroup>> list_of(const std::vector<std::string>& lines) {
  return std::make_shared<const std::vector<ModuliGroup>>(parse_moduli(text_of(lines)).groups);
}

KexSettings gex_settings(Role role) {
  KexSettings settings = test::settings(role);
  settings.algorithms.edit(AlgorithmKind::kex, gex);
  return settings;
}

// Joins a client that asks for these sizes with a server that has the list; gives the modulus that the server
// sent.
Bytes modulus_sent(unsigned min, unsigned preferred, unsigned max,
                   std::shared_ptr<const std::vector<ModuliGroup>> list, std::uint64_t seed = 1) {
  KexSettings client = gex_settings(Role::client);
  client.gex_min = min, client.gex_preferred = preferred, client.gex_max = max;
  KexSettings server = gex_settings(Role::server);
  server.gex_moduli = std::move(list);
  Pair pair(client, server, {host_key("ssh-ed25519")}, seed);
  Bytes p;
  pair.tamper = [&p](bool from_client, Bytes& message) {
    if (!from_client && message.at(0) == to_byte(wire::MessageNumber::kex_dh_gex_group) && p.empty())
      p = wire::decode<wire::KexGexGroup>(message).p.magnitude.bytes();
  };
  pair.run();
  BOOST_TEST(pair.client.done == 1);
  BOOST_TEST(pair.server.done == 1);
  BOOST_TEST(pair.client.machine.session_id() == pair.server.machine.session_id());
  BOOST_TEST(test::same_keys(pair));
  const std::string bits = std::to_string(p.size() * 8) + " bits";
  BOOST_TEST(pair.server.machine.note() == std::string(gex) + ", " + bits);
  BOOST_TEST(pair.client.machine.note() == pair.server.machine.note());
  return p;
}

Bytes modulus_of(const std::string& line) {
  return parse_moduli(line).groups.at(0).group.p;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(moduli)

BOOST_AUTO_TEST_CASE(usable_lines) {
  const Moduli read = parse_moduli("# Time Type Tests Tries Size Generator Modulus\n\n" + moduli_3072 +
                                   "\r\n \t" + with_field(moduli_2048, 5, "0005") + " \n" + other_2048);
  BOOST_TEST(read.lines_left_out == 0U);
  BOOST_TEST(read.diagnostics.empty());
  BOOST_REQUIRE(read.groups.size() == 3U);  // the smallest first
  BOOST_TEST(read.groups[0].bits == 2048U);
  BOOST_TEST(read.groups[0].group.g == Bytes{5});
  BOOST_TEST(read.groups[0].group.p.size() == 256U);
  BOOST_TEST(read.groups[1].bits == 2048U);
  BOOST_TEST(read.groups[1].group.g == Bytes{5});
  BOOST_TEST(read.groups[2].bits == 3072U);
  BOOST_TEST(read.groups[2].group.p.size() == 384U);

  const std::string hex = last_field(moduli_2048);
  const Bytes& p = read.groups[0].group.p;
  for (std::size_t i = 0; i < p.size(); ++i)
    BOOST_TEST(p[i] == std::stoul(hex.substr(2 * i, 2), nullptr, 16));
  std::string lower = hex;
  for (char& c : lower)
    c = static_cast<char>(c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c);
  BOOST_TEST(modulus_of(with_field(moduli_2048, 6, "000" + lower)) == p);
  BOOST_TEST(parse_moduli("").groups.empty());
}

BOOST_AUTO_TEST_CASE(lines_that_are_left_out) {
  const auto changed = [](std::size_t index, const std::string& value) {
    return problem_of(with_field(moduli_2048, index, value));
  };
  BOOST_TEST(problem_of(moduli_2048) == "");
  for (const char* type : {"0", "1", "3", "4", "5"})
    BOOST_TEST(changed(1, type).find("safe prime") != std::string::npos, type);
  for (const char* tests : {"0", "1", "3", "5", "7"})
    BOOST_TEST(changed(2, tests).find("composite") != std::string::npos, tests);
  for (const char* tests : {"2", "4", "6"})
    BOOST_TEST(changed(2, tests) == "", tests);
  for (const char* number : {"x", "-2", "+2", "2x", "0x2", "99999999999"})
    for (const std::size_t index : {1U, 2U, 3U, 4U})
      BOOST_TEST(changed(index, number).find("number") != std::string::npos, number);
  for (const char* size : {"0", "1022", "8192", "16383", "4294967295"})
    BOOST_TEST(changed(4, size).find("between") != std::string::npos, size);
  for (const char* size : {"2046", "2048", "3071"})
    BOOST_TEST(changed(4, size).find("size") != std::string::npos, size);
  for (const char* generator : {"0", "1", "00"})
    BOOST_TEST(changed(5, generator).find("generator") != std::string::npos, generator);
  const std::string p = last_field(moduli_2048);
  BOOST_TEST(changed(5, p).find("generator") != std::string::npos);
  for (const char* hex : {"g", "-2", "0x2"})
    BOOST_TEST(changed(5, hex).find("hexadecimal") != std::string::npos, hex);
  BOOST_TEST(changed(6, p.substr(1) + "z").find("hexadecimal") != std::string::npos);
  BOOST_TEST(changed(6, p.substr(2)).find("size") != std::string::npos);
  BOOST_TEST(changed(6, "0").find("size") != std::string::npos);
  BOOST_TEST(changed(6, "7" + p.substr(1)).find("size") != std::string::npos);
  BOOST_TEST(changed(6, p.substr(0, p.size() - 1) + "8").find("safe prime") != std::string::npos);
  BOOST_TEST(changed(6, std::string(512, 'F')).find("safe prime") != std::string::npos);
  for (const std::string& fields : {std::string("x"), moduli_2048.substr(0, moduli_2048.rfind(' ')),
                                    moduli_2048 + " x", moduli_2048 + " x y z"})
    BOOST_TEST(problem_of(fields).find("seven") != std::string::npos);
  BOOST_TEST(problem_of(std::string("\0\0", 2)).find("seven") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(bad_lines_spoil_nothing) {
  std::string text = "#\nbad\n" + moduli_2048 + "\n";
  for (int i = 0; i < 200; ++i)
    text += "bad\n";
  text += moduli_3072;
  const Moduli read = parse_moduli(text);
  BOOST_TEST(read.groups.size() == 2U);
  BOOST_TEST(read.lines_left_out == 201U);
  BOOST_REQUIRE(read.diagnostics.size() == 100U);
  BOOST_TEST(read.diagnostics[0].line == 2U);
  BOOST_TEST(read.diagnostics[1].line == 4U);
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-34"))
BOOST_AUTO_TEST_CASE(every_prefix_parses) {
  for (std::size_t n = 0; n <= moduli_2048.size(); ++n)
    BOOST_TEST(parse_moduli(moduli_2048.substr(0, n)).groups.size() == (n == moduli_2048.size() ? 1U : 0U));
}

BOOST_AUTO_TEST_CASE(the_file_of_this_machine_is_read_whole) {
  std::ifstream in("/etc/ssh/moduli", std::ios::binary);
  if (!in) return;  // not every machine has one
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  std::size_t records = 0;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);)
    records += !line.empty() && line.front() != '#';
  const Moduli read = parse_moduli(text);
  BOOST_TEST(read.groups.size() == records);
  BOOST_TEST(read.lines_left_out == 0U);
}

BOOST_AUTO_TEST_CASE(the_size_that_suits_a_request) {
  const std::vector<unsigned> sizes = {4096, 2048, 3072, 8192, 2048};
  BOOST_TEST(chosen_bits(sizes, 1024, 2048, 8192) == 2048U);
  BOOST_TEST(chosen_bits(sizes, 1024, 1024, 8192) == 2048U);
  BOOST_TEST(chosen_bits(sizes, 1024, 2049, 8192) == 3072U);
  BOOST_TEST(chosen_bits(sizes, 2048, 4096, 8192) == 4096U);
  BOOST_TEST(chosen_bits(sizes, 2048, 4097, 8192) == 8192U);
  BOOST_TEST(chosen_bits(sizes, 2048, 4097, 8191) == 4096U);  // none is large enough: the largest
  BOOST_TEST(chosen_bits(sizes, 2048, 8192, 3000) == 2048U);
  BOOST_TEST(chosen_bits(sizes, 3072, 3072, 3072) == 3072U);
  BOOST_TEST(chosen_bits(sizes, 3000, 1, 8192) == 3072U);
  BOOST_TEST(chosen_bits(sizes, 2049, 2500, 3071) == 0U);
  BOOST_TEST(chosen_bits(sizes, 8193, 9000, 16384) == 0U);
  BOOST_TEST(chosen_bits(sizes, 4096, 3072, 2048) == 0U);
  BOOST_TEST(chosen_bits({}, 0, 0, 8192) == 0U);
  BOOST_TEST(chosen_bits({0}, 0, 0, 8192) == 0U);
}

BOOST_AUTO_TEST_CASE(equal_sizes_by_chance) {
  const auto groups = groups_of({2048, 3072, 3072, 4096, 3072});
  FixedRandom random(7);
  std::map<int, int> counts;
  constexpr int rounds = 3000;
  for (int i = 0; i < rounds; ++i)
    ++counts[choose(groups, 2048, 3072, 8192, random)->group.g.at(0)];
  BOOST_TEST(counts.size() == 3U);
  for (const int which : {1, 2, 4})  // 1000 each, with a standard deviation of 26
    BOOST_TEST((counts[which] > 850 && counts[which] < 1150), which << ": " << counts[which]);
}

BOOST_AUTO_TEST_CASE(a_server_takes_its_group_from_the_list) {
  const auto list = list_of({moduli_2048, moduli_3072, moduli_4096});
  BOOST_TEST(modulus_sent(2048, 2048, 8192, list) == modulus_of(moduli_2048));
  BOOST_TEST(modulus_sent(2048, 2049, 8192, list) == modulus_of(moduli_3072));
  BOOST_TEST(modulus_sent(2048, 8192, 8192, list) == modulus_of(moduli_4096));
  BOOST_TEST(modulus_sent(2048, 3073, 4000, list) == modulus_of(moduli_3072));
}

BOOST_AUTO_TEST_CASE(a_server_uses_all_groups_of_a_size) {
  const auto list = list_of({moduli_2048, other_2048, moduli_4096});
  std::set<Bytes> seen;
  for (std::uint64_t seed = 1; seed <= 20; ++seed)
    seen.insert(modulus_sent(2048, 2048, 8192, list, seed));
  BOOST_TEST((seen == std::set<Bytes>{modulus_of(moduli_2048), modulus_of(other_2048)}));
}

BOOST_AUTO_TEST_CASE(without_a_group_that_fits_the_built_in_ones_serve) {
  BOOST_TEST(modulus_sent(2048, 3072, 8192, nullptr) == crypto::dh_group(15).p);
  BOOST_TEST(modulus_sent(2048, 3072, 8192, list_of({})) == crypto::dh_group(15).p);
  BOOST_TEST(modulus_sent(3072, 3072, 8192, list_of({moduli_2048})) == crypto::dh_group(15).p);
}

BOOST_AUTO_TEST_CASE(the_list_does_not_widen_a_servers_own_range) {
  KexSettings client = gex_settings(Role::client);
  client.gex_min = 2048, client.gex_preferred = 4096, client.gex_max = 4096;
  KexSettings server = gex_settings(Role::server);
  server.gex_moduli = list_of({moduli_2048, moduli_3072, moduli_4096});
  server.gex_max = 3072;
  Pair pair(client, server, {host_key("ssh-ed25519")});
  pair.run();
  BOOST_TEST(pair.server.machine.note() == std::string(gex) + ", 3072 bits");

  server.gex_min = 3072;
  client.gex_preferred = client.gex_max = 2048;
  Pair none(client, server, {host_key("ssh-ed25519")});
  BOOST_CHECK_EXCEPTION(none.run(), ProtocolError, test::with_text(errc::kex_failed, "we have none"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::protocol
