#include "elementwise_formulas.h"

#include <math.h>

static const double pi = 3.14159265358979323846;

static double sigmoid(double x) { return 1 / (1 + exp(-x)); }

static double normal_distribution(double x) { return 0.5 * erfc(-x / sqrt(2)); }

// The argument of the hyperbolic tangent in the approximation of GELU.
static double gelu_inner(double x) { return sqrt(2 / pi) * (x + 0.044715 * x * x * x); }

double unary_formula(kernel_unary_operation operation, double x, double p, double q) {
  switch (operation) {
    case KERNEL_NEGATE: return -x;
    case KERNEL_ABSOLUTE: return fabs(x);
    case KERNEL_SIGN: return (x > 0) - (x < 0);
    case KERNEL_SQUARE: return x * x;
    case KERNEL_CUBE: return x * x * x;
    case KERNEL_EXP: return exp(x);
    case KERNEL_EXPM1: return expm1(x);
    case KERNEL_LOG: return log(x);
    case KERNEL_LOG1P: return log1p(x);
    case KERNEL_SQRT: return sqrt(x);
    case KERNEL_RECIPROCAL_SQRT: return 1 / sqrt(x);
    case KERNEL_RECIPROCAL: return 1 / x;
    case KERNEL_SIN: return sin(x);
    case KERNEL_COS: return cos(x);
    case KERNEL_TAN: return tan(x);
    case KERNEL_ASIN: return asin(x);
    case KERNEL_ACOS: return acos(x);
    case KERNEL_ATAN: return atan(x);
    case KERNEL_SINH: return sinh(x);
    case KERNEL_COSH: return cosh(x);
    case KERNEL_TANH: return tanh(x);
    case KERNEL_ASINH: return asinh(x);
    case KERNEL_ACOSH: return acosh(x);
    case KERNEL_ATANH: return atanh(x);
    case KERNEL_ERF: return erf(x);
    case KERNEL_FLOOR: return floor(x);
    case KERNEL_CEIL: return ceil(x);
    case KERNEL_ROUND: return rint(x);
    case KERNEL_SIGMOID: return sigmoid(x);
    case KERNEL_RELU: return x < 0 ? 0 : x;
    case KERNEL_SOFTPLUS: return log1p(exp(x));
    case KERNEL_GELU: return x * normal_distribution(x);
    case KERNEL_GELU_TANH: return 0.5 * x * (1 + tanh(gelu_inner(x)));
    case KERNEL_SILU: return x * sigmoid(x);
    case KERNEL_SCALE: return x * p;
    case KERNEL_SHIFT: return x + p;
    case KERNEL_RAISE: return pow(x, p);
    case KERNEL_CLAMP: return x < p ? p : x > q ? q : x;
    case KERNEL_LEAKY_RELU: return x > 0 ? x : p * x;
  }
  return NAN;
}

static double gelu_tanh_gradient(double x) {
  const double t = tanh(gelu_inner(x)), slope = sqrt(2 / pi) * (1 + 3 * 0.044715 * x * x);
  return 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * slope;
}

double binary_formula(kernel_binary_operation operation, double x, double y) {
  switch (operation) {
    case KERNEL_ADD: return x + y;
    case KERNEL_SUBTRACT: return x - y;
    case KERNEL_MULTIPLY: return x * y;
    case KERNEL_DIVIDE: return x / y;
    case KERNEL_REMAINDER: {
      const double r = fmod(x, y);
      return r != 0 && (r < 0) != (y < 0) ? r + y : r;
    }
    case KERNEL_POWER: return pow(x, y);
    case KERNEL_LARGER: return x > y ? x : y;
    case KERNEL_SMALLER: return x < y ? x : y;
    case KERNEL_ATAN2: return atan2(x, y);
    case KERNEL_SIGMOID_GRADIENT: return y * x * (1 - x);
    case KERNEL_TANH_GRADIENT: return y * (1 - x * x);
    case KERNEL_RELU_GRADIENT: return x > 0 ? y : 0;
    case KERNEL_GELU_GRADIENT:
      return y * (normal_distribution(x) + x * exp(-0.5 * x * x) / sqrt(2 * pi));
    case KERNEL_GELU_TANH_GRADIENT: return y * gelu_tanh_gradient(x);
    case KERNEL_SILU_GRADIENT: return y * sigmoid(x) * (1 + x * (1 - sigmoid(x)));
  }
  return NAN;
}

uint8_t comparison_formula(kernel_comparison comparison, double x, double y) {
  switch (comparison) {
    case KERNEL_EQUAL: return x == y;
    case KERNEL_NOT_EQUAL: return x != y;
    case KERNEL_LESS: return x < y;
    case KERNEL_LESS_OR_EQUAL: return x <= y;
    case KERNEL_GREATER: return x > y;
    case KERNEL_GREATER_OR_EQUAL: return x >= y;
  }
  return 2;
}
