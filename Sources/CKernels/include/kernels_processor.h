#ifndef MYELIN_KERNELS_PROCESSOR_H
#define MYELIN_KERNELS_PROCESSOR_H

#include <stdint.h>

/// Which compilation of the kernels this processor runs, found once at start: 0 portable (SSE2, or
/// NEON on arm64), 1 AVX2 with FMA, 2 AVX-512 (F, DQ, VL, BW).
int32_t kernel_processor_level(void);

/// Chooses a lower level, for tests; levels above what the processor has are cut to it.
void kernel_processor_set_level(int32_t level);

#endif
