#ifndef MYELIN_KERNELS_PACKED_H
#define MYELIN_KERNELS_PACKED_H

#include <stdint.h>

// Products of float32 matrices whose right operand is packed: a matrix [k, n] as panels
// [⌈n / W⌉][k][W] of W = kernel_panel_width() columns each, the last one filled up with zeros.
// All strides count elements.

/// Columns of a panel: two vectors of this processor's kernels.
int64_t kernel_panel_width(void);

/// One block of a product: c[i, j] = Σ_p a[i, p] · b[p, j], on top of nothing, of a bias or of what
/// c holds. Each sum runs in the order of p.
typedef struct {
  int64_t rows, columns, depth;
  /// a[i, p] = a[i · a_row + p · a_depth]; the fastest with one of the two equal to 1.
  const float *a;
  int64_t a_row, a_depth;
  /// b[p, j] = b[j / W · b_panel + p · b_depth + j % W]; whole panels are read, also where fewer
  /// columns than W are left.
  const float *b;
  int64_t b_panel, b_depth;
  /// c[i, j] = c[j / W · c_panel + i · c_row + j % W]; the last panel is written whole if
  /// `c_is_padded`.
  float *c;
  int64_t c_panel, c_row;
  int32_t c_is_padded;
  /// Whether the sums are added to what c holds; `bias` is not read then.
  int32_t accumulates;
  /// [columns] or NULL.
  const float *bias;
} kernel_packed_block;

void kernel_product_packed_float32(const kernel_packed_block *block);

/// c = Σ_part partials[part · part_stride + …] in the order of the parts, on top of c's own values
/// where `accumulates`. A partial is [rows, columns], its rows `partial_row` apart and filled up to
/// whole panels; c is as in `kernel_packed_block`.
void kernel_packed_sum_float32(int64_t rows, int64_t columns, int64_t parts, const float *partials,
                               int64_t part_stride, int64_t partial_row, float *c, int64_t c_panel,
                               int64_t c_row, int32_t c_is_padded, int32_t accumulates);

/// Packs a row-major matrix [depth, columns], rows `stride` apart, into panels `panel_stride`
/// apart.
void kernel_pack_rows_float32(int64_t depth, int64_t columns, const float *source, int64_t stride,
                              float *panels, int64_t panel_stride);

/// Packs the transpose of a row-major matrix [columns, depth], rows `stride` apart.
void kernel_pack_transposed_float32(int64_t depth, int64_t columns, const float *source,
                                    int64_t stride, float *panels, int64_t panel_stride);

/// The inverse of `kernel_pack_rows_float32`.
void kernel_unpack_rows_float32(int64_t depth, int64_t columns, const float *panels,
                                int64_t panel_stride, float *result, int64_t stride);

/// The inverse of `kernel_pack_transposed_float32`.
void kernel_unpack_transposed_float32(int64_t depth, int64_t columns, const float *panels,
                                      int64_t panel_stride, float *result, int64_t stride);

#endif
