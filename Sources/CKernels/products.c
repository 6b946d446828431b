#include "kernels_products.h"

#include <string.h>

// The loops are written once, on vectors of 16 numbers, and compiled per instruction set: one
// 512-bit register, two of 256 bits or four of 128.
#define INLINE static inline __attribute__((always_inline))

typedef float vector __attribute__((vector_size(64)));
typedef float unaligned_vector __attribute__((vector_size(64), aligned(4), may_alias));

enum {
  width = 16,
  // Rows of b that are gathered at a time: 8 KiB, which stay in the first-level cache.
  depth_step = 128,
  // Rows of a matrix that are added at a time to a stretch of a product with a vector.
  vector_depth_step = 64,
};

// One panel of at most 16 columns of c, `rows` (1 or 4) rows of it: adds `depth` products to what
// `c` or, at the start of the sum, `initial` holds.
INLINE void add_panel(int rows, int64_t depth, const float *a, int64_t a_row, int64_t a_column,
                      const float *b, int64_t b_row, const vector *initial, float *c, int64_t c_row,
                      int64_t columns) {
  vector sums[4];
  for (int i = 0; i < rows; i++) {
    if (initial) {
      sums[i] = *initial;
    } else if (columns == width) {
      sums[i] = *(const unaligned_vector *)(c + i * c_row);
    } else {
      sums[i] = (vector){0};
      for (int64_t j = 0; j < columns; j++) sums[i][j] = c[i * c_row + j];
    }
  }
  for (int64_t p = 0; p < depth; p++) {
    vector row = *(const unaligned_vector *)(b + p * b_row);
    for (int i = 0; i < rows; i++) sums[i] += row * a[i * a_row + p * a_column];
  }
  for (int i = 0; i < rows; i++) {
    if (columns == width)
      *(unaligned_vector *)(c + i * c_row) = sums[i];
    else
      memcpy(c + i * c_row, &sums[i], (size_t)columns * sizeof(float));
  }
}

INLINE void small(int64_t m, int64_t n, int64_t k, const float *a, int64_t a_row, int64_t a_column,
                  const float *b, int64_t b_row, int64_t b_column, const float *bias,
                  int64_t bias_stride, float *c) {
  float gathered[depth_step * width] __attribute__((aligned(64)));
  for (int64_t first = 0; first < n; first += width) {
    int64_t columns = n - first < width ? n - first : width;
    vector initial = {0};
    if (bias)
      for (int64_t j = 0; j < columns; j++) initial[j] = bias[(first + j) * bias_stride];
    for (int64_t start = 0; start == 0 || start < k; start += depth_step) {
      int64_t depth = k - start < depth_step ? k - start : depth_step;
      const float *panel = b + start * b_row + first * b_column;
      int64_t panel_row = b_row;
      if (columns < width || b_column != 1) {
        for (int64_t p = 0; p < depth; p++) {
          vector row = {0};
          for (int64_t j = 0; j < columns; j++) row[j] = panel[p * b_row + j * b_column];
          *(vector *)(gathered + p * width) = row;
        }
        panel = gathered;
        panel_row = width;
      }
      const vector *begin = start == 0 ? &initial : NULL;
      const float *left = a + start * a_column;
      int64_t i = 0;
      for (; i + 4 <= m; i += 4)
        add_panel(4, depth, left + i * a_row, a_row, a_column, panel, panel_row, begin,
                  c + i * n + first, n, columns);
      for (; i < m; i++)
        add_panel(1, depth, left + i * a_row, a_row, a_column, panel, panel_row, begin,
                  c + i * n + first, n, columns);
    }
  }
}

// y[i] as dot products: the matrix's rows and x have no gaps.
INLINE void by_rows(int64_t rows, int64_t depth, const float *matrix, int64_t row_stride,
                    const float *x, const float *bias, int64_t bias_stride, float *y) {
  for (int64_t i = 0; i < rows; i++) {
    const float *row = matrix + i * row_stride;
    vector sums[4] = {{0}, {0}, {0}, {0}};
    int64_t p = 0;
    for (; p + 4 * width <= depth; p += 4 * width)
      for (int part = 0; part < 4; part++)
        sums[part] += *(const unaligned_vector *)(row + p + part * width) *
                      *(const unaligned_vector *)(x + p + part * width);
    for (; p + width <= depth; p += width)
      sums[0] += *(const unaligned_vector *)(row + p) * *(const unaligned_vector *)(x + p);
    vector lanes = (sums[0] + sums[1]) + (sums[2] + sums[3]);
    float sum = bias ? bias[i * bias_stride] : 0;
    for (int lane = 0; lane < width; lane++) sum += lanes[lane];
    for (; p < depth; p++) sum += row[p] * x[p];
    y[i] = sum;
  }
}

