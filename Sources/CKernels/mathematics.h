// Elementary functions of one float32, without branches, so that loops over them become vector
// instructions. They reduce the argument as W. J. Cody and W. Waite do (Software Manual for the
// Elementary Functions, 1980) and end in minimax polynomials found with Remez' exchange algorithm
// in 50-digit arithmetic, weighted for relative error. The bounds named below hold over all of
// float32 and are tested by dense sweeps against double precision; infinities, NaN, signed zeros
// and subnormal numbers come out as IEEE 754 has them.
#ifndef MYELIN_MATHEMATICS_H
#define MYELIN_MATHEMATICS_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#define MATH static inline __attribute__((always_inline)) float

static inline __attribute__((always_inline)) int32_t math_bits(float x) {
  int32_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

MATH math_from_bits(int32_t bits) {
  float x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

// The bits of x minus `bits`, wrapping around: negative numbers give something that is not used.
static inline __attribute__((always_inline)) int32_t math_bits_minus(float x, int32_t bits) {
  return (int32_t)((uint32_t)math_bits(x) - (uint32_t)bits);
}

MATH math_absolute(float x) { return math_from_bits(math_bits(x) & 0x7FFFFFFF); }

// |magnitude| with the sign of `sign`.
MATH math_with_sign(float magnitude, float sign) {
  return math_from_bits((math_bits(magnitude) & 0x7FFFFFFF) |
                        (math_bits(sign) & (int32_t)0x80000000));
}

// 2ⁿ for −126 ≤ n ≤ 127; any number for another n, which comes of NaN.
MATH math_power_of_two(int32_t n) {
  return math_from_bits((int32_t)(((uint32_t)n + 127u) << 23));
}

// Adding and subtracting 1.5 · 2²³ rounds |x| < 2²² to the nearest integer, which is then also in
// the low bits of the sum.
#define MATH_ROUNDING 12582912.0f

// (eʳ − 1 − r) / r² for |r| ≤ ½ log 2; relative error of eʳ below 2⁻³⁴.
MATH math_exp_polynomial(float r) {
  float p = 0x1.9f080ep-13f;
  p = p * r + 0x1.6d8db0p-10f;
  p = p * r + 0x1.111272p-7f;
  p = p * r + 0x1.55548ep-5f;
  p = p * r + 0x1.555554p-3f;
  return p * r + 0.5f;
}

// eˣ; below 1.5 ulp.
MATH math_exp(float x) {
  // Where eˣ rounds to 0, as for masked scores, a factor 0: underflow takes hundreds of cycles.
  const float least = x < -104.0f ? 0.0f : 1.0f;
  x = x < -104.0f ? -104.0f : x;
  x = x > 89.0f ? 89.0f : x;
  float shifted = x * 0x1.715476p+0f + MATH_ROUNDING;
  int32_t n = math_bits_minus(shifted, math_bits(MATH_ROUNDING));
  float whole = shifted - MATH_ROUNDING;
  // log 2 in two parts, the first with trailing zeros: whole · high is exact.
  float r = x - whole * 0x1.62e400p-1f;
  r = r - whole * 0x1.7f7d1cp-20f;
  float y = r * r * math_exp_polynomial(r) + r;
  y = y + 1.0f;
  // Two steps, since 2ⁿ alone may be subnormal or overflow where eˣ does not.
  int32_t half = n >> 1;
  return y * math_power_of_two(half) * (math_power_of_two(n - half) * least);
}

// eˣ − 1; below 2 ulp.
MATH math_expm1(float x) {
  float original = x;
  x = x < -18.0f ? -18.0f : x;
  x = x > 89.0f ? 89.0f : x;
  float shifted = x * 0x1.715476p+0f + MATH_ROUNDING;
  int32_t n = math_bits_minus(shifted, math_bits(MATH_ROUNDING));
  float whole = shifted - MATH_ROUNDING;
  float r = x - whole * 0x1.62e400p-1f;
  r = r - whole * 0x1.7f7d1cp-20f;
  float q = r * r * math_exp_polynomial(r) + r;
  // 2ⁿ(q + 1) − 1 with 2ⁿ kept in range: half of it is used twice.
  float half = math_power_of_two(n - 1);
  float y = half * q + (half - 0.5f);
  y = y + y;
  return original == 0 ? original : y;
}

// log(m · 2ᵉ) for positive normal or subnormal x: m in [√½, √2).
MATH math_log_positive(float x) {
  int32_t is_subnormal = math_bits(x) < 0x00800000;
  float scaled = is_subnormal ? x * 0x1p+23f : x;
  int32_t bits = math_bits_minus(scaled, 0x3F3504F3);
  float e = (float)((bits >> 23) - (is_subnormal ? 23 : 0));
  float f = math_from_bits((bits & 0x007FFFFF) + 0x3F3504F3) - 1.0f;
  float p = 0x1.1456c4p-4f;
  p = p * f + -0x1.de65a6p-4f;
  p = p * f + 0x1.e70710p-4f;
  p = p * f + -0x1.fc1d58p-4f;
  p = p * f + 0x1.2335b2p-3f;
  p = p * f + -0x1.555c5cp-3f;
  p = p * f + 0x1.99a4cap-3f;
  p = p * f + -0x1.000006p-2f;
  p = p * f + 0x1.555548p-2f;
  float square = f * f;
  float y = p * f * square + e * 0x1.7f7d1cp-20f;
  y = y - 0.5f * square;
  return e * 0x1.62e400p-1f + (f + y);
}

// Natural logarithm; below 1 ulp.
MATH math_log(float x) {
  float y = math_log_positive(x);
  y = x < INFINITY ? y : x;
  y = x == 0 ? -INFINITY : y;
  return x < 0 ? NAN : y;
}

// log(1 + x); below 2 ulp. The rounding error of 1 + x is put back to first order.
MATH math_log1p(float x) {
  float u = 1.0f + x;
  float lost = x > 1.0f ? 1.0f - (u - x) : x - (u - 1.0f);
  float y = math_log_positive(u) + lost / u;
  y = u < INFINITY ? y : u;
  y = u == 0 ? -INFINITY : y;
  y = u < 0 ? NAN : y;
  return math_absolute(x) < 0x1p-24f ? x : y;
}

// tanh; below 2 ulp: x + x³P(x²) near zero, 1 − 2 / (e²ˣ + 1) elsewhere.
MATH math_tanh(float x) {
  float a = math_absolute(x);
  float square = a * a;
  float p = 0x1.125024p-9f;
  p = p * square + -0x1.0a2d84p-7f;
  p = p * square + 0x1.633044p-6f;
  p = p * square + -0x1.b9e65ep-5f;
  p = p * square + 0x1.11103ep-3f;
  p = p * square + -0x1.555554p-2f;
  float small = p * square * x + x;
  float large = 1.0f - 2.0f / (math_exp(a + a) + 1.0f);
  return a < 0.64f ? small : math_with_sign(large, x);
}

// 1 / (1 + e⁻ˣ); below 2.5 ulp, also where it is tiny (e^x / (1 + e^x) for negative x).
MATH math_sigmoid(float x) {
  float e = math_exp(-math_absolute(x));
  float numerator = x < 0 ? e : 1.0f;
  return numerator / (1.0f + e);
}

// log(1 + eˣ); below 2.5 ulp.
MATH math_softplus(float x) {
  float e = math_exp(-math_absolute(x));
  float u = 1.0f + e;
  float y = math_log_positive(u) + (e - (u - 1.0f)) / u;
  return (x > 0 ? x : 0) + (e < 0x1p-24f ? e : y);
}

// The error function; below 2.5 ulp: x · P(x²) for |x| < 1, 1 − e^(−Q(|x|)) above, where Q is a
// minimax polynomial of −log erfc on [1, 4].
MATH math_erf(float x) {
  float a = math_absolute(x);
  float square = a * a;
  float p = 0x1.496a34p-14f;
  p = p * square + -0x1.a3f700p-11f;
  p = p * square + 0x1.5405b2p-8f;
  p = p * square + -0x1.b7f90ep-6f;
  p = p * square + 0x1.ce2cf8p-4f;
  p = p * square + -0x1.81273ep-2f;
  p = p * square + 0x1.20dd74p+0f;
  float b = a > 4.0f ? 4.0f : a;
  float q = 0x1.6c0690p-16f;
  q = q * b + -0x1.ceeaeep-12f;
  q = q * b + 0x1.1398fap-8f;
  q = q * b + -0x1.9d0bd6p-6f;
  q = q * b + 0x1.bc18d0p-4f;
  q = q * b + 0x1.4434f0p-1f;
  q = q * b + 0x1.212c2cp+0f;
  q = q * b + -0x1.8b3f28p-13f;
  float large = 1.0f - math_exp(-q);
  return a < 1.0f ? p * x : math_with_sign(large, x);
}

MATH math_maximum(float x, float y) { return x > y || x != x ? x : y; }

MATH math_minimum(float x, float y) { return x < y || x != x ? x : y; }

// Φ(x), the standard normal distribution function.
MATH math_normal_distribution(float x) { return 0.5f + 0.5f * math_erf(x * 0x1.6a09e6p-1f); }

MATH math_gelu(float x) { return x * math_normal_distribution(x); }

MATH math_gelu_gradient(float x) {
  const float density = 0x1.988454p-2f * math_exp(-0.5f * x * x);
  return math_normal_distribution(x) + x * density;
}

// √(2/π) (x + 0.044715 x³).
MATH math_gelu_inner(float x) { return 0x1.988454p-1f * (x + 0.044715f * x * x * x); }

MATH math_gelu_tanh(float x) {
  return 0.5f * x * (1.0f + math_tanh(math_gelu_inner(x)));
}

MATH math_gelu_tanh_gradient(float x) {
  float t = math_tanh(math_gelu_inner(x));
  float slope = 0x1.988454p-1f * (1.0f + 3.0f * 0.044715f * x * x);
  // Beyond 16, t is ±1, and x² may overflow against a zero.
  float bend = math_absolute(x) < 16.0f || x != x ? 0.5f * x * (1.0f - t * t) * slope : 0;
  return 0.5f * (1.0f + t) + bend;
}

MATH math_silu(float x) { return x * math_sigmoid(x); }

MATH math_silu_gradient(float x) {
  float s = math_sigmoid(x);
  return s * (1.0f + x * (1.0f - s));
}

MATH math_sign(float x) { return x > 0 ? 1.0f : x < 0 ? -1.0f : x; }

#endif
