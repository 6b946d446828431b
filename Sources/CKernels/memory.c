#include "kernels_memory.h"

#include <stdlib.h>
#include <sys/mman.h>

void *kernel_memory_allocate(size_t bytes) {
  const size_t huge = (size_t)2 << 20;
  void *block = NULL;
  int is_large = bytes >= 2 * huge;
  if (posix_memalign(&block, is_large ? huge : 64, bytes) != 0) return NULL;
#ifdef MADV_HUGEPAGE
  if (is_large) madvise(block, bytes, MADV_HUGEPAGE);
#endif
  return block;
}

void kernel_memory_release(void *block) { free(block); }
