#include "kernels_reduce.h"

#include "check.h"

static const kernel_reduction reductions[] = {KERNEL_TOTAL, KERNEL_LARGEST, KERNEL_SMALLEST};

static double start(kernel_reduction reduction) {
  return reduction == KERNEL_TOTAL ? 0 : reduction == KERNEL_LARGEST ? -INFINITY : INFINITY;
}

static double combine(kernel_reduction reduction, double a, double b) {
  if (reduction == KERNEL_TOTAL) return a + b;
  if (isnan(a) || isnan(b)) return NAN;
  return (reduction == KERNEL_LARGEST) == (a > b) ? a : b;
}

static void reduce(ptrdiff_t rows, ptrdiff_t count, ptrdiff_t gap, bool is_special) {
  const ptrdiff_t stride = count + gap, size = rows > 0 ? (rows - 1) * stride + count : 0;
  const float *x = is_special ? check_special_floats(size) : check_floats(size);
  for (int r = is_special; r < 3; r++) {
    double *columns = check_memory((size_t)count * sizeof *columns);
    double *totals = check_memory((size_t)count * sizeof *totals), total = start(reductions[r]);
    for (ptrdiff_t i = 0; i < count; i++) {
      columns[i] = totals[i] = start(reductions[r]);
      for (ptrdiff_t row = 0; row < rows; row++) {
        columns[i] = combine(reductions[r], columns[i], x[row * stride + i]);
        total = combine(reductions[r], total, x[row * stride + i]);
      }
    }
    EXPECT_CLOSE(kernel_reduce_rows_float32(reductions[r], x, rows, stride, count), total, 1e-4);
    kernel_reduce_columns_float32(reductions[r], x, rows, stride, count, totals);
    for (ptrdiff_t i = 0; i < count; i++) EXPECT_CLOSE(totals[i], columns[i], 1e-4);
  }
}

CHECK(reduce) {
  FOR_LENGTHS(n) {
    for (ptrdiff_t rows = 0; rows < 6; rows++) reduce(rows, n, rows % 3, false);
    reduce(3, n, 1, true);
    reduce(n, 3, 2, false);
  }
  reduce(1, 4096, 0, false);
  reduce(2, 4097, 3, false);
  reduce(300, 70, 1, false);
}

CHECK(argument) {
  FOR_LENGTHS(n) {
    if (n == 0) continue;
    const float *x = n % 2 ? check_floats(n) : check_special_floats(n);
    for (int r = 1; r < 3; r++) {
      ptrdiff_t best = 0;
      for (ptrdiff_t i = 1; i < n && !isnan(x[best]); i++)
        if (isnan(x[i]) || (r == 1 ? x[i] > x[best] : x[i] < x[best])) best = i;
      EXPECT(kernel_argument_float32(reductions[r], x, n) == best);
    }
  }
}

CHECK(running_sum) {
  FOR_LENGTHS(n) {
    const float *x = check_floats(n);
    float *forward = check_results(n), *backward = check_results(n);
    kernel_running_sum_float32(x, forward, n, 0);
    kernel_running_sum_float32(x, backward, n, 1);
    double sum = 0, reverse = 0;
    for (ptrdiff_t i = 0; i < n; i++) {
      EXPECT_CLOSE(forward[i], sum += x[i], 1e-6);
      EXPECT_CLOSE(backward[n - 1 - i], reverse += x[n - 1 - i], 1e-6);
    }
  }
}
