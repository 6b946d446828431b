#ifndef MYELIN_KERNELS_ROWS_H
#define MYELIN_KERNELS_ROWS_H

#include <stddef.h>

/// softmax of each of `rows` consecutive rows of `count` elements: e^(x − max) / Σ e^(x − max).
void kernel_softmax_float32(const float *x, float *y, ptrdiff_t rows, ptrdiff_t count);

/// x − max − log Σ e^(x − max).
void kernel_log_softmax_float32(const float *x, float *y, ptrdiff_t rows, ptrdiff_t count);

/// dx = y · (dy − Σ dy · y).
void kernel_softmax_backward_float32(const float *y, const float *dy, float *dx, ptrdiff_t rows,
                                     ptrdiff_t count);

/// dx = dy − eʸ · Σ dy.
void kernel_log_softmax_backward_float32(const float *y, const float *dy, float *dx,
                                         ptrdiff_t rows, ptrdiff_t count);

#endif
