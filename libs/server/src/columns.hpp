// amiko - how many columns of a terminal characters take
#pragma once

#include <cstddef>
#include <string_view>

namespace amiko {

/// 0, 1 or 2.  After Unicode 17.0.0: 2 for East_Asian_Width W and F (EastAsianWidth.txt); 0 for the general
/// categories Mn, Me and Cf (DerivedGeneralCategory.txt) except those Cf that are seen, and for the vowels
/// and final consonants of Hangul, which join the consonant before them.  Ambiguous width is 1.  0 for
/// control characters.
unsigned columns_of(char32_t code) noexcept;

/// May stand in a line: no control character, no line or paragraph separator, nothing that turns the
/// direction of the text around it.
bool is_typeable(char32_t code) noexcept;

/// A code point and the zero-width ones after it: what the cursor steps over.
struct Cluster {
  std::size_t size = 0;  ///< bytes
  unsigned columns = 0;
};

/// At the start of `text`, which must be valid UTF-8 and not empty.
Cluster first_cluster(std::string_view text) noexcept;
/// Where the cluster begins that ends `text`, which must be valid UTF-8 and not empty.
std::size_t last_cluster(std::string_view text) noexcept;
/// The greatest boundary between clusters of `text` that is not above `position`.
std::size_t cluster_boundary(std::string_view text, std::size_t position) noexcept;
/// Columns of all of `text`.
std::size_t columns_of(std::string_view text) noexcept;

}  // namespace amiko
