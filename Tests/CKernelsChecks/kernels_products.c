#include "kernels_products.h"

#include "check.h"

// A matrix of rows × columns: without gaps, by columns, or with gaps both ways.
typedef struct {
  int64_t row, column, size;
} strides;

static strides strides_of(int64_t rows, int64_t columns, int kind) {
  strides result = kind == 0   ? (strides){columns, 1, 0}
                   : kind == 1 ? (strides){1, rows, 0}
                               : (strides){2 * columns + 1, 2, 0};
  if (rows > 0 && columns > 0)
    result.size = (rows - 1) * result.row + (columns - 1) * result.column + 1;
  return result;
}

static void small(int64_t m, int64_t n, int64_t k, int left, int right, int64_t bias_stride) {
  const strides a = strides_of(m, k, left), b = strides_of(k, n, right);
  const float *x = check_floats(a.size), *y = check_floats(b.size);
  const float *bias = bias_stride >= 0 ? check_floats(n > 0 ? (n - 1) * bias_stride + 1 : 0) : NULL;
  float *c = check_results(m * n);
  kernel_product_small_float32(m, n, k, x, a.row, a.column, y, b.row, b.column, bias, bias_stride,
                               c);
  for (int64_t i = 0; i < m; i++)
    for (int64_t j = 0; j < n; j++) {
      double sum = bias ? bias[j * bias_stride] : 0;
      for (int64_t p = 0; p < k; p++)
        sum += (double)x[i * a.row + p * a.column] * y[p * b.row + j * b.column];
      EXPECT_CLOSE(c[i * n + j], sum, 1e-4);
    }
}

CHECK(product_small) {
  FOR_LENGTHS(n) {
    for (int left = 0; left < 3; left++)
      for (int right = 0; right < 3; right++) {
        const int64_t bias_stride = (left + right) % 4 - 1;
        small(n % 9, n, 5, left, right, bias_stride);
        small(n, n % 7 + 15, 3, left, right, bias_stride);
        small(3, 17, n, left, right, bias_stride);
      }
  }
  small(5, 18, 300, 0, 0, -1);
  small(5, 18, 300, 2, 1, 1);
}

static void vector(int64_t rows, int64_t depth, int kind, int64_t x_stride, int64_t bias_stride) {
  const strides a = strides_of(rows, depth, kind);
  const float *matrix = check_floats(a.size);
  const float *x = check_floats(depth > 0 ? (depth - 1) * x_stride + 1 : 0);
  const float *bias =
      bias_stride >= 0 ? check_floats(rows > 0 ? (rows - 1) * bias_stride + 1 : 0) : NULL;
  float *y = check_results(rows);
  kernel_product_vector_float32(rows, depth, matrix, a.row, a.column, x, x_stride, bias,
                                bias_stride, y);
  for (int64_t i = 0; i < rows; i++) {
    double sum = bias ? bias[i * bias_stride] : 0;
    for (int64_t p = 0; p < depth; p++)
      sum += (double)matrix[i * a.row + p * a.column] * x[p * x_stride];
    EXPECT_CLOSE(y[i], sum, 1e-4);
  }
}

CHECK(product_vector) {
  FOR_LENGTHS(n) {
    for (int kind = 0; kind < 3; kind++)
      for (int64_t x_stride = 1; x_stride <= 2; x_stride++) {
        vector(5, n, kind, x_stride, n % 3 - 1);
        vector(n, 7, kind, x_stride, n % 3 - 1);
      }
  }
  vector(150, 150, 0, 1, -1);
  vector(150, 150, 1, 3, 1);
}

CHECK(sum_partials) {
  FOR_LENGTHS(n) {
    for (int64_t parts = 1; parts <= 5; parts++) {
      const int64_t stride = n + parts % 2;
      const float *partials = check_floats(n > 0 ? (parts - 1) * stride + n : 0);
      float *y = check_results(n);
      kernel_sum_partials_float32(n, parts, partials, stride, y);
      for (int64_t i = 0; i < n; i++) {
        float sum = partials[i];
        for (int64_t part = 1; part < parts; part++) sum += partials[part * stride + i];
        EXPECT(y[i] == sum);
      }
    }
  }
}
