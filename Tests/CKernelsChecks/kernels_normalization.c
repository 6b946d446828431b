#include "kernels_normalization.h"

#include "check.h"

static void expect_moments(const kernel_moments *found, const float *x, ptrdiff_t rows,
                           ptrdiff_t stride, ptrdiff_t count) {
  const double n = (double)(rows * count);
  double mean = 0, squares = 0;
  for (ptrdiff_t row = 0; row < rows; row++)
    for (ptrdiff_t i = 0; i < count; i++) mean += x[row * stride + i] / n;
  for (ptrdiff_t row = 0; row < rows; row++)
    for (ptrdiff_t i = 0; i < count; i++)
      squares += (x[row * stride + i] - mean) * (x[row * stride + i] - mean);
  EXPECT(found->count == n);
  EXPECT_CLOSE(found->mean, mean, 1e-5);
  EXPECT_CLOSE(found->squares, squares, 1e-5);
}

static void moments(ptrdiff_t rows, ptrdiff_t count, ptrdiff_t gap) {
  const ptrdiff_t stride = count + gap;
  const float *x = check_floats((rows - 1) * stride + count);
  kernel_moments all = {0, 0, 0}, halves[2] = {{0, 0, 0}, {0, 0, 0}};
  kernel_moments_rows_float32(x, rows, stride, count, &all);
  expect_moments(&all, x, rows, stride, count);
  kernel_moments_rows_float32(x, rows / 2, stride, count, &halves[0]);
  kernel_moments_rows_float32(x + rows / 2 * stride, rows - rows / 2, stride, count, &halves[1]);
  kernel_moments_merge(&halves[0], &halves[1]);
  expect_moments(&halves[0], x, rows, stride, count);

  const float *dense = check_floats(rows * count);
  kernel_moments *columns = check_memory((size_t)count * sizeof *columns);
  for (ptrdiff_t i = 0; i < count; i++) columns[i] = (kernel_moments){0, 0, 0};
  kernel_moments_columns_float32(dense, rows, count, columns);
  for (ptrdiff_t i = 0; i < count; i++) expect_moments(&columns[i], dense + i, rows, count, 1);
}

CHECK(moments) {
  FOR_LENGTHS(n) {
    if (n == 0) continue;
    for (ptrdiff_t rows = 1; rows < 5; rows++) moments(rows, n, rows % 3);
    moments(n, 3, 2);
  }
  moments(2, 4096 + 35, 1);
  moments(700, 20, 0);
}

static void forward(ptrdiff_t n, ptrdiff_t rows) {
  const float *x = check_floats(n), *scale = check_floats(n), *shift = check_floats(n);
  float *y = check_results(n);
  kernel_normalize_row_float32(x, y, n, 0.5f, 2.0f, -1.0f);
  for (ptrdiff_t i = 0; i < n; i++) EXPECT_CLOSE(y[i], (x[i] - 0.5) * 2 - 1, 1e-6);
  for (int given = 0; given < 4; given++) {
    float *z = check_results(n);
    kernel_normalize_scaled_row_float32(x, z, n, 0.5f, 2.0f, given & 1 ? scale : NULL,
                                        given & 2 ? shift : NULL);
    for (ptrdiff_t i = 0; i < n; i++)
      EXPECT_CLOSE(z[i],
                   (x[i] - 0.5) * 2 * (given & 1 ? scale[i] : 1) + (given & 2 ? shift[i] : 0),
                   1e-6);
  }
  const float *many = check_floats(rows * n), *mean = check_floats(n);
  float *z = check_results(rows * n);
  kernel_normalize_columns_float32(many, z, rows, n, mean, scale, shift);
  for (ptrdiff_t i = 0; i < rows * n; i++) {
    const ptrdiff_t c = i % n;
    EXPECT_CLOSE(z[i], ((double)many[i] - mean[c]) * scale[c] + shift[c], 1e-6);
  }
}

static void sums(ptrdiff_t rows, ptrdiff_t n, ptrdiff_t gap) {
  const ptrdiff_t stride = n + gap, size = n > 0 ? (rows - 1) * stride + n : 0;
  const float *x = check_floats(size), *dy = check_floats(size);
  double found[2] = {1, 2}, expected[2] = {1, 2};
  kernel_normalize_sums_rows_float32(x, dy, rows, stride, n, 0.5f, found);
  for (ptrdiff_t row = 0; row < rows; row++)
    for (ptrdiff_t i = row * stride; i < row * stride + n; i++) {
      expected[0] += dy[i];
      expected[1] += dy[i] * (x[i] - 0.5);
    }
  EXPECT_CLOSE(found[0], expected[0], 1e-4);
  EXPECT_CLOSE(found[1], expected[1], 1e-4);
}

