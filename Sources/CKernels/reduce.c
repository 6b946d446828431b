#include "kernels_reduce.h"

#include "lanes.h"
#include "mathematics.h"
#include "variants.h"

enum { BLOCK = 4096, COLUMN_ROWS = 128 };

#define KERNEL_LOOPS "reduce.inc"
#include "variants.inc"

double kernel_reduce_rows_float32(kernel_reduction reduction, const float *x, ptrdiff_t rows,
                                  ptrdiff_t stride, ptrdiff_t count) {
  return CHOOSE(kernel_reduce_rows_float32, reduction, x, rows, stride, count);
}

void kernel_reduce_columns_float32(kernel_reduction reduction, const float *x, ptrdiff_t rows,
                                   ptrdiff_t stride, ptrdiff_t columns, double *totals) {
  CHOOSE(kernel_reduce_columns_float32, reduction, x, rows, stride, columns, totals);
}

ptrdiff_t kernel_argument_float32(kernel_reduction reduction, const float *x, ptrdiff_t count) {
  const float best = (float)kernel_reduce_rows_float32(reduction, x, 1, 0, count);
  for (ptrdiff_t i = 0; i < count; i++)
    if (x[i] == best || x[i] != x[i]) return i;
  return 0;
}

void kernel_running_sum_float32(const float *x, float *y, ptrdiff_t count, int is_reversed) {
  double total = 0;
  if (is_reversed) {
    for (ptrdiff_t i = count - 1; i >= 0; i--) y[i] = (float)(total += (double)x[i]);
  } else {
    for (ptrdiff_t i = 0; i < count; i++) y[i] = (float)(total += (double)x[i]);
  }
}
