#include "kernels_normalization.h"

#include "lanes.h"
#include "variants.h"

enum { BLOCK = 4096, CHUNK = LANES };

void kernel_moments_merge(kernel_moments *moments, const kernel_moments *other) {
  const double count = moments->count + other->count;
  if (count == 0) return;
  const double difference = other->mean - moments->mean, share = other->count / count;
  moments->mean += difference * share;
  moments->squares += other->squares + difference * difference * moments->count * share;
  moments->count = count;
}

// Σ (x − mean)² from Σ (x − center)² where the mean is center + rest; not below zero, NaN stays.
static inline double squares_about(double squares, double count, double rest) {
  const double result = squares - count * rest * rest;
  return result < 0 ? 0 : result;
}

#define KERNEL_LOOPS "normalization.inc"
#include "variants.inc"

void kernel_moments_rows_float32(const float *x, ptrdiff_t rows, ptrdiff_t stride,
                                 ptrdiff_t count, kernel_moments *moments) {
  CHOOSE(kernel_moments_rows_float32, x, rows, stride, count, moments);
}

void kernel_moments_columns_float32(const float *x, ptrdiff_t rows, ptrdiff_t columns,
                                    kernel_moments *moments) {
  CHOOSE(kernel_moments_columns_float32, x, rows, columns, moments);
}

void kernel_normalize_row_float32(const float *x, float *y, ptrdiff_t count, float mean,
                                  float factor, float shift) {
  CHOOSE(kernel_normalize_row_float32, x, y, count, mean, factor, shift);
}

void kernel_normalize_scaled_row_float32(const float *x, float *y, ptrdiff_t count, float mean,
                                         float factor, const float *scale, const float *shift) {
  CHOOSE(kernel_normalize_scaled_row_float32, x, y, count, mean, factor, scale, shift);
}

void kernel_normalize_columns_float32(const float *x, float *y, ptrdiff_t rows, ptrdiff_t columns,
                                      const float *mean, const float *factor, const float *shift) {
  CHOOSE(kernel_normalize_columns_float32, x, y, rows, columns, mean, factor, shift);
}

void kernel_normalize_sums_rows_float32(const float *x, const float *dy, ptrdiff_t rows,
                                        ptrdiff_t stride, ptrdiff_t count, float mean,
                                        double *sums) {
  CHOOSE(kernel_normalize_sums_rows_float32, x, dy, rows, stride, count, mean, sums);
}

void kernel_normalize_sums_columns_float32(const float *x, const float *dy, ptrdiff_t rows,
                                           ptrdiff_t columns, const float *mean, double *sums,
                                           double *products) {
  CHOOSE(kernel_normalize_sums_columns_float32, x, dy, rows, columns, mean, sums, products);
}

void kernel_normalize_backward_row_float32(const float *x, const float *dy, float *dx,
                                           ptrdiff_t count, float mean, float a, float b,
                                           float c) {
  CHOOSE(kernel_normalize_backward_row_float32, x, dy, dx, count, mean, a, b, c);
}

void kernel_normalize_backward_columns_float32(const float *x, const float *dy, float *dx,
                                               ptrdiff_t rows, ptrdiff_t columns,
                                               const float *mean, const float *a, const float *b,
                                               const float *c) {
  CHOOSE(kernel_normalize_backward_columns_float32, x, dy, dx, rows, columns, mean, a, b, c);
}

void kernel_normalize_backward_scaled_row_float32(const float *x, const float *dy, float *dx,
                                                  ptrdiff_t count, float mean, float factor,
                                                  const float *scale) {
  CHOOSE(kernel_normalize_backward_scaled_row_float32, x, dy, dx, count, mean, factor, scale);
}

void kernel_normalize_scale_sums_float32(const float *x, const float *dy, ptrdiff_t count,
                                         float mean, float factor, float *products, float *sums) {
  CHOOSE(kernel_normalize_scale_sums_float32, x, dy, count, mean, factor, products, sums);
}
