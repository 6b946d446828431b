#include "kernels_pooling.h"

#include "check.h"

// Calls `body` for each place of the window of output (row, column) that lies inside the input.
#define FOR_WINDOW(p, row, column, at)                                                        \
  for (ptrdiff_t i_ = 0; i_ < (p)->window_height; i_++)                                       \
    for (ptrdiff_t j_ = 0, at; j_ < (p)->window_width; j_++)                                  \
      if ((at = place_of(p, row, column, i_, j_)) >= 0)

static ptrdiff_t place_of(const kernel_pooling *p, ptrdiff_t row, ptrdiff_t column, ptrdiff_t i,
                          ptrdiff_t j) {
  const ptrdiff_t y = row * p->stride_height - p->padding_top + i * p->dilation_height;
  const ptrdiff_t x = column * p->stride_width - p->padding_left + j * p->dilation_width;
  if (y < 0 || y >= p->input_height || x < 0 || x >= p->input_width) return -1;
  return y * p->input_width + x;
}

static void maximum(const kernel_pooling *p, const float *x, const float *dy) {
  const ptrdiff_t inputs = p->input_height * p->input_width * p->channels;
  const ptrdiff_t outputs = p->output_height * p->output_width * p->channels;
  float *y = check_results(outputs), *alone = check_results(outputs), *dx = check_results(inputs);
  double *expected = check_memory((size_t)inputs * sizeof *expected);
  int32_t *places = check_memory((size_t)outputs * sizeof *places);
  kernel_pool_maximum_float32(p, x, y, places);
  kernel_pool_maximum_float32(p, x, alone, NULL);
  kernel_pool_maximum_backward_float32(p, dy, places, dx);
  for (ptrdiff_t i = 0; i < inputs; i++) expected[i] = 0;
  for (ptrdiff_t o = 0; o < outputs; o++) {
    const ptrdiff_t channel = o % p->channels, window = o / p->channels;
    ptrdiff_t best = -1;
    FOR_WINDOW(p, window / p->output_width, window % p->output_width, at)
      if (best < 0 || x[at * p->channels + channel] > x[best * p->channels + channel]) best = at;
    EXPECT(places[o] == best);
    EXPECT(y[o] == (best < 0 ? -INFINITY : x[best * p->channels + channel]) && alone[o] == y[o]);
    if (best >= 0) expected[best * p->channels + channel] += dy[o];
  }
  for (ptrdiff_t i = 0; i < inputs; i++) EXPECT_CLOSE(dx[i], expected[i], 1e-5);
}

static void average(const kernel_pooling *p, const float *x, const float *dy) {
  const ptrdiff_t inputs = p->input_height * p->input_width * p->channels;
  const ptrdiff_t outputs = p->output_height * p->output_width * p->channels;
  float *y = check_results(outputs), *dx = check_results(inputs);
  double *expected = check_memory((size_t)inputs * sizeof *expected);
  kernel_pool_average_float32(p, x, y);
  kernel_pool_average_backward_float32(p, dy, dx);
  for (ptrdiff_t i = 0; i < inputs; i++) expected[i] = 0;
  for (ptrdiff_t o = 0; o < outputs; o++) {
    const ptrdiff_t channel = o % p->channels, window = o / p->channels;
    const ptrdiff_t row = window / p->output_width, column = window % p->output_width;
    ptrdiff_t count = 0;
    double sum = 0;
    FOR_WINDOW(p, row, column, at) {
      sum += x[at * p->channels + channel];
      count++;
    }
    if (p->counts_padding) count = p->window_height * p->window_width;
    EXPECT_CLOSE(y[o], count > 0 ? sum / (double)count : 0, 1e-5);
    FOR_WINDOW(p, row, column, at)
      expected[at * p->channels + channel] += dy[o] / (double)count;
  }
  for (ptrdiff_t i = 0; i < inputs; i++) EXPECT_CLOSE(dx[i], expected[i], 1e-5);
}

static ptrdiff_t output_length(ptrdiff_t input, ptrdiff_t padding, ptrdiff_t window,
                               ptrdiff_t dilation, ptrdiff_t stride) {
  const ptrdiff_t room = input + 2 * padding - (window - 1) * dilation - 1;
  return room < 0 ? 0 : room / stride + 1;
}

static void pool(kernel_pooling p) {
  p.output_height = output_length(p.input_height, p.padding_top, p.window_height,
                                  p.dilation_height, p.stride_height);
  p.output_width = output_length(p.input_width, p.padding_left, p.window_width, p.dilation_width,
                                 p.stride_width);
  const float *x = check_floats(p.input_height * p.input_width * p.channels);
  const float *dy = check_floats(p.output_height * p.output_width * p.channels);
  maximum(&p, x, dy);
  average(&p, x, dy);
}

CHECK(pooling) {
  FOR_LENGTHS(n) {
    if (n == 0) continue;
    for (ptrdiff_t channels = 1; channels <= n; channels += n < 2 ? 1 : n - 1)
      for (ptrdiff_t window = 1; window <= 3; window++)
        for (ptrdiff_t stride = 1; stride <= 3; stride++)
          pool((kernel_pooling){
              .input_height = 5, .input_width = channels == 1 ? n : 4, .window_height = 2,
              .window_width = window, .stride_height = stride, .stride_width = stride,
              .dilation_height = 1, .dilation_width = 1 + n % 3, .padding_top = n % 2,
              .padding_left = n % 2 * (window / 2), .channels = channels,
              .counts_padding = (int32_t)(stride % 2)});
  }
}

// More channels, and wider rows, than are worked on at a time.
CHECK(pooling_wide) {
  for (ptrdiff_t channels = 1; channels <= 300; channels += 299)
    pool((kernel_pooling){.input_height = 3, .input_width = channels == 1 ? 600 : 4,
                          .window_height = 2, .window_width = 3, .stride_height = 1,
                          .stride_width = 2, .dilation_height = 1, .dilation_width = 1,
                          .padding_top = 1, .padding_left = 1, .channels = channels});
}
