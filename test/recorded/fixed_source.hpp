// amiko - the library's random source in this program: the same numbers in every run
#pragma once

#include <cstdint>

namespace amiko::test {

/// In this program crypto::make_random() and crypto::system_random(), which fixed_source.cpp defines in place
/// of the library, give numbers that follow from `seed` and from how many generators were made since this
/// call.  For while no connection is under way.
void restart_random(std::uint64_t seed = 1);

}  // namespace amiko::test
