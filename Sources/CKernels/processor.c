#include "variants.h"

int32_t kernel_level = 0;

static int32_t supported_level(void) {
#if defined(__x86_64__)
  // Needed in constructors, which may run before the compiler's own.
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw"))
    return 2;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return 1;
#endif
  return 0;
}

__attribute__((constructor)) static void find_level(void) { kernel_level = supported_level(); }

int32_t kernel_processor_level(void) { return kernel_level; }

void kernel_processor_set_level(int32_t level) {
  int32_t highest = supported_level();
  kernel_level = level < 0 ? 0 : level > highest ? highest : level;
}
