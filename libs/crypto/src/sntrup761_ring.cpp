// amiko - arithmetic of Streamlined NTRU Prime
#include "sntrup761_ring.hpp"

#include <utility>

namespace amiko::crypto::sntrup761_ring {
namespace {

// x modulo q around 0, for |x| < 2^24.  The first step leaves less than 2^15 of it, the second rounds: q
// times 29235 is 2^27 but for a part in 10^6.
std::int32_t modulo_q(std::int32_t x) noexcept {
  x -= modulus * ((57 * x) >> 18);
  return x - modulus * ((29235 * x + (1 << 26)) >> 27);
}

// x modulo 3 around 0, for |x| < 2^13.
std::int32_t modulo_3(std::int32_t x) noexcept {
  return x - 3 * ((10923 * x + (1 << 14)) >> 15);
}

std::int32_t multiply_mod_q(std::int32_t a, std::int32_t b) noexcept {
  return modulo_q(a * b);
}

// By Fermat: a^(q-2).
std::int32_t inverse_mod_q(std::int32_t a) noexcept {
  std::int32_t result = 1;
  for (int bit = 12; bit >= 0; --bit) {
    result = multiply_mod_q(result, result);
    if (((modulus - 2) >> bit & 1) != 0) result = multiply_mod_q(result, a);
  }
  return result;
}

/// All ones for x < 0.
std::int32_t negative_mask(std::int32_t x) noexcept {
  return x >> 31;
}

/// All ones for x != 0.
std::int32_t nonzero_mask(std::int32_t x) noexcept {
  return negative_mask(x) | negative_mask(-x);
}

/// The product of two polynomials before its coefficients are reduced; x^p = x + 1.
template <class A, class B>
std::array<std::int32_t, 2 * degree> product(const A& a, const B& b) {
  std::array<std::int32_t, 2 * degree> sum{};
  for (std::size_t i = 0; i < degree; ++i) {
    const std::int32_t factor = b[i];
    for (std::size_t j = 0; j < degree; ++j)
      sum[i + j] += a[j] * factor;
  }
  for (std::size_t i = 2 * degree - 2; i >= degree; --i) {
    sum[i - degree] += sum[i];
    sum[i - degree + 1] += sum[i];
  }
  return sum;
}

using Row = std::array<std::int32_t, degree + 1>;

void swap_if(std::int32_t mask, Row& a, Row& b) noexcept {
  for (std::size_t i = 0; i < a.size(); ++i) {
    const std::int32_t difference = mask & (a[i] ^ b[i]);
    a[i] ^= difference;
    b[i] ^= difference;
  }
}

/// The division steps of Bernstein and Yang ("Fast constant-time gcd computation and modular inversion",
/// 2019): Euclid's algorithm on reversed polynomials, in 2p - 1 equal steps.
struct DivisionSteps {
  Row f{}, g{}, v{}, r{};
  std::int32_t delta = 1;

  DivisionSteps(const Small& a, std::int32_t start) {
    f[0] = 1;
    f[degree - 1] = f[degree] = -1;
    for (std::size_t i = 0; i < degree; ++i)
      g[degree - 1 - i] = a[i];
    r[0] = start;
  }
  DivisionSteps(const DivisionSteps&) = delete;
  DivisionSteps& operator=(const DivisionSteps&) = delete;
  ~DivisionSteps() {
    for (Row* const row : {&f, &g, &v, &r})
      wipe(row->data(), sizeof(Row));
  }

  template <class Modulo>
  void run(Modulo modulo) {
    for (std::size_t step = 0; step < 2 * degree - 1; ++step) {
      for (std::size_t i = degree; i > 0; --i)
        v[i] = v[i - 1];
      v[0] = 0;
      const std::int32_t swap = negative_mask(-delta) & nonzero_mask(g[0]);
      delta = ((delta ^ swap) - swap) + 1;
      swap_if(swap, f, g);
      swap_if(swap, v, r);
      eliminate(modulo);
    }
  }

 private:
  // g = (f0 g - g0 f) / x, and r likewise without the division.
  template <class Modulo>
  void eliminate(Modulo modulo) {
    const std::int32_t f0 = f[0], g0 = g[0];
    for (std::size_t i = 0; i < g.size(); ++i)
      g[i] = modulo(f0 * g[i] - g0 * f[i]);
    for (std::size_t i = 0; i < r.size(); ++i)
      r[i] = modulo(f0 * r[i] - g0 * v[i]);
    for (std::size_t i = 0; i < degree; ++i)
      g[i] = g[i + 1];
    g[degree] = 0;
  }
};

}  // namespace

Large multiply(const Large& a, const Small& b) {
  auto sum = product(a, b);
  Large result;
  for (std::size_t i = 0; i < degree; ++i)
    result[i] = static_cast<std::int16_t>(modulo_q(sum[i]));
  wipe(sum.data(), sizeof(sum));
  return result;
}

Small multiply(const Small& a, const Small& b) {
  auto sum = product(a, b);
  Small result;
  for (std::size_t i = 0; i < degree; ++i)
    result[i] = static_cast<std::int8_t>(modulo_3(sum[i]));
  wipe(sum.data(), sizeof(sum));
  return result;
}

Inverse inverse(const Small& a) {
  DivisionSteps steps(a, 1);
  steps.run(modulo_3);
  Inverse result;
  for (std::size_t i = 0; i < degree; ++i)
    result.value[i] = static_cast<std::int8_t>(steps.f[0] * steps.v[degree - 1 - i]);
  result.exists = steps.delta == 0;
  return result;
}

Large inverse_of_triple(const Small& a) {
  DivisionSteps steps(a, inverse_mod_q(3));
  steps.run(modulo_q);
  const std::int32_t scale = inverse_mod_q(steps.f[0]);
  Large result;
  for (std::size_t i = 0; i < degree; ++i)
    result[i] = static_cast<std::int16_t>(multiply_mod_q(scale, steps.v[degree - 1 - i]));
  return result;
}

Large triple(const Large& a) {
  Large result;
  for (std::size_t i = 0; i < degree; ++i)
    result[i] = static_cast<std::int16_t>(modulo_q(3 * a[i]));
  return result;
}

Small reduce_to_small(const Large& a) {
  Small result;
  for (std::size_t i = 0; i < degree; ++i)
    result[i] = static_cast<std::int8_t>(modulo_3(a[i]));
  return result;
}

Large round_to_triples(const Large& a) {
  Large result;
  for (std::size_t i = 0; i < degree; ++i)
    result[i] = static_cast<std::int16_t>(a[i] - modulo_3(a[i]));
  return result;
}

std::uint32_t wrong_weight_mask(const Small& a) {
  std::int32_t count = 0;
  for (const std::int8_t coefficient : a)
    count += coefficient & 1;
  return static_cast<std::uint32_t>(nonzero_mask(count - weight));
}

}  // namespace amiko::crypto::sntrup761_ring
