#include "kernels_packed.h"

#include <string.h>

#include "variants.h"

// What the kernels of every instruction set have in common: see products_packed.inc.
enum {
  // Fewer where a is gathered: a panel's part, 32 KiB, leaves place for a tile of a in the first.
  GATHERED_STEP = 256,
  // Tiles of rows that a panel meets before the next one, and that are gathered at a time.
  GROUP_TILES = 11,
  // Panels that a single row meets at a time: as many sums as hide the time of an addition.
  ROW_PANELS = 4,
  // How many rows of a panel ahead of their use to ask for them.
  AHEAD = 32,
  // Elements from the first term of a sum to the last up to which columns of a are read where they
  // lie; from farther apart, in memory pages of their own, gathering them pays.
  NEAR = 1 << 16,
};

typedef float quarter __attribute__((vector_size(16), aligned(4)));

#define INLINE static inline __attribute__((always_inline))

// DEPTH_STEP terms of a sum are added before the next rows have their turn: the part of a panel that
// they take (128 KiB with AVX-512, where the second-level cache is large) and the tiles of a beside
// it stay in that cache, and c is read and written again the less often the more there are.
//
// A tile of TILE_ROWS rows and two vectors of WIDTH columns leaves registers for two vectors of b
// and one element of a. SHUFFLE takes four elements from each quarter of two vectors, and from the
// same places of the next quarters.
#if defined(__x86_64__)
#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512dq,avx512vl,avx512bw,fma"))), apply_to = function)
#define VARIANT(name) name##_avx512
#define WIDTH 16
#define TILE_ROWS 12
#define DEPTH_STEP 1024
#define SHUFFLE(a, b, i, j, k, l)                                                              \
  __builtin_shufflevector(a, b, i, j, k, l, i + 4, j + 4, k + 4, l + 4, i + 8, j + 8, k + 8,   \
                          l + 8, i + 12, j + 12, k + 12, l + 12)
#include "products_packed.inc"
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define VARIANT(name) name##_avx2
#define WIDTH 8
#define TILE_ROWS 6
#define DEPTH_STEP 384
#define SHUFFLE(a, b, i, j, k, l) \
  __builtin_shufflevector(a, b, i, j, k, l, i + 4, j + 4, k + 4, l + 4)
#include "products_packed.inc"
#pragma clang attribute pop
#endif

#define VARIANT(name) name##_portable
#define WIDTH 4
#define DEPTH_STEP 384
#if defined(__aarch64__)
#define TILE_ROWS 12
#else
#define TILE_ROWS 6
#endif
#define SHUFFLE(a, b, i, j, k, l) __builtin_shufflevector(a, b, i, j, k, l)
#include "products_packed.inc"

int64_t kernel_panel_width(void) { return CHOOSE(kernel_panel_width); }

void kernel_product_packed_float32(const kernel_packed_block *block) {
  CHOOSE(kernel_product_packed_float32, block);
}

void kernel_packed_sum_float32(int64_t rows, int64_t columns, int64_t parts, const float *partials,
                               int64_t part_stride, int64_t partial_row, float *c, int64_t c_panel,
                               int64_t c_row, int32_t c_is_padded, int32_t accumulates) {
  CHOOSE(kernel_packed_sum_float32, rows, columns, parts, partials, part_stride, partial_row, c,
         c_panel, c_row, c_is_padded, accumulates);
}

void kernel_pack_rows_float32(int64_t depth, int64_t columns, const float *source, int64_t stride,
                              float *panels, int64_t panel_stride) {
  CHOOSE(kernel_pack_rows_float32, depth, columns, source, stride, panels, panel_stride);
}

void kernel_pack_transposed_float32(int64_t depth, int64_t columns, const float *source,
                                    int64_t stride, float *panels, int64_t panel_stride) {
  CHOOSE(kernel_pack_transposed_float32, depth, columns, source, stride, panels, panel_stride);
}

void kernel_unpack_rows_float32(int64_t depth, int64_t columns, const float *panels,
                                int64_t panel_stride, float *result, int64_t stride) {
  CHOOSE(kernel_unpack_rows_float32, depth, columns, panels, panel_stride, result, stride);
}

void kernel_unpack_transposed_float32(int64_t depth, int64_t columns, const float *panels,
                                      int64_t panel_stride, float *result, int64_t stride) {
  CHOOSE(kernel_unpack_transposed_float32, depth, columns, panels, panel_stride, result, stride);
}