// y as a sum of the matrix's columns, which have no gaps.
INLINE void by_columns(int64_t rows, int64_t depth, const float *matrix, int64_t depth_stride,
                       const float *x, int64_t x_stride, const float *bias, int64_t bias_stride,
                       float *y) {
  for (int64_t i = 0; i < rows; i++) y[i] = bias ? bias[i * bias_stride] : 0;
  for (int64_t start = 0; start < depth; start += vector_depth_step) {
    int64_t end = depth - start < vector_depth_step ? depth : start + vector_depth_step;
    int64_t i = 0;
    for (; i + 4 * width <= rows; i += 4 * width) {
      vector sums[4];
      for (int part = 0; part < 4; part++)
        sums[part] = *(const unaligned_vector *)(y + i + part * width);
      for (int64_t p = start; p < end; p++)
        for (int part = 0; part < 4; part++)
          sums[part] += *(const unaligned_vector *)(matrix + p * depth_stride + i + part * width) *
                        x[p * x_stride];
      for (int part = 0; part < 4; part++)
        *(unaligned_vector *)(y + i + part * width) = sums[part];
    }
    for (int64_t p = start; p < end; p++)
      for (int64_t j = i; j < rows; j++) y[j] += matrix[p * depth_stride + j] * x[p * x_stride];
  }
}

INLINE void by_vector(int64_t rows, int64_t depth, const float *matrix, int64_t row_stride,
                      int64_t depth_stride, const float *x, int64_t x_stride, const float *bias,
                      int64_t bias_stride, float *y) {
  if (depth_stride == 1 && x_stride == 1)
    return by_rows(rows, depth, matrix, row_stride, x, bias, bias_stride, y);
  if (row_stride == 1)
    return by_columns(rows, depth, matrix, depth_stride, x, x_stride, bias, bias_stride, y);
  for (int64_t i = 0; i < rows; i++) {
    float sum = bias ? bias[i * bias_stride] : 0;
    for (int64_t p = 0; p < depth; p++)
      sum += matrix[i * row_stride + p * depth_stride] * x[p * x_stride];
    y[i] = sum;
  }
}

INLINE void sum_partials(int64_t count, int64_t parts, const float *partials, int64_t stride,
                         float *y) {
  for (int64_t i = 0; i < count; i++) {
    float sum = partials[i];
    for (int64_t part = 1; part < parts; part++) sum += partials[part * stride + i];
    y[i] = sum;
  }
}

#define VARIANT(suffix, attributes)                                                              \
  attributes static void kernel_product_small_float32_##suffix(                                  \
      int64_t m, int64_t n, int64_t k, const float *a, int64_t a_row, int64_t a_column,          \
      const float *b, int64_t b_row, int64_t b_column, const float *bias, int64_t bias_stride,   \
      float *c) {                                                                                \
    small(m, n, k, a, a_row, a_column, b, b_row, b_column, bias, bias_stride, c);                \
  }                                                                                              \
  attributes static void kernel_product_vector_float32_##suffix(                                 \
      int64_t rows, int64_t depth, const float *matrix, int64_t row_stride,                      \
      int64_t depth_stride, const float *x, int64_t x_stride, const float *bias,                 \
      int64_t bias_stride, float *y) {                                                           \
    by_vector(rows, depth, matrix, row_stride, depth_stride, x, x_stride, bias, bias_stride, y); \
  }                                                                                              \
  attributes static void kernel_sum_partials_float32_##suffix(                                   \
      int64_t count, int64_t parts, const float *partials, int64_t stride, float *y) {           \
    sum_partials(count, parts, partials, stride, y);                                             \
  }

VARIANT(portable, )
#if defined(__x86_64__)
VARIANT(avx2, __attribute__((target("avx2,fma"))))
VARIANT(avx512, __attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,avx2,fma"))))
#define CHOOSE(name, arguments)                                                         \
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&        \
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))         \
    name##_avx512 arguments;                                                            \
  else if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))             \
    name##_avx2 arguments;                                                              \
  else                                                                                  \
    name##_portable arguments
#else
#define CHOOSE(name, arguments) name##_portable arguments
#endif

void kernel_product_small_float32(int64_t m, int64_t n, int64_t k, const float *a, int64_t a_row,
                                  int64_t a_column, const float *b, int64_t b_row,
                                  int64_t b_column, const float *bias, int64_t bias_stride,
                                  float *c) {
  CHOOSE(kernel_product_small_float32,
         (m, n, k, a, a_row, a_column, b, b_row, b_column, bias, bias_stride, c));
}

void kernel_product_vector_float32(int64_t rows, int64_t depth, const float *matrix,
                                   int64_t row_stride, int64_t depth_stride, const float *x,
                                   int64_t x_stride, const float *bias, int64_t bias_stride,
                                   float *y) {
  CHOOSE(kernel_product_vector_float32, (rows, depth, matrix, row_stride, depth_stride, x,
                                         x_stride, bias, bias_stride, y));
}

void kernel_sum_partials_float32(int64_t count, int64_t parts, const float *partials,
                                 int64_t stride, float *y) {
  CHOOSE(kernel_sum_partials_float32, (count, parts, partials, stride, y));
}
