// amiko - the rings of Streamlined NTRU Prime with p = 761, q = 4591
#pragma once

#include <amiko/base/secret.hpp>

#include <array>
#include <cstddef>
#include <cstdint>

/// All of it takes the same steps whatever the numbers are: no branch and no index depends on a coefficient.
namespace amiko::crypto::sntrup761_ring {

constexpr std::size_t degree = 761;  ///< p
constexpr int modulus = 4591;        ///< q
constexpr int weight = 286;          ///< w: coefficients of a short polynomial that are not 0

/// Coefficients, wiped at the end.
template <class T>
struct Polynomial : std::array<T, degree> {
  Polynomial() : std::array<T, degree>{} {}
  Polynomial(const Polynomial&) = default;
  Polynomial& operator=(const Polynomial&) = default;
  ~Polynomial() { wipe(this->data(), sizeof(T) * degree); }
};

/// Of Z/3[x]/(x^p - x - 1): -1, 0 and 1.
using Small = Polynomial<std::int8_t>;
/// Of Z/q[x]/(x^p - x - 1): from -(q-1)/2 to (q-1)/2.
using Large = Polynomial<std::int16_t>;

Large multiply(const Large& a, const Small& b);
Small multiply(const Small& a, const Small& b);

struct Inverse {
  Small value{};
  bool exists = false;
};
/// 1/a modulo 3.
Inverse inverse(const Small& a);
/// 1/(3a) modulo q, for a that is not 0.
Large inverse_of_triple(const Small& a);

Large triple(const Large& a);
/// Each coefficient modulo 3.
Small reduce_to_small(const Large& a);
/// Each coefficient to the nearest multiple of 3.
Large round_to_triples(const Large& a);

/// All ones unless exactly `weight` coefficients differ from 0; then 0.
std::uint32_t wrong_weight_mask(const Small& a);

}  // namespace amiko::crypto::sntrup761_ring
