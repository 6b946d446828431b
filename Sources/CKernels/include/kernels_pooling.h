#ifndef MYELIN_KERNELS_POOLING_H
#define MYELIN_KERNELS_POOLING_H

#include <stddef.h>
#include <stdint.h>

/// A pooling over two spatial axes; see `PoolingGeometry`.
typedef struct {
  ptrdiff_t input_height, input_width, output_height, output_width;
  ptrdiff_t window_height, window_width, stride_height, stride_width;
  ptrdiff_t dilation_height, dilation_width, padding_top, padding_left;
  /// How many interleaved channels a place holds: 1 for a plane, C for channels-last.
  ptrdiff_t channels;
  /// Whether padding counts in averages.
  int32_t counts_padding;
} kernel_pooling;

/// The largest of each window and its place (height · width index, −1 for a window of padding);
/// `places` may be NULL. One image or plane.
void kernel_pool_maximum_float32(const kernel_pooling *pooling, const float *x, float *y,
                                 int32_t *places);

/// The average of each window.
void kernel_pool_average_float32(const kernel_pooling *pooling, const float *x, float *y);

/// dx from dy: to the places that were chosen, or evenly.
void kernel_pool_maximum_backward_float32(const kernel_pooling *pooling, const float *dy,
                                          const int32_t *places, float *dx);
void kernel_pool_average_backward_float32(const kernel_pooling *pooling, const float *dy,
                                          float *dx);

#endif
