// oneDNN behind plain C functions: API versions 2 and 3 differ, and neither shows here.
//
// Every function runs on the calling thread alone, whatever the OpenMP settings: work is divided
// by the caller, so that results do not depend on how many threads there are.
#ifndef MYELIN_ONEDNN_H
#define MYELIN_ONEDNN_H

#include <stddef.h>
#include <stdint.h>

/// c = a · b + beta · c for row-major c [m, n]. `a` is [m, k] with rows `lda` apart, or its
/// transpose [k, m] where `a_transposed`; likewise `b`. Returns 0, or oneDNN's status.
int32_t onednn_gemm_float32(int32_t a_transposed, int32_t b_transposed, int64_t m, int64_t n,
                            int64_t k, const float *a, int64_t lda, const float *b, int64_t ldb,
                            float beta, float *c, int64_t ldc);

/// oneDNN's version: 1,000,000 times its first number, 1,000 times its second, and its third.
int32_t onednn_version_number(void);

/// The three products of a convolution.
enum {
  onednn_forward = 0,
  onednn_backward_input = 1,
  onednn_backward_weight = 2,
};

/// All sizes of a float32 convolution over 2 or 3 spatial axes. x is [batch, input_channels,
/// input…], w [output_channels, input_channels / groups, kernel…], y [batch, output_channels,
/// output…]. `stride` and `dilation` are at least 1; the first `spatial_rank` entries count.
typedef struct {
  int32_t direction;
  int32_t spatial_rank;
  /// Forward only, in this order: whether y gets a bias [output_channels], whether the result is
  /// added to what y holds, and whether it then passes max(0, ·).
  int32_t has_bias, adds_to_y, has_relu;
  int32_t x_is_channels_last;
  int32_t y_is_channels_last;
  int64_t batch, input_channels, output_channels, groups;
  int64_t input[3], kernel[3], output[3];
  int64_t stride[3], dilation[3], padding_low[3], padding_high[3];
} onednn_convolution_sizes;

/// A convolution made ready for its sizes; any number of threads may execute it at once.
typedef struct onednn_convolution onednn_convolution;

/// NULL where oneDNN has no implementation.
onednn_convolution *onednn_convolution_create(const onednn_convolution_sizes *sizes);

void onednn_convolution_destroy(onednn_convolution *convolution);

/// Bytes of the weights as the convolution wants them; a multiple of 4.
size_t onednn_convolution_weight_bytes(const onednn_convolution *convolution);

/// Whether that is row-major [O, I / groups, kernel…], so that nothing needs rearranging.
int32_t onednn_convolution_weight_is_plain(const onednn_convolution *convolution);

/// Whether two convolutions want their weights alike.
int32_t onednn_convolution_weights_agree(const onednn_convolution *a, const onednn_convolution *b);

/// Row-major weights to the convolution's own arrangement. Returns 0, or oneDNN's status, as do
/// the following.
int32_t onednn_convolution_arrange_weight(const onednn_convolution *convolution,
                                          const float *plain, void *arranged);

/// The inverse.
int32_t onednn_convolution_restore_weight(const onednn_convolution *convolution,
                                          const void *arranged, float *plain);

/// Computes what the direction says: y from x, w and bias; x from y and w; or w from x and y. `w`
/// is in the convolution's own arrangement. What else it needs (memory objects, workspace) is kept
/// from call to call: from the second one on, a thread allocates nothing.
int32_t onednn_convolution_execute(onednn_convolution *convolution, void *x, void *w,
                                   const float *bias, void *y);

#endif
