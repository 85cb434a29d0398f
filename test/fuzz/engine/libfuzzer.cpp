// amiko - the fuzzer: --target=NAME picks what is fuzzed, --seeds=DIRECTORY writes its seeds, the rest is
// libFuzzer's
#include "fuzz/target.hpp"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>

namespace {

const amiko::fuzz::Target* chosen = nullptr;

void write_seeds(const std::string& directory) {
  std::size_t number = 0;
  for (const amiko::Bytes& seed : chosen->seeds())
    std::ofstream(directory + "/seed-" + std::to_string(++number), std::ios::binary)
        .write(reinterpret_cast<const char*>(seed.data()), static_cast<std::streamsize>(seed.size()));
}

void list_targets() {
  for (const auto& target : amiko::fuzz::targets())
    std::printf("%.*s\n", static_cast<int>(target.name.size()), target.name.data());
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
  std::string seeds;
  for (int i = 1; i < *argc; ++i) {
    const std::string_view word((*argv)[i]);
    if (word == "--list") list_targets(), std::exit(0);
    if (word.starts_with("--target=")) chosen = amiko::fuzz::find_target(word.substr(9));
    if (word.starts_with("--seeds=")) seeds = word.substr(8);
  }
  if (chosen == nullptr) {
    std::fputs("usage: fuzz --list | --target=NAME [--seeds=DIRECTORY] [libFuzzer's options]\n", stderr);
    std::exit(2);
  }
  if (!seeds.empty()) write_seeds(seeds), std::exit(0);
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  amiko::fuzz::run(*chosen, amiko::ByteView(data, size));
  return 0;
}
