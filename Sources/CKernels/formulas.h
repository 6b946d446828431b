// The formulas of `UnaryOperation` and `BinaryOperation` on float32, once for all loops over them:
// FORMULA(code, expression) for each, the expression in x, y and the operation's numbers p and q.
#ifndef MYELIN_FORMULAS_H
#define MYELIN_FORMULAS_H

#include "mathematics.h"

// The remainder with the divisor's sign.
static inline float remainder_of(float x, float y) {
  float r = fmodf(x, y);
  if (r == 0) return copysignf(r, y);
  return (r < 0) != (y < 0) ? r + y : r;
}

#define UNARY_FORMULAS(FORMULA)                                             \
  FORMULA(NEGATE, -x)                                                       \
  FORMULA(ABSOLUTE, math_absolute(x))                                       \
  FORMULA(SIGN, math_sign(x))                                               \
  FORMULA(SQUARE, x * x)                                                    \
  FORMULA(CUBE, x * x * x)                                                  \
  FORMULA(EXP, math_exp(x))                                                 \
  FORMULA(EXPM1, math_expm1(x))                                             \
  FORMULA(LOG, math_log(x))                                                 \
  FORMULA(LOG1P, math_log1p(x))                                             \
  FORMULA(SQRT, __builtin_elementwise_sqrt(x))                              \
  FORMULA(RECIPROCAL_SQRT, 1.0f / __builtin_elementwise_sqrt(x))            \
  FORMULA(RECIPROCAL, 1.0f / x)                                             \
  FORMULA(SIN, sinf(x))                                                     \
  FORMULA(COS, cosf(x))                                                     \
  FORMULA(TAN, tanf(x))                                                     \
  FORMULA(ASIN, asinf(x))                                                   \
  FORMULA(ACOS, acosf(x))                                                   \
  FORMULA(ATAN, atanf(x))                                                   \
  FORMULA(SINH, sinhf(x))                                                   \
  FORMULA(COSH, coshf(x))                                                   \
  FORMULA(TANH, math_tanh(x))                                               \
  FORMULA(ASINH, asinhf(x))                                                 \
  FORMULA(ACOSH, acoshf(x))                                                 \
  FORMULA(ATANH, atanhf(x))                                                 \
  FORMULA(ERF, math_erf(x))                                                 \
  FORMULA(FLOOR, __builtin_elementwise_floor(x))                            \
  FORMULA(CEIL, __builtin_elementwise_ceil(x))                              \
  FORMULA(ROUND, __builtin_elementwise_rint(x))                             \
  FORMULA(SIGMOID, math_sigmoid(x))                                         \
  FORMULA(RELU, x < 0 ? 0 : x)                                              \
  FORMULA(SOFTPLUS, math_softplus(x))                                       \
  FORMULA(GELU, math_gelu(x))                                               \
  FORMULA(GELU_TANH, math_gelu_tanh(x))                                     \
  FORMULA(SILU, math_silu(x))                                               \
  FORMULA(SCALE, x * p)                                                     \
  FORMULA(SHIFT, x + p)                                                     \
  FORMULA(RAISE, powf(x, p))                                                \
  FORMULA(CLAMP, (x < p ? p : x) > q ? q : (x < p ? p : x))                 \
  FORMULA(LEAKY_RELU, x > 0 ? x : p * x)

#define BINARY_FORMULAS(FORMULA)                                            \
  FORMULA(ADD, x + y)                                                       \
  FORMULA(SUBTRACT, x - y)                                                  \
  FORMULA(MULTIPLY, x * y)                                                  \
  FORMULA(DIVIDE, x / y)                                                    \
  FORMULA(REMAINDER, remainder_of(x, y))                                    \
  FORMULA(POWER, powf(x, y))                                                \
  FORMULA(LARGER, math_maximum(x, y))                                       \
  FORMULA(SMALLER, math_minimum(x, y))                                      \
  FORMULA(ATAN2, atan2f(x, y))                                              \
  FORMULA(SIGMOID_GRADIENT, y * x * (1.0f - x))                             \
  FORMULA(TANH_GRADIENT, y * (1.0f - x * x))                                \
  FORMULA(RELU_GRADIENT, x > 0 ? y : 0)                                     \
  FORMULA(GELU_GRADIENT, y * math_gelu_gradient(x))                         \
  FORMULA(GELU_TANH_GRADIENT, y * math_gelu_tanh_gradient(x))               \
  FORMULA(SILU_GRADIENT, y * math_silu_gradient(x))

#endif