static void sums_of_columns(ptrdiff_t rows, ptrdiff_t n) {
  const float *x = check_floats(rows * n), *dy = check_floats(rows * n), *mean = check_floats(n);
  double *sums = check_memory((size_t)n * sizeof *sums);
  double *products = check_memory((size_t)n * sizeof *products);
  for (ptrdiff_t c = 0; c < n; c++) sums[c] = products[c] = 1;
  kernel_normalize_sums_columns_float32(x, dy, rows, n, mean, sums, products);
  for (ptrdiff_t c = 0; c < n; c++) {
    double sum = 1, product = 1;
    for (ptrdiff_t i = c; i < rows * n; i += n) {
      sum += dy[i];
      product += dy[i] * ((double)x[i] - mean[c]);
    }
    EXPECT_CLOSE(sums[c], sum, 1e-4);
    EXPECT_CLOSE(products[c], product, 1e-4);
  }
}

static void backward(ptrdiff_t n, ptrdiff_t rows) {
  const float *x = check_floats(n), *dy = check_floats(n), *scale = check_floats(n);
  float *dx = check_results(n);
  kernel_normalize_backward_row_float32(x, dy, dx, n, 0.5f, 2.0f, 3.0f, 4.0f);
  for (ptrdiff_t i = 0; i < n; i++)
    EXPECT_CLOSE(dx[i], 2 * (double)dy[i] + 3 * (x[i] - 0.5) + 4, 1e-6);
  for (int scales = 0; scales < 2; scales++) {
    kernel_normalize_backward_scaled_row_float32(x, dy, dx, n, 0.5f, 2.0f, scales ? scale : NULL);
    double average = 0, slope = 0;
    for (ptrdiff_t i = 0; i < n; i++) {
      const double g = (double)dy[i] * (scales ? scale[i] : 1);
      average += g / (double)n;
      slope += g * (x[i] - 0.5) * 2 / (double)n;
    }
    for (ptrdiff_t i = 0; i < n; i++) {
      const double g = (double)dy[i] * (scales ? scale[i] : 1);
      EXPECT_CLOSE(dx[i], 2 * (g - average - (x[i] - 0.5) * 2 * slope), 1e-4);
    }
  }
  float *products = check_floats(n), *sums = check_floats(n);
  double *wanted = check_memory((size_t)(2 * n) * sizeof *wanted);
  for (ptrdiff_t i = 0; i < n; i++) {
    wanted[2 * i] = products[i] + dy[i] * (x[i] - 0.5) * 2;
    wanted[2 * i + 1] = (double)sums[i] + dy[i];
  }
  kernel_normalize_scale_sums_float32(x, dy, n, 0.5f, 2.0f, products, sums);
  for (ptrdiff_t i = 0; i < n; i++) {
    EXPECT_CLOSE(products[i], wanted[2 * i], 1e-5);
    EXPECT_CLOSE(sums[i], wanted[2 * i + 1], 1e-5);
  }
  const float *many = check_floats(rows * n), *gradient = check_floats(rows * n);
  const float *mean = check_floats(n), *a = check_floats(n), *b = check_floats(n);
  const float *c = check_floats(n);
  float *result = check_results(rows * n);
  kernel_normalize_backward_columns_float32(many, gradient, result, rows, n, mean, a, b, c);
  for (ptrdiff_t i = 0; i < rows * n; i++) {
    const ptrdiff_t k = i % n;
    EXPECT_CLOSE(result[i], (double)a[k] * gradient[i] + b[k] * ((double)many[i] - mean[k]) + c[k],
                 1e-5);
  }
}

CHECK(normalization) {
  FOR_LENGTHS(n) {
    forward(n, 3);
    backward(n, 3);
    for (ptrdiff_t rows = 1; rows < 5; rows++) {
      sums(rows, n, rows % 3);
      sums_of_columns(rows, n);
    }
  }
  backward(4096 + 35, 1);
  sums(2, 4096 + 35, 1);
  sums_of_columns(700, 20);
}
