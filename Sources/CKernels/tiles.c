#include "kernels_tiles.h"

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "formulas.h"
#include "lanes.h"
#include "variants.h"

enum { BLOCK = 4096 };

// Where an instruction set lacks a vector form of what a loop does, the loop stays as it is.
#pragma clang diagnostic ignored "-Wpass-failed"

#define KERNEL_LOOPS "tiles.inc"
#include "variants.inc"

kernel_tile_function kernel_tile_unary_float32(kernel_unary_operation operation) {
  return CHOOSE(kernel_tile_unary_float32, operation);
}

kernel_tile_function kernel_tile_binary_float32(kernel_binary_operation operation,
                                                kernel_tile_steps steps) {
  return CHOOSE(kernel_tile_binary_float32, operation, steps);
}

kernel_tile_function kernel_tile_multiply_add_float32(kernel_tile_steps steps, int third_varies) {
  return CHOOSE(kernel_tile_multiply_add_float32, steps, third_varies);
}

kernel_tile_function kernel_tile_compare_float32(kernel_comparison comparison,
                                                 kernel_tile_steps steps) {
  return CHOOSE(kernel_tile_compare_float32, comparison, steps);
}

kernel_tile_function kernel_tile_compare_int64(kernel_comparison comparison,
                                               kernel_tile_steps steps) {
  return CHOOSE(kernel_tile_compare_int64, comparison, steps);
}

kernel_tile_function kernel_tile_select_float32(int x_varies, int y_varies) {
  return CHOOSE(kernel_tile_select_float32, x_varies, y_varies);
}

kernel_tile_function kernel_tile_logical(kernel_tile_logic logic) {
  return CHOOSE(kernel_tile_logical, logic);
}

kernel_tile_function kernel_tile_convert(kernel_tile_type from, kernel_tile_type to) {
  return CHOOSE(kernel_tile_convert, from, to);
}

kernel_tile_function kernel_tile_constant_float32(void) {
  return CHOOSE(kernel_tile_constant_float32);
}

kernel_tile_function kernel_tile_expand(kernel_tile_type type) {
  return CHOOSE(kernel_tile_expand, type);
}

kernel_tile_function kernel_tile_expand_narrow_float32(void) {
  return CHOOSE(kernel_tile_expand_narrow_float32);
}

kernel_tile_function kernel_tile_reduce_float32(kernel_reduction reduction) {
  return CHOOSE(kernel_tile_reduce_float32, reduction);
}

kernel_tile_function kernel_tile_element_float32(void) {
  return CHOOSE(kernel_tile_element_float32);
}

kernel_tile_function kernel_tile_column_equals(void) { return CHOOSE(kernel_tile_column_equals); }

void kernel_tile_add_columns_float32(const float *x, ptrdiff_t rows, ptrdiff_t stride,
                                     ptrdiff_t columns, float *sums) {
  CHOOSE(kernel_tile_add_columns_float32, x, rows, stride, columns, sums);
}

void kernel_tile_add_products_float32(const float *x, ptrdiff_t x_stride, const float *y,
                                      ptrdiff_t y_stride, ptrdiff_t rows, ptrdiff_t columns,
                                      float *sums) {
  CHOOSE(kernel_tile_add_products_float32, x, x_stride, y, y_stride, rows, columns, sums);
}

void kernel_tile_flush_columns_float32(float *sums, double *totals, ptrdiff_t columns) {
  CHOOSE(kernel_tile_flush_columns_float32, sums, totals, columns);
}

// The calling thread's workspace, and the key through which a thread that ends frees it.
static _Thread_local struct {
  void *start;
  ptrdiff_t byte_count;
} workspace;
static pthread_key_t workspace_key;

__attribute__((constructor)) static void make_workspace_key(void) {
  pthread_key_create(&workspace_key, free);
}

static __attribute__((noinline)) void *larger_workspace(ptrdiff_t byte_count) {
  void *start = NULL;
  free(workspace.start);
  if (posix_memalign(&start, 64, (size_t)byte_count) != 0) abort();
  workspace.start = start;
  workspace.byte_count = byte_count;
  pthread_setspecific(workspace_key, start);
  return start;
}

void *kernel_tile_workspace(ptrdiff_t byte_count) {
  return byte_count <= workspace.byte_count ? workspace.start : larger_workspace(byte_count);
}

ptrdiff_t kernel_first_level_cache_size(void) {
#if defined(_SC_LEVEL1_DCACHE_SIZE)
  const long size = sysconf(_SC_LEVEL1_DCACHE_SIZE);
  if (size >= 16 * 1024) return size;
#endif
  return 32 * 1024;
}
