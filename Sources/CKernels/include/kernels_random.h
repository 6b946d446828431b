#ifndef MYELIN_KERNELS_RANDOM_H
#define MYELIN_KERNELS_RANDOM_H

#include <stddef.h>
#include <stdint.h>

// Numbers from the Philox-4x32-10 stream of a key (J. Salmon et al., 2011): element i of y comes
// from word i mod 4 of block `counter` + i / 4, by the formulas of `Philox` in the room Arrays, to
// the last bit.

/// y[i] = lower + unit · (upper − lower), kept within [lower, top].
void kernel_random_uniform_float32(uint64_t key, uint64_t counter, float lower, float upper,
                                   float top, float *y, ptrdiff_t count);

/// y[i] = 1 where the word's upper 24 bits are below `threshold`, else 0.
void kernel_random_bernoulli_float32(uint64_t key, uint64_t counter, uint32_t threshold, float *y,
                                     ptrdiff_t count);

#endif
