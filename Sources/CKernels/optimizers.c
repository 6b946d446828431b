#include "kernels_optimizers.h"

#include "mathematics.h"
#include "variants.h"

#define KERNEL_LOOPS "optimizers.inc"
#include "variants.inc"

void kernel_adam_float32(const kernel_adam_update *update, float *parameter, const float *gradient,
                         float *first, float *second, float *largest, ptrdiff_t count) {
  CHOOSE(kernel_adam_float32, update, parameter, gradient, first, second, largest, count);
}
