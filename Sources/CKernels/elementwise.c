#include "kernels_elementwise.h"

#include "formulas.h"
#include "variants.h"

#define KERNEL_LOOPS "elementwise.inc"
#include "variants.inc"

void kernel_unary_float32(kernel_unary_operation operation, const float *x, float *y,
                          ptrdiff_t count, float p, float q) {
  CHOOSE(kernel_unary_float32, operation, x, y, count, p, q);
}

void kernel_binary_float32(kernel_binary_operation operation, const float *x, ptrdiff_t x_step,
                           const float *y, ptrdiff_t y_step, float *z, ptrdiff_t count) {
  CHOOSE(kernel_binary_float32, operation, x, x_step, y, y_step, z, count);
}

void kernel_compare_float32(kernel_comparison comparison, const float *x, ptrdiff_t x_step,
                            const float *y, ptrdiff_t y_step, uint8_t *z, ptrdiff_t count) {
  CHOOSE(kernel_compare_float32, comparison, x, x_step, y, y_step, z, count);
}

void kernel_compare_int64(kernel_comparison comparison, const int64_t *x, ptrdiff_t x_step,
                          const int64_t *y, ptrdiff_t y_step, uint8_t *z, ptrdiff_t count) {
  CHOOSE(kernel_compare_int64, comparison, x, x_step, y, y_step, z, count);
}

void kernel_select_float32(const uint8_t *condition, ptrdiff_t condition_step, const float *x,
                           ptrdiff_t x_step, const float *y, ptrdiff_t y_step, float *z,
                           ptrdiff_t count) {
  CHOOSE(kernel_select_float32, condition, condition_step, x, x_step, y, y_step, z, count);
}

void kernel_fill_float32(float value, float *y, ptrdiff_t count) {
  CHOOSE(kernel_fill_float32, value, y, count);
}

void kernel_add_scaled_float32(float scale, const float *x, float *y, ptrdiff_t count) {
  CHOOSE(kernel_add_scaled_float32, scale, x, y, count);
}
