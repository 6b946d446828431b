#include "kernels_memory.h"

#include <string.h>

#include "check.h"

CHECK(memory) {
  static const size_t sizes[] = {64, 128, 4096, (size_t)4 << 20, ((size_t)4 << 20) + 64};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    char *block = kernel_memory_allocate(sizes[i]);
    EXPECT(block && (uintptr_t)block % 64 == 0);
    if (sizes[i] >= (size_t)4 << 20) EXPECT((uintptr_t)block % ((size_t)2 << 20) == 0);
    memset(block, 1, sizes[i]);
    kernel_memory_release(block);
  }
  kernel_memory_release(NULL);
}
