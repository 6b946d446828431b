#ifndef MYELIN_KERNELS_ELEMENTWISE_H
#define MYELIN_KERNELS_ELEMENTWISE_H

#include "kernels_nest.h"

/// y = f(x; p, q), the formulas of `UnaryOperation`.
typedef enum {
  KERNEL_NEGATE, KERNEL_ABSOLUTE, KERNEL_SIGN, KERNEL_SQUARE, KERNEL_CUBE, KERNEL_EXP,
  KERNEL_EXPM1, KERNEL_LOG, KERNEL_LOG1P, KERNEL_SQRT, KERNEL_RECIPROCAL_SQRT,
  KERNEL_RECIPROCAL, KERNEL_SIN, KERNEL_COS, KERNEL_TAN, KERNEL_ASIN, KERNEL_ACOS, KERNEL_ATAN,
  KERNEL_SINH, KERNEL_COSH, KERNEL_TANH, KERNEL_ASINH, KERNEL_ACOSH, KERNEL_ATANH, KERNEL_ERF,
  KERNEL_FLOOR, KERNEL_CEIL, KERNEL_ROUND, KERNEL_SIGMOID, KERNEL_RELU, KERNEL_SOFTPLUS,
  KERNEL_GELU, KERNEL_GELU_TANH, KERNEL_SILU,
  /// x · p, x + p, xᵖ.
  KERNEL_SCALE, KERNEL_SHIFT, KERNEL_RAISE,
  /// min(max(x, p), q).
  KERNEL_CLAMP,
  /// x > 0 ? x : p · x.
  KERNEL_LEAKY_RELU
} kernel_unary_operation;

/// z = f(x, y), the formulas of `BinaryOperation`.
typedef enum {
  KERNEL_ADD, KERNEL_SUBTRACT, KERNEL_MULTIPLY, KERNEL_DIVIDE, KERNEL_REMAINDER, KERNEL_POWER,
  KERNEL_LARGER, KERNEL_SMALLER, KERNEL_ATAN2, KERNEL_SIGMOID_GRADIENT, KERNEL_TANH_GRADIENT,
  KERNEL_RELU_GRADIENT, KERNEL_GELU_GRADIENT, KERNEL_GELU_TANH_GRADIENT, KERNEL_SILU_GRADIENT
} kernel_binary_operation;

typedef enum {
  KERNEL_EQUAL, KERNEL_NOT_EQUAL, KERNEL_LESS, KERNEL_LESS_OR_EQUAL, KERNEL_GREATER,
  KERNEL_GREATER_OR_EQUAL
} kernel_comparison;

/// `count` consecutive elements; `y` does not overlap `x`.
void kernel_unary_float32(kernel_unary_operation operation, const float *x, float *y,
                          ptrdiff_t count, float p, float q);

/// Elements `first` ..< `last` of a nest (y, x).
void kernel_unary_float32_strided(kernel_unary_operation operation, const kernel_nest *nest,
                                  const float *x, float *y, ptrdiff_t first, ptrdiff_t last,
                                  float p, float q);

/// `count` consecutive elements; an operand whose step is 0 is one number, otherwise its step
/// is 1. `z` does not overlap the operands.
void kernel_binary_float32(kernel_binary_operation operation, const float *x, ptrdiff_t x_step,
                           const float *y, ptrdiff_t y_step, float *z, ptrdiff_t count);

/// Elements `first` ..< `last` of a nest (z, x, y).
void kernel_binary_float32_strided(kernel_binary_operation operation, const kernel_nest *nest,
                                   const float *x, const float *y, float *z, ptrdiff_t first,
                                   ptrdiff_t last);

/// z = x ? y as 0 or 1, steps as above.
void kernel_compare_float32(kernel_comparison comparison, const float *x, ptrdiff_t x_step,
                            const float *y, ptrdiff_t y_step, uint8_t *z, ptrdiff_t count);
void kernel_compare_int64(kernel_comparison comparison, const int64_t *x, ptrdiff_t x_step,
                          const int64_t *y, ptrdiff_t y_step, uint8_t *z, ptrdiff_t count);

/// Elements `first` ..< `last` of a nest (z, x, y).
void kernel_compare_float32_strided(kernel_comparison comparison, const kernel_nest *nest,
                                    const float *x, const float *y, uint8_t *z, ptrdiff_t first,
                                    ptrdiff_t last);
void kernel_compare_int64_strided(kernel_comparison comparison, const kernel_nest *nest,
                                  const int64_t *x, const int64_t *y, uint8_t *z, ptrdiff_t first,
                                  ptrdiff_t last);

/// z = condition ? x : y, steps as above (the condition's is 0 or 1 too).
void kernel_select_float32(const uint8_t *condition, ptrdiff_t condition_step, const float *x,
                           ptrdiff_t x_step, const float *y, ptrdiff_t y_step, float *z,
                           ptrdiff_t count);

/// Elements `first` ..< `last` of a nest (z, condition, x, y).
void kernel_select_float32_strided(const kernel_nest *nest, const uint8_t *condition,
                                   const float *x, const float *y, float *z, ptrdiff_t first,
                                   ptrdiff_t last);

/// Every element becomes `value`.
void kernel_fill_float32(float value, float *y, ptrdiff_t count);

/// y += scale · x; y does not overlap x.
void kernel_add_scaled_float32(float scale, const float *x, float *y, ptrdiff_t count);

#endif
