// amiko - the ordinary run of what is fuzzed: every seed, every input that was ever a finding, and a few
// thousand changed seeds that are the same in each run
#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "common/fixed_random.hpp"
#include "fuzz/target.hpp"

namespace amiko::fuzz {
namespace {

std::string bytes_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

Bytes changed(Bytes input, test::FixedRandom& random) {
  for (std::size_t n = 1 + random.below(4); n > 0 && !input.empty(); --n) {
    const std::size_t at = random.below(input.size());
    switch (random.below(4)) {
      case 0:
        input[at] = random.bytes(1)[0];
        break;
      case 1:
        input[at] = static_cast<std::uint8_t>(input[at] ^ (1u << random.below(8)));
        break;
      case 2:
        input.resize(at);
        break;
      default:
        input.insert(input.begin() + static_cast<std::ptrdiff_t>(at), random.bytes(1)[0]);
    }
  }
  return input;
}

// Each run of a whole connection takes a millisecond or two.
std::size_t rounds(const Target& target) {
  return target.name == "server_connection" ? 20 : 200;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(replay)

BOOST_AUTO_TEST_CASE(good_seeds) {
  for (const Target& target : targets()) {
    const auto seeds = target.seeds();
    BOOST_TEST(!seeds.empty(), target.name);
    for (const Bytes& seed : seeds)
      run(target, seed);
  }
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("V-25") * boost::unit_test::label("V-34"))
BOOST_AUTO_TEST_CASE(changed_seeds) {
  test::FixedRandom random(42);
  for (const Target& target : targets())
    for (const Bytes& seed : target.seeds())
      for (std::size_t i = 0; i < rounds(target); ++i)
        run(target, changed(seed, random));
}

// Memory that runs out at each of the first allocations of a good input.
BOOST_TEST_DECORATOR(*boost::unit_test::label("V-23") * boost::unit_test::label("V-60"))
BOOST_AUTO_TEST_CASE(failing_allocations) {
  for (const Target& target : targets()) {
    if (target.name == "server_connection") continue;  // its threads' allocations are not this thread's
    for (Bytes seed : target.seeds())
      for (unsigned failing = 128; failing < 256; ++failing) {
        seed[0] = static_cast<std::uint8_t>(failing);
        run(target, seed);
      }
  }
}

BOOST_AUTO_TEST_CASE(findings) {
  const std::filesystem::path folder(AMIKO_SOURCE_DIR "/test/fuzz/findings");
  if (!std::filesystem::exists(folder)) return;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    const Target* const target = find_target(entry.path().parent_path().filename().string());
    BOOST_REQUIRE_MESSAGE(target != nullptr, entry.path() << " belongs to no target");
    BOOST_TEST_MESSAGE(entry.path());
    run(*target, bytes_of(entry.path()));
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace amiko::fuzz
