#include "kernels_random.h"

#include "variants.h"

#define BLOCKS 16

#define KERNEL_LOOPS "random.inc"
#include "variants.inc"

void kernel_random_uniform_float32(uint64_t key, uint64_t counter, float lower, float upper,
                                   float top, float *y, ptrdiff_t count) {
  CHOOSE(kernel_random_uniform_float32, key, counter, lower, upper, top, y, count);
}

void kernel_random_bernoulli_float32(uint64_t key, uint64_t counter, uint32_t threshold, float *y,
                                     ptrdiff_t count) {
  CHOOSE(kernel_random_bernoulli_float32, key, counter, threshold, y, count);
}
