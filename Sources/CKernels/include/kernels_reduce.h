#ifndef MYELIN_KERNELS_REDUCE_H
#define MYELIN_KERNELS_REDUCE_H

#include <stddef.h>
#include <stdint.h>

/// How a reduction combines; NaN stays NaN in `larger` and `smaller`.
typedef enum { KERNEL_TOTAL, KERNEL_LARGEST, KERNEL_SMALLEST } kernel_reduction;

/// Folds `rows` rows of `count` consecutive elements, `stride` apart, into one number. Sums run in
/// float32 over blocks of at most 4,096 elements in 64 lanes, then in float64.
double kernel_reduce_rows_float32(kernel_reduction reduction, const float *x, ptrdiff_t rows,
                                  ptrdiff_t stride, ptrdiff_t count);

/// Folds `rows` rows, `stride` apart, column by column, and combines with what `totals` holds.
/// Sums run in float32 over at most 128 rows, then in float64.
void kernel_reduce_columns_float32(kernel_reduction reduction, const float *x, ptrdiff_t rows,
                                   ptrdiff_t stride, ptrdiff_t columns, double *totals);

/// The place of the first largest (or smallest) of `count` > 0 elements; the first NaN wins.
ptrdiff_t kernel_argument_float32(kernel_reduction reduction, const float *x, ptrdiff_t count);

/// Running sums of one row, from the end where `is_reversed`.
void kernel_running_sum_float32(const float *x, float *y, ptrdiff_t count, int is_reversed);

#endif
