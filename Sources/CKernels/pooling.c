#include "kernels_pooling.h"

#include <math.h>

#include "variants.h"

enum { CHANNEL_BLOCK = 256 };

// The places of a window that lie inside the input: first, first + dilation, … below last.
typedef struct {
  ptrdiff_t first, last;
} window_range;

static inline window_range range_of(ptrdiff_t start, ptrdiff_t window, ptrdiff_t dilation,
                                    ptrdiff_t length) {
  window_range range = {start, start + (window - 1) * dilation + 1};
  if (range.first < 0) range.first += (-range.first + dilation - 1) / dilation * dilation;
  if (range.last > length) range.last = length;
  return range;
}

static inline window_range rows_of(const kernel_pooling *p, ptrdiff_t row) {
  return range_of(row * p->stride_height - p->padding_top, p->window_height, p->dilation_height,
                  p->input_height);
}

static inline window_range columns_of(const kernel_pooling *p, ptrdiff_t column) {
  return range_of(column * p->stride_width - p->padding_left, p->window_width, p->dilation_width,
                  p->input_width);
}

// Of the output columns first ..< last, those whose window has its place `shift` inside the input.
static inline window_range outputs_inside(const kernel_pooling *p, ptrdiff_t shift,
                                          ptrdiff_t first, ptrdiff_t last) {
  const ptrdiff_t stride = p->stride_width;
  const ptrdiff_t low = shift < 0 ? (-shift + stride - 1) / stride : 0;
  const ptrdiff_t room = p->input_width - 1 - shift;
  const ptrdiff_t high = room < 0 ? 0 : room / stride + 1;
  const window_range range = {low > first ? low : first, high < last ? high : last};
  return range;
}

static inline ptrdiff_t places_in(window_range range, ptrdiff_t dilation) {
  return range.last > range.first ? (range.last - range.first + dilation - 1) / dilation : 0;
}

static inline float average_factor(const kernel_pooling *p, window_range h, window_range w) {
  const ptrdiff_t count =
      p->counts_padding
          ? p->window_height * p->window_width
          : places_in(h, p->dilation_height) * places_in(w, p->dilation_width);
  return count > 0 ? 1.0f / (float)count : 0;
}

// Whether every place of the input lies in exactly one window, and channels are worth a vector.
static inline int is_tiled(const kernel_pooling *p) {
  return p->channels >= 8 && p->dilation_height == 1 && p->dilation_width == 1 &&
         p->padding_top == 0 && p->padding_left == 0 && p->stride_height == p->window_height &&
         p->stride_width == p->window_width &&
         p->output_height * p->window_height == p->input_height &&
         p->output_width * p->window_width == p->input_width;
}

#define KERNEL_LOOPS "pooling.inc"
#include "variants.inc"

void kernel_pool_maximum_float32(const kernel_pooling *pooling, const float *x, float *y,
                                 int32_t *places) {
  CHOOSE(kernel_pool_maximum_float32, pooling, x, y, places);
}

void kernel_pool_average_float32(const kernel_pooling *pooling, const float *x, float *y) {
  CHOOSE(kernel_pool_average_float32, pooling, x, y);
}

void kernel_pool_maximum_backward_float32(const kernel_pooling *pooling, const float *dy,
                                          const int32_t *places, float *dx) {
  CHOOSE(kernel_pool_maximum_backward_float32, pooling, dy, places, dx);
}

void kernel_pool_average_backward_float32(const kernel_pooling *pooling, const float *dy,
                                          float *dx) {
  CHOOSE(kernel_pool_average_backward_float32, pooling, dy, dx);
}
