#ifndef MYELIN_KERNELS_NORMALIZATION_H
#define MYELIN_KERNELS_NORMALIZATION_H

#include <stddef.h>

/// How many elements have been seen, their mean, and the sum of their squared distances from it.
typedef struct {
  double count, mean, squares;
} kernel_moments;

/// Adds `rows` rows of `count` consecutive elements, `stride` apart, to `moments`. Blocks of some
/// 4,096 elements are measured about their own mean, then combined in float64 (T. F. Chan,
/// G. H. Golub and R. J. LeVeque, 1983): nothing cancels.
void kernel_moments_rows_float32(const float *x, ptrdiff_t rows, ptrdiff_t stride,
                                 ptrdiff_t count, kernel_moments *moments);

/// The same for each of `columns` columns of consecutive rows.
void kernel_moments_columns_float32(const float *x, ptrdiff_t rows, ptrdiff_t columns,
                                    kernel_moments *moments);

/// Adds what `other` has seen.
void kernel_moments_merge(kernel_moments *moments, const kernel_moments *other);

/// y = (x − mean) · factor + shift over one row.
void kernel_normalize_row_float32(const float *x, float *y, ptrdiff_t count, float mean,
                                  float factor, float shift);

/// y = (x − mean) · factor · scale[i] + shift[i] over one row; scale and shift may be NULL.
void kernel_normalize_scaled_row_float32(const float *x, float *y, ptrdiff_t count, float mean,
                                         float factor, const float *scale, const float *shift);

/// y = (x − mean[i]) · factor[i] + shift[i] over `rows` consecutive rows.
void kernel_normalize_columns_float32(const float *x, float *y, ptrdiff_t rows, ptrdiff_t columns,
                                      const float *mean, const float *factor, const float *shift);

/// Adds Σ dy and Σ dy · (x − mean) over `rows` rows, `stride` apart, to `sums`.
void kernel_normalize_sums_rows_float32(const float *x, const float *dy, ptrdiff_t rows,
                                        ptrdiff_t stride, ptrdiff_t count, float mean,
                                        double *sums);

/// Adds Σ dy to `sums` and Σ dy · (x − mean[i]) to `products`, for each column.
void kernel_normalize_sums_columns_float32(const float *x, const float *dy, ptrdiff_t rows,
                                           ptrdiff_t columns, const float *mean, double *sums,
                                           double *products);

/// dx = a · dy + b · (x − mean) + c over one row.
void kernel_normalize_backward_row_float32(const float *x, const float *dy, float *dx,
                                           ptrdiff_t count, float mean, float a, float b, float c);

/// The same with the numbers of each column, over `rows` consecutive rows.
void kernel_normalize_backward_columns_float32(const float *x, const float *dy, float *dx,
                                               ptrdiff_t rows, ptrdiff_t columns,
                                               const float *mean, const float *a, const float *b,
                                               const float *c);

/// The backward pass over one row that is normalized by itself, with x̂ = (x − mean) · factor and
/// g = dy · scale[i]: dx = factor · (g − avg g − x̂ · avg(g · x̂)). scale may be NULL.
void kernel_normalize_backward_scaled_row_float32(const float *x, const float *dy, float *dx,
                                                  ptrdiff_t count, float mean, float factor,
                                                  const float *scale);

/// Adds dy · x̂ to `products` and dy to `sums` over one row, column by column.
void kernel_normalize_scale_sums_float32(const float *x, const float *dy, ptrdiff_t count,
                                         float mean, float factor, float *products, float *sums);

#endif
