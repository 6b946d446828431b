#ifndef MYELIN_KERNELS_COPY_H
#define MYELIN_KERNELS_COPY_H

#include "kernels_nest.h"

/// Copies elements `first` ..< `last` of a nest (output, input) whose elements have `bytes` bytes:
/// 1, 2, 4 or 8.
void kernel_copy_strided(const kernel_nest *nest, const void *input, void *output, int32_t bytes,
                         ptrdiff_t first, ptrdiff_t last);

/// The axis of the nest along which the input is consecutive where that is not the innermost one
/// and both are long enough to be transposed in tiles; −1 where there is none.
int32_t kernel_copy_transposed_axis(const kernel_nest *nest);

/// How many units a transposing copy consists of: 32 places along `axis`, all along the innermost.
ptrdiff_t kernel_copy_transposed_units(const kernel_nest *nest, int32_t axis);

/// Copies units `first` ..< `last`.
void kernel_copy_transposed(const kernel_nest *nest, int32_t axis, const void *input, void *output,
                            int32_t bytes, ptrdiff_t first, ptrdiff_t last);

/// Conversions of `count` consecutive elements.
void kernel_convert_uint8_to_float32(const uint8_t *x, float *y, ptrdiff_t count);
void kernel_convert_int32_to_float32(const int32_t *x, float *y, ptrdiff_t count);
void kernel_convert_int64_to_float32(const int64_t *x, float *y, ptrdiff_t count);
void kernel_convert_float32_to_float64(const float *x, double *y, ptrdiff_t count);
void kernel_convert_float64_to_float32(const double *x, float *y, ptrdiff_t count);
/// x ≠ 0.
void kernel_convert_float32_to_bool(const float *x, uint8_t *y, ptrdiff_t count);

#endif
