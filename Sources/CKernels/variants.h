// How one text of loops becomes three functions, and how a call finds the right one.
//
// A family writes its loops once, in `<family>.inc`, naming every function VARIANT(name).
// `<family>.c` sets KERNEL_LOOPS to that file and includes variants.inc, which compiles it for each
// instruction set; CHOOSE(name, arguments…) calls the one for this processor.
#ifndef MYELIN_VARIANTS_H
#define MYELIN_VARIANTS_H

#include "kernels_processor.h"

extern int32_t kernel_level;

#if defined(__x86_64__)
#define CHOOSE(name, ...)                             \
  (kernel_level == 2   ? name##_avx512(__VA_ARGS__)   \
   : kernel_level == 1 ? name##_avx2(__VA_ARGS__)     \
                       : name##_portable(__VA_ARGS__))
#else
#define CHOOSE(name, ...) name##_portable(__VA_ARGS__)
#endif

#endif
