#include "kernels_rows.h"

#include "lanes.h"
#include "mathematics.h"
#include "variants.h"

enum { BLOCK = 4096 };

#define KERNEL_LOOPS "rows.inc"
#include "variants.inc"

void kernel_softmax_float32(const float *x, float *y, ptrdiff_t rows, ptrdiff_t count) {
  CHOOSE(kernel_softmax_float32, x, y, rows, count);
}

void kernel_log_softmax_float32(const float *x, float *y, ptrdiff_t rows, ptrdiff_t count) {
  CHOOSE(kernel_log_softmax_float32, x, y, rows, count);
}

void kernel_softmax_backward_float32(const float *y, const float *dy, float *dx, ptrdiff_t rows,
                                     ptrdiff_t count) {
  CHOOSE(kernel_softmax_backward_float32, y, dy, dx, rows, count);
}

void kernel_log_softmax_backward_float32(const float *y, const float *dy, float *dx,
                                         ptrdiff_t rows, ptrdiff_t count) {
  CHOOSE(kernel_log_softmax_backward_float32, y, dy, dx, rows, count);
}
