#ifndef MYELIN_KERNELS_PRODUCTS_H
#define MYELIN_KERNELS_PRODUCTS_H

#include <stdint.h>

// Products too small, or too thin, for a library. All strides count elements and may be anything.

/// c[i, j] = Σ_p a[i, p] · b[p, j] (+ bias[j] where `bias` is not NULL), c [m, n] row-major
/// without gaps. Each sum runs in the order of p.
void kernel_product_small_float32(int64_t m, int64_t n, int64_t k, const float *a, int64_t a_row,
                                  int64_t a_column, const float *b, int64_t b_row,
                                  int64_t b_column, const float *bias, int64_t bias_stride,
                                  float *c);

/// y[i] = Σ_p matrix[i, p] · x[p] (+ bias[i] where `bias` is not NULL), y without gaps.
void kernel_product_vector_float32(int64_t rows, int64_t depth, const float *matrix,
                                   int64_t row_stride, int64_t depth_stride, const float *x,
                                   int64_t x_stride, const float *bias, int64_t bias_stride,
                                   float *y);

/// y[i] = Σ_part partials[part · stride + i], in the order of the parts.
void kernel_sum_partials_float32(int64_t count, int64_t parts, const float *partials,
                                 int64_t stride, float *y);

#endif
