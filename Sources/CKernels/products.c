#include "kernels_products.h"

#include <string.h>

#include "lanes.h"
#include "variants.h"

enum {
  // Rows of b that are gathered at a time: 8 KiB, which stay in the first-level cache.
  DEPTH_STEP = 128,
  // Rows of a matrix that are added at a time to a stretch of a product with a vector.
  VECTOR_DEPTH_STEP = 64,
};

#define INLINE static inline __attribute__((always_inline))
#define KERNEL_LOOPS "products.inc"
#include "variants.inc"

void kernel_product_small_float32(int64_t m, int64_t n, int64_t k, const float *a, int64_t a_row,
                                  int64_t a_column, const float *b, int64_t b_row,
                                  int64_t b_column, const float *bias, int64_t bias_stride,
                                  float *c) {
  CHOOSE(kernel_product_small_float32, m, n, k, a, a_row, a_column, b, b_row, b_column, bias,
         bias_stride, c);
}

void kernel_product_vector_float32(int64_t rows, int64_t depth, const float *matrix,
                                   int64_t row_stride, int64_t depth_stride, const float *x,
                                   int64_t x_stride, const float *bias, int64_t bias_stride,
                                   float *y) {
  CHOOSE(kernel_product_vector_float32, rows, depth, matrix, row_stride, depth_stride, x, x_stride,
         bias, bias_stride, y);
}

void kernel_sum_partials_float32(int64_t count, int64_t parts, const float *partials,
                                 int64_t stride, float *y) {
  CHOOSE(kernel_sum_partials_float32, count, parts, partials, stride, y);
}
