#include "kernels_elementwise.h"

#include "check.h"
#include "elementwise_formulas.h"

CHECK(unary) {
  FOR_LENGTHS(n) {
    const float *x = check_floats(n), *special = check_special_floats(n);
    for (int operation = 0; operation <= KERNEL_LEAKY_RELU; operation++) {
      float *y = check_results(n);
      kernel_unary_float32(operation, x, y, n, -0.5f, 0.75f);
      for (ptrdiff_t i = 0; i < n; i++)
        EXPECT_CLOSE(y[i], unary_formula(operation, x[i], -0.5, 0.75), 3e-5);
      kernel_unary_float32(operation, special, y, n, 0.5f, 0.75f);
    }
  }
}

CHECK(binary) {
  FOR_LENGTHS(n) {
    for (int steps = 0; steps < 4; steps++) {
      const ptrdiff_t xs = steps & 1, ys = steps >> 1;
      const float *x = check_floats(xs ? n : 1), *y = check_floats(ys ? n : 1);
      const float *special = check_special_floats(xs ? n : 1);
      for (int operation = 0; operation <= KERNEL_SILU_GRADIENT; operation++) {
        float *z = check_results(n);
        kernel_binary_float32(operation, x, xs, y, ys, z, n);
        for (ptrdiff_t i = 0; i < n; i++)
          EXPECT_CLOSE(z[i], binary_formula(operation, x[i * xs], y[i * ys]), 3e-5);
        kernel_binary_float32(operation, special, xs, y, ys, z, n);
      }
    }
  }
}

#define COMPARISONS(kernel, x, y)                                                             \
  for (int comparison = 0; comparison <= KERNEL_GREATER_OR_EQUAL; comparison++) {             \
    uint8_t *z = check_bytes(n, 0);                                                           \
    kernel(comparison, x, xs, y, ys, z, n);                                                   \
    for (ptrdiff_t i = 0; i < n; i++)                                                         \
      EXPECT(z[i] == comparison_formula(comparison, (double)x[i * xs], (double)y[i * ys]));   \
  }

CHECK(compare) {
  FOR_LENGTHS(n) {
    for (int steps = 0; steps < 4; steps++) {
      const ptrdiff_t xs = steps & 1, ys = steps >> 1, xn = xs ? n : 1, yn = ys ? n : 1;
      const float *x = check_special_floats(xn), *y = check_special_floats(yn);
      COMPARISONS(kernel_compare_float32, x, y)
      int64_t *a = check_memory((size_t)xn * sizeof *a), *b = check_memory((size_t)yn * sizeof *b);
      for (ptrdiff_t i = 0; i < xn; i++) a[i] = (int64_t)(check_random() % 3) - 1;
      for (ptrdiff_t i = 0; i < yn; i++) b[i] = (int64_t)(check_random() % 3) - 1;
      COMPARISONS(kernel_compare_int64, a, b)
    }
  }
}

CHECK(select) {
  FOR_LENGTHS(n) {
    for (int steps = 0; steps < 8; steps++) {
      const ptrdiff_t cs = steps & 1, xs = steps >> 1 & 1, ys = steps >> 2;
      const uint8_t *condition = check_bytes(cs ? n : 1, 2);
      const float *x = check_floats(xs ? n : 1), *y = check_floats(ys ? n : 1);
      float *z = check_results(n);
      kernel_select_float32(condition, cs, x, xs, y, ys, z, n);
      for (ptrdiff_t i = 0; i < n; i++)
        EXPECT(z[i] == (condition[i * cs] ? x[i * xs] : y[i * ys]));
    }
  }
}

CHECK(fill_and_add) {
  FOR_LENGTHS(n) {
    const float *x = check_floats(n);
    float *y = check_results(n);
    kernel_fill_float32(0.5f, y, n);
    for (ptrdiff_t i = 0; i < n; i++) EXPECT(y[i] == 0.5f);
    kernel_add_scaled_float32(3.0f, x, y, n);
    for (ptrdiff_t i = 0; i < n; i++) EXPECT_CLOSE(y[i], 0.5 + 3.0 * x[i], 1e-6);
  }
}
