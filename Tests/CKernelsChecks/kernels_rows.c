#include "kernels_rows.h"

#include "check.h"

static void softmax(ptrdiff_t rows, ptrdiff_t count) {
  const ptrdiff_t size = rows * count;
  const float *x = check_floats(size), *dy = check_floats(size);
  float *y = check_results(size), *dx = check_results(size);
  float *log_y = check_results(size), *log_dx = check_results(size);
  kernel_softmax_float32(x, y, rows, count);
  kernel_log_softmax_float32(x, log_y, rows, count);
  kernel_softmax_backward_float32(y, dy, dx, rows, count);
  kernel_log_softmax_backward_float32(log_y, dy, log_dx, rows, count);
  for (ptrdiff_t first = 0; first < size; first += count) {
    double sum = 0, product = 0, gradient = 0;
    for (ptrdiff_t i = first; i < first + count; i++) {
      sum += exp(x[i]);
      product += (double)y[i] * dy[i];
      gradient += dy[i];
    }
    for (ptrdiff_t i = first; i < first + count; i++) {
      EXPECT_CLOSE(y[i], exp(x[i]) / sum, 1e-6);
      EXPECT_CLOSE(log_y[i], x[i] - log(sum), 1e-6);
      EXPECT_CLOSE(dx[i], y[i] * (dy[i] - product), 1e-5);
      EXPECT_CLOSE(log_dx[i], dy[i] - exp(log_y[i]) * gradient, 1e-5);
    }
  }
}

CHECK(softmax) {
  FOR_LENGTHS(n) {
    for (ptrdiff_t rows = 0; rows < 4; rows++) softmax(rows, n);
    const float *x = check_special_floats(n);
    float *y = check_results(n);
    kernel_softmax_float32(x, y, 1, n);
    kernel_log_softmax_float32(x, y, 1, n);
  }
  softmax(2, 4096 + 17);
}
