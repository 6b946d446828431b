#ifndef MYELIN_KERNELS_TILES_H
#define MYELIN_KERNELS_TILES_H

#include "kernels_elementwise.h"
#include "kernels_reduce.h"

/// The arguments of one instruction over a tile of `rows` × `columns` elements: the result z, the
/// operands x, y and w, and how many elements lie between their rows. Each kernel says which it
/// uses. z may be the very same place as an operand of the same shape and size of elements, but
/// must not overlap it otherwise.
typedef struct {
  void *z;
  const void *x, *y, *w;
  ptrdiff_t z_stride, x_stride, y_stride, w_stride;
  ptrdiff_t rows, columns;
  /// The tile's first column in the whole row.
  ptrdiff_t first_column;
  float p, q;
} kernel_tile;

typedef void (*kernel_tile_function)(const kernel_tile *tile);

/// Which operands are consecutive along a row; the others are one number a row.
typedef enum { KERNEL_BOTH_VARY, KERNEL_FIRST_VARIES, KERNEL_SECOND_VARIES } kernel_tile_steps;

// Each of these finds the kernel for this processor, so that a program can keep it.

/// z = f(x; p, q) on float32.
kernel_tile_function kernel_tile_unary_float32(kernel_unary_operation operation);

/// z = f(x, y) on float32.
kernel_tile_function kernel_tile_binary_float32(kernel_binary_operation operation,
                                                kernel_tile_steps steps);

/// z = x · y + w on float32. `third_varies` says of w what `steps` says of x and y.
kernel_tile_function kernel_tile_multiply_add_float32(kernel_tile_steps steps, int third_varies);

/// z = x ? y as 0 or 1.
kernel_tile_function kernel_tile_compare_float32(kernel_comparison comparison,
                                                 kernel_tile_steps steps);
kernel_tile_function kernel_tile_compare_int64(kernel_comparison comparison,
                                               kernel_tile_steps steps);

/// z = w ? x : y on float32; w is bool and consecutive, x and y may each be one number a row.
kernel_tile_function kernel_tile_select_float32(int x_varies, int y_varies);

/// Bool to bool, and float32 to bool.
typedef enum {
  KERNEL_LOGICAL_AND, KERNEL_LOGICAL_OR, KERNEL_LOGICAL_XOR, KERNEL_LOGICAL_NOT, KERNEL_IS_NAN,
  KERNEL_IS_FINITE, KERNEL_IS_INFINITE
} kernel_tile_logic;

/// z = f(x, y) or f(x), all consecutive; z is bool.
kernel_tile_function kernel_tile_logical(kernel_tile_logic logic);

/// Element types of tiles.
typedef enum { KERNEL_TILE_FLOAT32, KERNEL_TILE_BOOL, KERNEL_TILE_INT64 } kernel_tile_type;

/// z = x in the type of z: any type to itself or to float32, float32 to bool (x ≠ 0); NULL
/// where there is no such kernel.
kernel_tile_function kernel_tile_convert(kernel_tile_type from, kernel_tile_type to);

/// z = p on float32.
kernel_tile_function kernel_tile_constant_float32(void);

/// z = x where x is one number a row.
kernel_tile_function kernel_tile_expand(kernel_tile_type type);

/// The same for a z with room for 16 elements after its last row, and consecutive rows: faster
/// where rows are short.
kernel_tile_function kernel_tile_expand_narrow_float32(void);

/// zᵣ = the row's reduction · p on float32, consecutive z; sums run in float32 over at most
/// 4,096 elements, then in float64.
kernel_tile_function kernel_tile_reduce_float32(kernel_reduction reduction);

/// zᵣ = x[r, yᵣ] on float32 with int64 y, consecutive z and y; NaN where yᵣ is no column.
kernel_tile_function kernel_tile_element_float32(void);

/// z = (first_column + column == xᵣ) as 0 or 1, with consecutive int64 x.
kernel_tile_function kernel_tile_column_equals(void);

/// Adds `rows` rows, `stride` apart, to `sums`, column by column.
void kernel_tile_add_columns_float32(const float *x, ptrdiff_t rows, ptrdiff_t stride,
                                     ptrdiff_t columns, float *sums);

/// The same with the products of two matrices' elements.
void kernel_tile_add_products_float32(const float *x, ptrdiff_t x_stride, const float *y,
                                      ptrdiff_t y_stride, ptrdiff_t rows, ptrdiff_t columns,
                                      float *sums);

/// Adds `sums` to `totals` and sets them to 0.
void kernel_tile_flush_columns_float32(float *sums, double *totals, ptrdiff_t columns);

/// At least `byte_count` bytes, aligned to 64, that belong to the calling thread until it asks
/// again: allocated when it first asks for so many, freed when the thread ends.
void *kernel_tile_workspace(ptrdiff_t byte_count);

/// The size in bytes of the first-level data cache; 32 KiB where the system does not say.
ptrdiff_t kernel_first_level_cache_size(void);

#endif
